/** A payment moved on: the screen follows it. */
import { keptFen, tenderIsOpen } from '../core/sale/tender.ts';
import { endHelp } from './helping.ts';
import { type LaneInside, returnSoon } from './inside.ts';
import { partPaid, refusedPayment } from './words.ts';

export function follow(lane: LaneInside, saleId: string): void {
  const { basket, memory, changed } = lane;
  const sale = basket.current();
  if (sale?.saleId === saleId && sale.phase === 'completed') showPaid(lane, saleId);
  else if (sale?.saleId === saleId && sale.phase === 'open') {
    const last = sale.tenders.at(-1);
    const paidFen = keptFen(sale.tenders);
    if (last?.state === 'captured') memory.payMessage = partPaid(paidFen);
    else if (last && memory.overlay !== 'pay')
      memory.payMessage = refusedPayment(last.state, last.reason);
    memory.overlay = 'pay';
  } else if (sale?.saleId === saleId && !sale.tenders.some(tenderIsOpen)) delete memory.payMessage;
  changed();
}

function showPaid(lane: LaneInside, saleId: string): void {
  const { basket, memory, parts } = lane;
  memory.overlay = 'none';
  delete memory.notice;
  endHelp(lane);
  memory.shown = { saleId };
  basket.forget();
  parts.station?.release();
  lane.receipts?.resume(false);
  returnSoon(lane);
}
