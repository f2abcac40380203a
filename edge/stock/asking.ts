/** Turns what a person asks into a decision of the core: adds names, ids, dates and proposals. */

import type { Ids, Outcome } from '../core/ports.ts';
import { pickList, refillLines } from '../core/replenish/pick-list.ts';
import type { Proposal } from '../core/replenish/propose.ts';
import { checkPlanogram } from '../core/stock/planogram.ts';
import type { StockCommand } from '../core/stock/stock-decide.ts';
import { refuseStock } from '../core/stock/stock-refusals.ts';
import type { DateClock } from '../core/stock/stock-rules.ts';
import type { StockAsk } from '../core/views/stock-view.ts';
import type { Ledger } from '../ledger/contract.ts';

export interface AskingParts {
  ledger: Ledger;
  ids: Ids;
  dates(): DateClock;
  proposals(): Proposal[];
  /** First instant after a local day, `2026-11-23`; undefined for a day that does not exist. */
  endOfDay(day: string): number | undefined;
}

type Ask<Kind extends StockAsk['kind']> = Extract<StockAsk, { kind: Kind }>;
const one = (command: StockCommand): Outcome<StockCommand[]> => ({ ok: true, value: [command] });

/** The commands of one request, all to be carried out together, in the name of `by`. */
export function commandsOf(
  asked: StockAsk,
  by: string,
  parts: AskingParts,
): Outcome<StockCommand[]> {
  const { ledger, ids } = parts;
  switch (asked.kind) {
    case 'publish-planogram': {
      const version = ledger.priceBookVersion();
      const known = (sku: string) => ledger.item(version, sku) !== undefined;
      const checked = checkPlanogram(asked.planogram, known);
      return checked.ok ? one({ ...asked, planogram: checked.value }) : checked;
    }
    case 'receive':
      return receiving(asked, parts);
    case 'lose':
      return one({ ...asked, grams: 0 });
    case 'recall':
      return one({ ...asked, recallId: ids('recall'), by });
    case 'hold':
      return one({ ...asked, holdId: ids('hold'), cause: 'by-hand' });
    case 'clear':
      return one({ ...asked, by });
    case 'order':
      return { ok: true, value: ordering(asked, parts) };
    case 'start-refill':
      return starting(asked, by, parts);
    case 'count-slot':
    case 'end-refill': {
      const [refillId = ''] = ledger.stockState().refills.keys();
      return one({ ...asked, refillId });
    }
    default:
      return one(asked);
  }
}

function receiving(asked: Ask<'receive'>, parts: AskingParts): Outcome<StockCommand[]> {
  const { ledger, ids, dates, endOfDay } = parts;
  const { sku, pieces, expiresOn, supplierLot, orderId } = asked;
  const item = ledger.item(ledger.priceBookVersion(), sku);
  if (!item) return refuseStock('ITEM_WITHOUT_PRICE', { sku });
  const expiresWallMs = expiresOn === undefined ? undefined : endOfDay(expiresOn);
  if (expiresOn !== undefined && expiresWallMs === undefined)
    return refuseStock('DATE_WRONG', { sku, date: expiresOn });
  const { wallMs } = dates();
  if (expiresWallMs !== undefined && expiresWallMs <= wallMs)
    return refuseStock('LOT_EXPIRED', { sku, date: expiresOn ?? '' });
  const lot = {
    lotId: ids('lot'),
    sku,
    ...(supplierLot !== undefined && { supplierLot }),
    ...(expiresWallMs !== undefined && { expiresWallMs }),
    receivedWallMs: wallMs,
  };
  const dated = item.shelfDays !== undefined;
  const named = orderId === undefined ? {} : { orderId };
  return one({ kind: 'receive', lot, pieces, grams: 0, dated, ...named });
}

function ordering(
  { cabinetId, skus }: Ask<'order'>,
  { ids, proposals }: AskingParts,
): StockCommand[] {
  return proposals()
    .filter((each) => each.packs > 0)
    .filter((each) => cabinetId === undefined || each.cabinetId === cabinetId)
    .filter((each) => skus === undefined || skus.includes(each.sku))
    .map(({ cabinetId: cabinet, sku, packs, pieces, reason }) => {
      return {
        kind: 'order',
        orderId: ids('order'),
        cabinetId: cabinet,
        sku,
        packs,
        pieces,
        reason,
      };
    });
}

function starting(
  { cabinets }: Ask<'start-refill'>,
  by: string,
  { ledger, ids, dates }: AskingParts,
) {
  const lines = refillLines(pickList(ledger.stockState(), dates(), cabinets));
  if (lines.length === 0) return refuseStock('NOTHING_TO_REFILL');
  return one({ kind: 'start-refill', refillId: ids('refill'), by, lines });
}
