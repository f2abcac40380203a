/** What staff see and do across the lanes of a store. */

import { pending } from '../core/sale/pending.ts';
import type { RefundPart } from '../core/sale/refund.ts';
import type { SaleState } from '../core/sale/sale.ts';
import type { Tender } from '../core/sale/tender.ts';
import type { Assistance, AssistView, StaffSaleView } from '../core/views/assist-views.ts';
import { saleView } from '../core/views/sale-view.ts';
import { saleOfReceipt } from '../lane/attending.ts';
import { completionOf } from '../lane/receipts.ts';
import { laneRefusal } from '../lane/refusals.ts';
import type { Controller } from '../main.ts';

export function assistanceOf({ ledger, lanes }: Controller): Assistance {
  const find = (name: string): SaleState | undefined =>
    ledger.sale(saleOfReceipt(ledger, name) ?? name);
  return {
    view: () => ({
      lanes: lanes.map((lane) => {
        const { screen, sale, pay, hold, help, bag, locked, outOfService } = lane.view();
        return {
          ...{ laneId: lane.id, screen },
          ...(sale && { sale }),
          ...(pay && { pay }),
          ...(hold && { hold }),
          ...(help && { helpSinceWallMs: help.sinceWallMs }),
          ...(help?.remote && { remote: true as const }),
          ...(bag?.trouble && { bag }),
          ...(locked && { locked }),
          ...(outOfService && { outOfService }),
        };
      }),
      parked: ledger.unfinishedSales().flatMap(parkedView),
      byHand: ledger.unfinishedSales().flatMap(byHandView),
    }),
    sale(name) {
      const sale = find(name);
      return sale && staffSale(sale, completionOf(ledger, sale.saleId)?.atWallMs);
    },
    async act(laneId, command, warrant, key) {
      const asked = lanes.find(({ id }) => id === laneId);
      if (!asked) return undefined;
      // A copy comes out where staff stand; money goes back over the terminals of the sale's lane.
      const sale = 'receiptNo' in command ? find(command.receiptNo) : undefined;
      const own = lanes.find(({ id }) => id === sale?.laneId);
      const lane = command.kind === 'refund' ? (own ?? asked) : asked;
      if ('receiptNo' in command && !sale)
        return { ok: false, refusal: laneRefusal('RECEIPT_NOT_FOUND') };
      const answer = await lane.attend(command, warrant, key);
      for (const each of lanes) each.resume();
      return answer;
    },
  };
}

const parkedView = ({ parked, saleId, laneId, totalFen, lines }: SaleState) =>
  parked ? [{ saleId, laneId, code: parked.code, totalFen, lines: lines.length }] : [];

/** What waits for a person: cash to take or give, refused refunds, money an acquirer keeps or cannot tell of. */
function byHandView(sale: SaleState): AssistView['byHand'] {
  const { saleId, laneId } = sale;
  const receiptNo = sale.receipt && { receiptNo: sale.receipt.receiptNo };
  return pending(sale).flatMap((work): AssistView['byHand'] => {
    if (work.kind === 'refund-by-hand') {
      const { refundNo, orderNo, amountFen } = work.part;
      return [{ what: work.kind, saleId, laneId, refundNo, orderNo, amountFen, ...receiptNo }];
    }
    if (work.kind === 'pay-refund' && isUntold(work.part)) {
      const { refundNo, orderNo, amountFen } = work.part;
      const what = 'settle-refund-by-hand' as const;
      return [{ what, saleId, laneId, refundNo, orderNo, amountFen, ...receiptNo }];
    }
    if (!('tender' in work) || work.kind === 'resolve-tender') return [];
    const { tenderId, orderNo, amountFen, capturedFen = amountFen } = work.tender;
    const what = work.kind === 'reverse-tender' ? backFrom(work.tender) : work.kind;
    return [{ what, saleId, laneId, tenderId, orderNo, amountFen: capturedFen }];
  });
}

/** A card terminal asked once cannot be asked again: a person looks at its records. */
const isUntold = ({ channel, state }: RefundPart) => channel === 'card' && state === 'unknown';

/** Money known to be kept is handed back; where nobody can tell, a person says what they saw. */
const backFrom = ({ capturedFen }: Tender) =>
  capturedFen === undefined ? 'settle-by-hand' : 'hand-back';

function staffSale(sale: SaleState, atWallMs: number | undefined): StaffSaleView {
  const { tenders, refunds = [], laneId, phase, receipt } = sale;
  return {
    ...saleView(sale),
    ...{ laneId, phase, refunds },
    ...(receipt && { receiptNo: receipt.receiptNo }),
    ...(atWallMs !== undefined && { atWallMs }),
    tenders: tenders.map(({ tenderId, channel, orderNo, amountFen, capturedFen, state, by }) => ({
      ...{ tenderId, channel, orderNo, amountFen, state },
      ...(capturedFen !== undefined && { capturedFen }),
      ...(by && { by: by.name }),
    })),
  };
}
