import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { CounterCommand, CounterView } from '../../core/views/counter-views.ts';
import type { Keys } from '../shared/finder.tsx';
import { connect, type Sender, sender } from '../shared/session.ts';

const counterId = new URLSearchParams(location.search).get('counter') ?? 'counter-1';
const path = `/api/counters/${encodeURIComponent(counterId)}`;
const session = connect<CounterView>(`${path}/stream`);

/** The counter as the edge last described it; undefined until the first snapshot. */
export const counter: ReadonlySignal<CounterView | undefined> = session.view;
/** True while nothing may be pressed because the edge would not hear it. */
export const deaf: ReadonlySignal<boolean> = session.reconnecting;
export const commands: Sender<CounterCommand> = sender<CounterCommand>(`${path}/commands`);

/** Sends one command; what became of it arrives as the next view, or as a refusal in words. */
export function send(command: CounterCommand): void {
  void commands.send(command);
}

/** Whether the scale waits for its next shopper. */
export const idle = computed(() => counter.value?.screen === 'ready');

/** The search pad the shopper opened instead of the tiles; undefined while the tiles show. */
export const searching = signal<Keys | undefined>(undefined);
