/** Goods taken back without a receipt: cash out, by two people, at today's price at most. */

import type { CatalogueItem } from '../catalogue/catalogue.ts';
import type { DomainEvent } from '../events.ts';
import { isWitnessed, type Warrant } from '../person.ts';
import type { Outcome } from '../ports.ts';
import { refuse } from '../refusals.ts';
import { amountForWeight } from '../weigh/amount.ts';
import type { UnreceiptedWanted } from './attendant.ts';
import type { UnreceiptedLine } from './refund-events.ts';

export interface UnreceiptedRefund {
  refundId: string;
  laneId: string;
  location: string;
  wanted: UnreceiptedWanted[];
  warrant: Warrant;
  itemOf(sku: string): CatalogueItem | undefined;
}

/** One event and its stock moves, or why not. */
export function decideUnreceipted(asked: UnreceiptedRefund): Outcome<DomainEvent[]> {
  const { refundId, laneId, warrant, wanted, location } = asked;
  const { by, approvedBy, reason } = warrant;
  if (!approvedBy || !isWitnessed(warrant)) return refuse('SECOND_PERSON_NEEDED', { limitFen: 0 });
  const lines: UnreceiptedLine[] = [];
  for (const want of wanted) {
    const item = asked.itemOf(want.sku);
    if (!item) return refuse('LINE_UNKNOWN', { sku: want.sku });
    const mostFen = priceOf(item, want);
    const { amountFen } = want;
    if (!Number.isSafeInteger(amountFen) || amountFen < 0 || amountFen > mostFen)
      return refuse('REFUND_TOO_MUCH', { sku: want.sku, amountFen, mostFen });
    lines.push(lineOf(item, want));
  }
  const amountFen = lines.reduce((sum, line) => sum + line.amountFen, 0);
  if (amountFen <= 0) return refuse('NOTHING_TO_REFUND');
  const signed = { reason, by, approvedBy };
  return {
    ok: true,
    value: [
      { type: 'UnreceiptedRefundPaid', body: { refundId, laneId, lines, amountFen, ...signed } },
      ...lines.flatMap((line) => movesOf(line, location)),
    ],
  };
}

/** Today's price of as much; 0 for a size that makes no sense. */
function priceOf({ priceBasis, unitPriceFen }: CatalogueItem, want: UnreceiptedWanted): number {
  const { pieces, grams } = want;
  const whole = Number.isSafeInteger(pieces) && Number.isSafeInteger(grams);
  if (!whole || pieces < 0 || grams < 0) return 0;
  if (priceBasis === 'each') return grams === 0 ? pieces * unitPriceFen : 0;
  return pieces === 0 ? amountForWeight(grams, unitPriceFen, priceBasis) : 0;
}

function lineOf(item: CatalogueItem, want: UnreceiptedWanted): UnreceiptedLine {
  const { sku, name, vatBasisPoints, category } = item;
  const { pieces, grams, amountFen, spoilt } = want;
  const goods = item.priceBasis === 'each' && !spoilt ? 'shelf' : 'waste';
  return { sku, name, pieces, grams, amountFen, vatBasisPoints, category, goods };
}

function movesOf({ sku, pieces, grams, goods }: UnreceiptedLine, location: string): DomainEvent[] {
  const back = { sku, location, pieces, grams };
  const events: DomainEvent[] = [{ type: 'StockMoved', body: { cause: 'return', move: back } }];
  const gone = { sku, location, pieces: 0 - pieces, grams: 0 - grams };
  if (goods === 'waste') events.push({ type: 'StockMoved', body: { cause: 'waste', move: gone } });
  return events;
}
