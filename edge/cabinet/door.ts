/** The door of a visit: opened, left open, shut. Its owner stays until the outcome is final. */
import type { Text } from '../core/ports.ts';
import { patienceOf } from '../core/views/comfort.ts';
import { visitUnderWay } from '../core/visit/cabinet-state.ts';
import { forcedDoor } from './between-visits.ts';
import { countWhenRested } from './counting.ts';
import type { Door } from './hardware.ts';
import { type CabinetInside, must, notify, stateOf, visitOf } from './inside.ts';

const LOOK_AGAIN_MS = 2_000;
const NOT_SHUT: Text = {
  zh: '门没有关好，请再推一下',
  en: 'The door isn’t shut. Please push again',
};

/** The lock said something new. */
export function onDoor(cabinet: CabinetInside, door: Door): void {
  const visit = visitUnderWay(stateOf(cabinet));
  if (door === 'open') {
    if (!visit || visit.phase === 'authorising' || visit.phase === 'counting') forcedDoor(cabinet);
    else opened(cabinet);
  } else if (door === 'shut' && visit) shut(cabinet);
  cabinet.changed();
}

/** The bolt sprang, or the door is not quite shut after all. */
export function opened(cabinet: CabinetInside): void {
  const visit = visitOf(cabinet);
  if (visit?.phase !== 'armed' && visit?.phase !== 'closing') return;
  must(cabinet, { kind: 'door-opened', monoMs: Math.round(cabinet.parts.clock.monoMs()) });
  // Nothing unlocked it since: its bolt had not fallen.
  if (visit.phase === 'closing') notify(cabinet, 'warn', NOT_SHUT);
  startDoorTimers(cabinet);
}

function shut(cabinet: CabinetInside): void {
  const visit = visitOf(cabinet);
  if (visit?.phase === 'open') {
    if (cabinet.memory.notice?.text === NOT_SHUT) delete cabinet.memory.notice;
    must(cabinet, { kind: 'door-shut', monoMs: Math.round(cabinet.parts.clock.monoMs()) });
    countWhenRested(cabinet);
  }
}

/** So long is an unlocked door waited for. */
export const notOpenedMs = ({ parts, memory }: CabinetInside): number =>
  parts.config.notOpenedMs * patienceOf(memory);

/** Reminders while the door is open; an armed door that nobody opens ends the visit. */
export function startDoorTimers(cabinet: CabinetInside): void {
  const { config } = cabinet.parts;
  cabinet.stopTimers();
  const visit = visitOf(cabinet);
  if (!visit) return;
  if (visit.phase === 'armed') {
    cabinet.after(notOpenedMs(cabinet), () => void notOpened(cabinet, visit.visitId));
    return;
  }
  const openMs = cabinet.parts.clock.monoMs() - (visit.openedMonoMs ?? 0);
  // Another boot's clock tells nothing: the door has been open for as long as we look at it.
  const already = openMs >= 0 && openMs < config.operatorMs ? openMs : 0;
  const steps = [
    ['remind', config.remindMs],
    ['alarm', config.alarmMs],
    ['operator', config.operatorMs],
  ] as const;
  for (const [step, atMs] of steps)
    if (atMs >= already)
      cabinet.after(atMs - already, () => leftOpen(cabinet, visit.visitId, step, atMs));
}

function leftOpen(
  cabinet: CabinetInside,
  visitId: string,
  step: 'remind' | 'alarm' | 'operator',
  openMs: number,
): void {
  const visit = visitOf(cabinet);
  if (visit?.visitId !== visitId || visit.phase !== 'open') return;
  must(cabinet, { kind: 'left-open', step, openMs });
  cabinet.changed();
}

/** Nobody pulled: where the bolt is back the visit is over, else somebody must look. */
async function notOpened(cabinet: CabinetInside, visitId: string): Promise<void> {
  const door = await cabinet.parts.hardware.lookAtDoor();
  const visit = visitOf(cabinet);
  if (cabinet.closed || visit?.visitId !== visitId || visit.phase !== 'armed') return;
  if (door === 'shut') countWhenRested(cabinet);
  else if (door === 'open') opened(cabinet);
  else cabinet.after(LOOK_AGAIN_MS, () => void notOpened(cabinet, visitId));
}

/** A visit that a power cut found at the door: what the lock says now decides (flow X6). */
export async function resumeDoor(cabinet: CabinetInside): Promise<void> {
  const before = visitOf(cabinet);
  if (!before || !['armed', 'open', 'closing', 'counting'].includes(before.phase)) return;
  must(cabinet, { kind: 'doubt', reason: 'power-cut' });
  const door = await cabinet.parts.hardware.lookAtDoor();
  const visit = visitOf(cabinet);
  if (cabinet.closed || visit?.visitId !== before.visitId) return;
  if (door === 'unknown') {
    cabinet.after(LOOK_AGAIN_MS, () => void resumeDoor(cabinet));
  } else if (door === 'open') {
    if (visit.phase === 'armed' || visit.phase === 'closing') opened(cabinet);
    else startDoorTimers(cabinet);
  } else {
    if (visit.phase === 'open')
      must(cabinet, { kind: 'door-shut', monoMs: Math.round(cabinet.parts.clock.monoMs()) });
    countWhenRested(cabinet);
  }
}
