import { computed, type ReadonlySignal } from '@preact/signals';
import type { LaneCommand, LaneView, StaffAct } from '../../core/views/views.ts';
import { connect, type Sender, sender } from '../shared/session.ts';

const laneId = new URLSearchParams(location.search).get('lane') ?? 'lane-1';
const path = `/api/lanes/${encodeURIComponent(laneId)}`;
const session = connect<LaneView>(`${path}/stream`);

/** The lane as the edge last described it; undefined until the first snapshot. */
export const lane: ReadonlySignal<LaneView | undefined> = session.view;
/** True while nothing may be pressed because the edge would not hear it. */
export const deaf: ReadonlySignal<boolean> = session.reconnecting;
export const commands: Sender<LaneCommand> = sender<LaneCommand>(`${path}/commands`);

/** For one visit of staff to their corner. */
export const staffSender = (): Sender<StaffAct> => sender<StaffAct>(`${path}/staff`);

/** Sends one command; what became of it arrives as the next view, or as a refusal in words. */
export function send(command: LaneCommand): void {
  void commands.send(command);
}

/** Whether the screen waits for its next shopper. */
export const idle = computed(() => lane.value?.screen === 'attract');
