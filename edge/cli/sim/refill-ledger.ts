/** The street of the comparison once more, in a real ledger: what is decided there must hold. */
import type { ItemDemand } from '../../../simulator/demand.ts';
import { USUAL_TERMS } from '../../core/replenish/propose.ts';
import type { Planogram } from '../../core/stock/planogram.ts';
import { checkInvariants } from '../../ledger/invariants.ts';
import { openLedger } from '../../ledger/open.ts';
import { rebuildAndCompare } from '../../ledger/rebuild.ts';
import { liveCabinetDays } from './cabinet-days.ts';
import { pastClock } from './past-clock.ts';
import { shifted } from './refill-policies.ts';
import type { ScenarioCall } from './scenario.ts';

/** Enough for every path: deliveries, dates, orders that wait, slots that run out. */
const LEDGER_DAYS = 21;
const SLOTS_A_SHELF = 6;
const DAY_MS = 86_400_000;

const planogramOf = (street: readonly ItemDemand[]): Planogram => ({
  cabinetId: 'cabinet-1',
  version: 1,
  origin: 'head-office',
  shelves: Array.from({ length: Math.ceil(street.length / SLOTS_A_SHELF) }, (_, shelf) => ({
    shelfId: `${shelf + 1}`,
    slots: street.slice(shelf * SLOTS_A_SHELF, (shelf + 1) * SLOTS_A_SHELF).map(({ item }, at) => ({
      slotId: `${at + 1}`,
      sku: item.sku,
      capacity: item.capacity,
      par: item.capacity,
      facings: 1,
      unitWeightGrams: 250,
    })),
  })),
});

const utcDay = (wallMs: number): string => new Date(wallMs).toISOString().slice(0, 10);

export function keepRefillLedger(
  call: ScenarioCall,
  street: readonly ItemDemand[],
  firstDay: number,
) {
  const bySku = new Map(street.map((each) => [each.item.sku, each]));
  const startMs = firstDay * DAY_MS;
  const clock = pastClock(startMs);
  let count = 0;
  const ids = (prefix: string) => `${prefix}-${call.seed}-${++count}`;
  const ledger = openLedger({
    dir: call.dataDir,
    storeId: 'refill-store',
    ids,
    clock,
    softwareVersion: 'sim',
    weighCore: { version: '0', sha256: '0'.repeat(64) },
    localDay: utcDay,
  });
  const { sold, orders } = liveCabinetDays({
    ledger,
    clock,
    offsetHours: 0,
    planogram: planogramOf(street),
    terms(sku) {
      const { packSize = 6, leadDays = 1, shelfDays } = bySku.get(sku)?.item ?? {};
      return { ...USUAL_TERMS, packSize, leadDays, ...(shelfDays !== undefined && { shelfDays }) };
    },
    wanted: (sku, day, hour) => bySku.get(sku)?.wanted[day]?.[hour] ?? 0,
    promoted: (sku) => shifted(bySku.get(sku)?.promoted ?? new Map(), firstDay),
    days: LEDGER_DAYS,
    acknowledged: call.acknowledged,
  });
  const headHash = ledger.head().hash;
  ledger.close();
  const { violations } = checkInvariants(call.dataDir);
  const rebuilt = rebuildAndCompare(call.dataDir, utcDay).map(({ table }) => {
    return { invariant: 'INV-L3', detail: `${table} differs when rebuilt` };
  });
  return { sales: sold, orders, headHash, violations: [...violations, ...rebuilt] };
}
