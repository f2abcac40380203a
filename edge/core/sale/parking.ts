/** Putting a basket aside for a while, and taking it up again, perhaps at another lane. */
import type { DomainEvent } from '../events.ts';
import { refuse } from '../refusals.ts';
import type { SaleCommand, SaleDecision, SaleState } from './sale.ts';
import { keptFen } from './tender.ts';

export type ParkingCommand = Extract<SaleCommand, { kind: 'park' | 'recall' }>;

const accept = (...events: DomainEvent[]): SaleDecision => ({ ok: true, value: events });

/** A basket with money in it stays: whoever recalls it might be somebody else. */
export function decideParking(state: SaleState, command: ParkingCommand): SaleDecision {
  const { saleId, phase } = state;
  if (phase === 'completed' || phase === 'cancelled') return refuse('SALE_CLOSED', { saleId });
  if (command.kind === 'recall') {
    if (phase !== 'parked') return refuse('SALE_NOT_PARKED', { saleId });
    const { laneId, by } = command;
    return accept({ type: 'SaleRecalled', body: { saleId, laneId, ...(by && { by }) } });
  }
  if (phase === 'parked') return accept();
  if (phase === 'paying') return refuse('BASKET_LOCKED', { saleId });
  if (keptFen(state.tenders) > 0) return refuse('BASKET_PART_PAID', { saleId });
  if (state.lines.length === 0) return refuse('BASKET_EMPTY', { saleId });
  const { kind: _, ...parked } = command;
  return accept({ type: 'SaleParked', body: { saleId, ...parked } });
}

/**
 * A code of four digits that no parked basket has: short enough to be said, and from `seed`, so
 * that it cannot be told from the one before. Undefined where all are taken.
 */
export function parkingCode(seed: string, taken: ReadonlySet<string>): string | undefined {
  let number = 7;
  for (const letter of seed) number = (number * 31 + (letter.codePointAt(0) ?? 0)) % 9_000;
  for (let tries = 0; tries < 9_000; tries += 1) {
    const code = String(1_000 + ((number + tries * 7_919) % 9_000));
    if (!taken.has(code)) return code;
  }
  return undefined;
}
