/**
 * Head office's lay-outs of cabinets, as they come with its price book. The rule is that of prices:
 * a lay-out that is another than the last one head office sent is put in force, over whatever the
 * store drew itself (which is kept, and can be put back); one that says nothing new is left alone,
 * and so is the store's own.
 */
import type { PriceBook } from '../catalogue/catalogue.ts';
import type { DomainEvent } from '../events.ts';
import type { Planogram } from './planogram.ts';
import type { StockState } from './stock.ts';

type Known = Pick<StockState, 'planograms' | 'layouts'>;

const same = (one: Planogram | undefined, other: Planogram): boolean =>
  JSON.stringify(one?.shelves) === JSON.stringify(other.shelves);

/** What must be recorded with a new book. */
export function layoutsFrom({ planograms = [] }: PriceBook, state: Known): DomainEvent[] {
  return planograms.flatMap((sent): DomainEvent[] => {
    const { cabinetId } = sent;
    const inForce = state.planograms.get(cabinetId);
    if (same(state.layouts.get(cabinetId)?.headOffice, sent)) return [];
    const version = (inForce?.version ?? 0) + 1;
    const planogram: Planogram = { ...sent, version, origin: 'head-office' };
    return [{ type: 'PlanogramPublished', body: { planogram } }];
  });
}
