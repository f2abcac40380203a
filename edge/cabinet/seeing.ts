/**
 * A camera over the door: what was in the hand when a cell became lighter. Evidence for the count,
 * bounded there; it opens nothing, holds nothing up, and without it the weights speak alone.
 */
import type { HandSeen } from '../core/visit/visit-events.ts';
import { modelOf } from './counting.ts';
import { act, type CabinetInside, type Glance, visitOf } from './inside.ts';

/** Less than this for all the cell's articles together: something else was in the picture. */
const LEAST_SHARE_BP = 5_000;

/** Looks once for a new level; what comes after the count began is dropped. */
export function lookAtHand(
  cabinet: CabinetInside,
  visitId: string,
  cell: string,
  monoMs: number,
): void {
  const { sight, log } = cabinet.parts;
  if (!sight) return;
  const keep = (glance: Glance | undefined) => {
    if (!glance || cabinet.closed || visitOf(cabinet)?.visitId !== visitId) return;
    const load = modelOf(cabinet).cells.find((each) => each.cell === cell);
    const skus = [...new Set(load?.lying.map(({ sku }) => sku))];
    const goods = amongThese(glance.goods, skus, sight.knows);
    if (!goods) return;
    const { sightingId } = glance;
    act(cabinet, {
      ...{ kind: 'hand-seen', cell, monoMs, goods },
      ...(sightingId !== undefined && { sightingId }),
    });
  };
  sight
    .look()
    .then(keep)
    .catch((error: unknown) => log.warn({ error: String(error) }, 'cabinet camera'));
}

/**
 * The picture as evidence between the articles of one cell. An article that cannot be told by sight
 * might be what was seen: it counts as much as the likeliest.
 */
export function amongThese(
  seen: Glance['goods'],
  skus: string[],
  knows: (sku: string) => boolean,
): HandSeen['goods'] | undefined {
  const bpOf = (sku: string) => seen.find((each) => each.sku === sku)?.bp ?? 0;
  const learnt = skus.filter(knows);
  const sum = learnt.reduce((total, sku) => total + bpOf(sku), 0);
  if (learnt.length === 0 || skus.length < 2 || sum < LEAST_SHARE_BP) return undefined;
  const shareOf = (sku: string) => Math.round((bpOf(sku) * 10_000) / sum);
  const most = Math.max(...learnt.map(shareOf));
  return skus.map((sku) => ({ sku, bp: knows(sku) ? shareOf(sku) : most }));
}
