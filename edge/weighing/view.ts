/** The plate as a screen shows it: never a stale number, every price for the weight lying there. */
import type { CatalogueItem } from '../core/catalogue/catalogue.ts';
import type { Text } from '../core/ports.ts';
import type { DeviceState, TileView, WeightView } from '../core/views/views.ts';
import { amountForWeight } from '../core/weigh/amount.ts';
import type { ScaleLimits, WeighFrame } from '../core/weigh/record.ts';
import { FRAME_MAX_AGE_MS, type Settling } from '../core/weigh/settle.ts';
import type { Sighting } from '../recognition/recognition.ts';
import { refusalOfWait } from './refusals.ts';

/** The lamp says stable only once the weight could be taken: three equal frames, not one. */
export function weightView(
  frame: WeighFrame | undefined,
  nowMs: number,
  settling: Settling,
  { tareGrams, limits }: { tareGrams: number; limits: ScaleLimits },
): WeightView {
  const plate = {
    tareGrams,
    divisionGrams: limits.divisionGrams,
    maxGrams: limits.maxGrams,
  };
  if (!frame || nowMs - frame.atMs > FRAME_MAX_AGE_MS) return { kind: 'stale', ...plate };
  const shown = frame.grams !== undefined ? { grams: frame.grams } : {};
  const early = !settling.settled && settling.reason === 'too-few';
  return { kind: early ? 'moving' : frame.kind, ...shown, ...plate };
}

/** Why a tap would not succeed now, or nothing. */
export function hintOf(
  settling: Settling,
  released: boolean,
  scaleState: DeviceState,
): { hint?: Text } {
  const waiting = settling.settled ? undefined : settling.reason;
  const silent = waiting === 'stale' || scaleState === 'offline';
  const reason = silent ? 'stale' : released ? 'released' : waiting;
  return reason ? { hint: refusalOfWait(reason).refusal.message } : {};
}

/** Four candidates, or six where the recogniser is not sure. */
export const shownOf = ({ state, candidates }: Sighting): Sighting['candidates'] =>
  candidates.slice(0, state === 'ready' ? 4 : 6);

/** Those of them that are on sale, each in its place. */
export function tilesOf(
  sighting: Sighting,
  places: readonly string[],
  item: (sku: string) => CatalogueItem | undefined,
  settling: Settling,
  tareGrams: number,
): TileView[] {
  const netGrams = settling.settled ? settling.grossGrams - tareGrams : 0;
  const placed = shownOf(sighting).toSorted(
    (a, b) => places.indexOf(a.sku) - places.indexOf(b.sku),
  );
  return placed.flatMap(({ sku, confidenceBp }) => {
    const found = item(sku);
    return found ? [tileOf(found, confidenceBp, netGrams)] : [];
  });
}

/** One item, priced for `netGrams`; without a price where that is not a weight that sells. */
export function tileOf(item: CatalogueItem, confidenceBp: number, netGrams: number): TileView {
  const { sku, name, plu, picture, unitPriceFen, priceBasis } = item;
  const priced = priceBasis !== 'each' && netGrams > 0;
  return {
    sku,
    name,
    ...(plu && { plu }),
    picture,
    unitPriceFen,
    priceBasis,
    ...(priced && { amountFen: amountForWeight(netGrams, unitPriceFen, priceBasis) }),
    ...(priceBasis === 'each' && { amountFen: unitPriceFen }),
    confidenceBp,
  };
}
