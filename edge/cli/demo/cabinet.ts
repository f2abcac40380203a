/**
 * The demonstration's fridge before its first day: a few days are lived through in simulated time,
 * by the commands of the product itself, so that its pages have lots, dates, orders and a history.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CatalogueItem, PriceBook } from '../../core/catalogue/catalogue.ts';
import type { Clock } from '../../core/ports.ts';
import { type BuyingTerms, USUAL_TERMS } from '../../core/replenish/propose.ts';
import type { Planogram } from '../../core/stock/planogram.ts';
import { WEIGH_CORE_VERSION } from '../../core/weigh/record.ts';
import type { Ledger } from '../../ledger/contract.ts';
import { openLedger } from '../../ledger/open.ts';
import { buildFacts } from '../../main.ts';
import { localDayOf, systemIds } from '../../runtime.ts';
import { offsetHoursOf } from '../../stock/keeper.ts';
import { openTelemetry } from '../../stock/telemetry.ts';
import { liveCabinetDays } from '../sim/cabinet-days.ts';
import { pastClock } from '../sim/past-clock.ts';

const FRIDGE = 'fridge-1';
const DAYS = 6;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const TIME_ZONE = 'Asia/Shanghai';
/** Shelf by shelf from the top: so many articles of each category. */
const SHELVES = [
  ['ready', 4],
  ['dairy', 4],
  ['drink', 5],
  ['drink', 5],
] as const;

function planogramOf({ items }: PriceBook): Planogram {
  const left = items.filter(({ onSale, priceBasis }) => onSale && priceBasis === 'each');
  const shelves = SHELVES.map(([category, count], shelf) => {
    const chosen = left.filter((item) => item.category === category).slice(0, count);
    for (const item of chosen) left.splice(left.indexOf(item), 1);
    return {
      shelfId: `${shelf + 1}`,
      slots: chosen.map((item, at) => ({ slotId: `${at + 1}`, ...slotFor(item) })),
    };
  });
  return {
    cabinetId: FRIDGE,
    version: 1,
    origin: 'local',
    shelves: shelves.filter(({ slots }) => slots.length > 0),
  };
}

function slotFor({ sku, category, unitGrams = 300 }: CatalogueItem) {
  const [capacity, facings] =
    category === 'drink' ? [24, 2] : category === 'ready' ? [10, 1] : [14, 1];
  return { sku, capacity, par: capacity - 2, facings, unitWeightGrams: unitGrams };
}

export interface DemoFridge {
  dir: string;
  seed: number;
  catalogue: PriceBook;
  nowWallMs: number;
}

/** Does nothing where the store has a ledger already. */
export async function liveDemoFridge({
  dir,
  seed,
  catalogue,
  nowWallMs,
}: DemoFridge): Promise<void> {
  const planogram = planogramOf(catalogue);
  if (existsSync(join(dir, 'ledger.sqlite')) || planogram.shelves.length === 0) return;
  const [{ streetDemand }, { coldMinutes }, { createRandom }] = await Promise.all([
    import('../../../simulator/demand.ts'),
    import('../../../simulator/cold.ts'),
    import('../../../simulator/random.ts'),
  ]);
  const localDay = localDayOf(TIME_ZONE);
  const offsetHours = offsetHoursOf(localDay, nowWallMs);
  const midnight = Date.parse(`${localDay(nowWallMs)}T00:00:00Z`) - offsetHours * HOUR_MS;
  const startMs = midnight - DAYS * DAY_MS;
  const telemetry = openTelemetry(dir);
  let minute = 0;
  for (const sample of coldMinutes(createRandom(seed), Math.ceil((nowWallMs - startMs) / DAY_MS))) {
    const wallMs = startMs + minute * 60_000;
    if (wallMs < nowWallMs) telemetry.add(FRIDGE, { wallMs, ...sample });
    minute += 1;
  }
  // The quieter articles of a street: a fridge has no room for the rest.
  const street = streetDemand(seed, DAYS, 0).sort((a, b) => a.item.perDay - b.item.perDay);
  const skus = planogram.shelves.flatMap(({ slots }) => slots.map(({ sku }) => sku));
  const demandOf = (sku: string) => street[skus.indexOf(sku) % street.length];
  const clock = pastClock(startMs);
  const ledger = openPast(dir, catalogue.storeId, clock);
  try {
    liveCabinetDays({
      ledger,
      clock,
      offsetHours,
      planogram,
      terms: termsOf(catalogue),
      wanted: (sku, day, hour) => demandOf(sku)?.wanted[day]?.[hour] ?? 0,
      promoted: () => new Map(),
      days: DAYS,
      endsInTheMorning: nowWallMs - midnight > 5 * HOUR_MS,
      acknowledged() {},
    });
  } finally {
    ledger.close();
  }
}

function termsOf({ items }: PriceBook): (sku: string) => BuyingTerms {
  const bySku = new Map(items.map((item) => [item.sku, item]));
  return (sku) => {
    const { packSize = 6, leadDays = 1, shelfDays } = bySku.get(sku) ?? {};
    const dated = shelfDays === undefined ? {} : { shelfDays };
    return { ...USUAL_TERMS, packSize, leadDays, ...dated };
  };
}

function openPast(dir: string, storeId: string, clock: Clock): Ledger {
  const { version, weighCoreSha256 } = buildFacts();
  return openLedger({
    dir,
    storeId,
    ids: systemIds,
    clock,
    softwareVersion: version,
    weighCore: { version: WEIGH_CORE_VERSION, sha256: weighCoreSha256 },
    localDay: localDayOf(TIME_ZONE),
  });
}
