/** Money held and not needed any more is let go: asked for until the acquirer says so. */
import type { DomainEvent } from '../core/events.ts';
import type { VisitState } from '../core/visit/visit.ts';
import { terminalOf } from './authorising.ts';
import { type CabinetInside, stateOf } from './inside.ts';

const AGAIN_MS = 10_000;

/** What goes into the commit that ends a visit without a bill: its hold is to be let go. */
export function releaseOf({ visitId, cabinetId, hold }: VisitState, reason: string): DomainEvent[] {
  if (!hold) return [];
  const body = { visitId, cabinetId, orderNo: hold.orderNo, reason };
  return [{ type: 'HoldReleaseRequested', body }];
}

const working = new WeakMap<CabinetInside, Set<string>>();

/** Starts whatever the ledger says is still to be let go. */
export function resumeReleases(cabinet: CabinetInside): void {
  const mine = working.get(cabinet) ?? new Set<string>();
  working.set(cabinet, mine);
  for (const { orderNo, visitId, state } of stateOf(cabinet).holds) {
    if (state !== 'due' || mine.has(orderNo)) continue;
    mine.add(orderNo);
    void release(cabinet, visitId, orderNo).finally(() => mine.delete(orderNo));
  }
}

async function release(cabinet: CabinetInside, visitId: string, orderNo: string): Promise<void> {
  while (!cabinet.closed) {
    const holds = terminalOf(cabinet)?.holds;
    const outcome = await holds?.release(orderNo).catch(() => undefined);
    if (cabinet.closed) return;
    const gone =
      outcome?.kind === 'reversed' ||
      (outcome?.kind === 'refused' && !outcome.retry && (await nothingHeld(cabinet, orderNo)));
    if (gone) {
      const { config, ledger } = cabinet.parts;
      const body = { visitId, cabinetId: config.id, orderNo };
      ledger.append({ source: config.id, events: [{ type: 'HoldReleased', body }] });
      cabinet.changed();
      return;
    }
    await new Promise<void>((resolve) => cabinet.later(AGAIN_MS, resolve));
  }
}

/** An order the acquirer never heard of, or closed, holds nothing. */
async function nothingHeld(cabinet: CabinetInside, orderNo: string): Promise<boolean> {
  const status = await terminalOf(cabinet)
    ?.holds?.status(orderNo)
    .catch(() => undefined);
  return status?.kind === 'not-found' || status?.kind === 'released' || status?.kind === 'declined';
}
