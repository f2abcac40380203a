/** Totals of a stretch of the ledger, folded event by event. */

import type { DomainEvent, PayChannel, SaleLine } from '../events.ts';
import type { PeriodTotals, RateTotal, TenderTotal, UnresolvedMoney } from './close-events.ts';
import { pending } from './pending.ts';
import { vatParts } from './receipt.ts';
import { partsOf } from './refund.ts';
import type { SaleState } from './sale.ts';

export const NO_CATEGORY = '-';

/** In the order of a report; of every channel there is, or its money would be in no close. */
const ORDER: Record<PayChannel, number> = {
  ...{ wechat: 1, alipay: 2, code: 3, card: 4, hold: 5, cash: 6 },
};

/** Finds the sale an event names, as it is now: lines, channels and amounts do not change later. */
export type SaleOf = (saleId: string) => SaleState | undefined;

export interface Totalling {
  add(event: DomainEvent): void;
  totals(): PeriodTotals;
}

interface Sums {
  totals: Omit<PeriodTotals, 'tenders' | 'categories' | 'lanes' | 'rates'>;
  tenders: Map<PayChannel, TenderTotal>;
  categories: Map<string, PeriodTotals['categories'][number]>;
  lanes: Map<string, PeriodTotals['lanes'][number]>;
  rates: Map<number, RateTotal>;
}

export function totalling(saleOf: SaleOf): Totalling {
  const sums: Sums = {
    totals: {
      ...{ sales: 0, soldFen: 0, discountFen: 0, refunds: 0, refundedFen: 0 },
      ...{ lineVoids: { shopper: 0, staff: 0 }, cancelledSales: 0 },
    },
    tenders: new Map(),
    categories: new Map(),
    lanes: new Map(),
    rates: new Map(),
  };
  return {
    add: (event) => add(sums, event, saleOf),
    totals: () => ({
      ...structuredClone(sums.totals),
      tenders: [...sums.tenders.values()].sort((a, b) => ORDER[a.channel] - ORDER[b.channel]),
      categories: [...sums.categories.values()].sort((a, b) => (a.category < b.category ? -1 : 1)),
      lanes: [...sums.lanes.values()].sort((a, b) => (a.laneId < b.laneId ? -1 : 1)),
      rates: [...sums.rates.values()].sort((a, b) => a.vatBasisPoints - b.vatBasisPoints),
    }),
  };
}

function add(sums: Sums, event: DomainEvent, saleOf: SaleOf): void {
  switch (event.type) {
    case 'SaleCompleted':
      addSale(sums, event.body, saleOf(event.body.saleId));
      return;
    case 'SaleCancelled':
      sums.totals.cancelledSales += 1;
      return;
    case 'LineVoided':
      sums.totals.lineVoids[event.body.by] += 1;
      return;
    case 'RefundRequested':
    case 'UnreceiptedRefundPaid':
      addRefund(sums, event);
      return;
    default:
      addMoney(sums, event, saleOf);
  }
}

function addSale(
  sums: Sums,
  { laneId, totalFen }: { laneId: string; totalFen: number },
  sale: SaleState | undefined,
): void {
  sums.totals.sales += 1;
  sums.totals.soldFen += totalFen;
  const lane = sums.lanes.get(laneId) ?? { laneId, sales: 0, soldFen: 0 };
  sums.lanes.set(laneId, { laneId, sales: lane.sales + 1, soldFen: lane.soldFen + totalFen });
  const lines = sale?.lines ?? [];
  for (const { category, amountFen, discounts = [] } of lines) {
    categoryOf(sums, category).soldFen += amountFen;
    sums.totals.discountFen += discounts.reduce((sum, each) => sum + each.amountFen, 0);
  }
  for (const { vatBasisPoints, grossFen, vatFen } of vatParts(lines)) {
    const rate = rateOf(sums, vatBasisPoints);
    rate.soldFen += grossFen;
    rate.soldVatFen += vatFen;
  }
}

type RefundEvent = Extract<DomainEvent, { type: 'RefundRequested' | 'UnreceiptedRefundPaid' }>;

function addRefund(sums: Sums, event: RefundEvent): void {
  const { lines, amountFen } = event.body;
  sums.totals.refunds += 1;
  sums.totals.refundedFen += amountFen;
  for (const line of lines) categoryOf(sums, line.category).refundedFen += line.amountFen;
  for (const { vatBasisPoints, grossFen, vatFen } of vatParts(lines)) {
    const rate = rateOf(sums, vatBasisPoints);
    rate.refundedFen += grossFen;
    rate.refundedVatFen += vatFen;
  }
  if (event.type === 'UnreceiptedRefundPaid') tenderOf(sums, 'cash').refundedFen += amountFen;
}

/** Money moves when it moves: a capture and its reversal may fall into two periods. */
function addMoney(sums: Sums, event: DomainEvent, saleOf: SaleOf): void {
  if (event.type === 'TenderCaptured' || event.type === 'TenderReversed') {
    const { saleId, tenderId, by } = event.body;
    const tender = saleOf(saleId)?.tenders.find((each) => each.tenderId === tenderId);
    if (!tender) return;
    const total = tenderOf(sums, tender.channel);
    if (event.type === 'TenderCaptured') {
      total.payments += 1;
      total.capturedFen += event.body.amountFen;
    } else if (by && tender.channel !== 'cash') total.byHandFen += tender.capturedFen ?? 0;
    else total.reversedFen += tender.capturedFen ?? 0;
  }
  if (event.type !== 'RefundPaid') return;
  const sale = saleOf(event.body.saleId);
  const part = sale && partsOf(sale).find(({ refundNo }) => refundNo === event.body.refundNo);
  if (!part) return;
  const total = tenderOf(sums, part.channel);
  if (event.body.by && part.channel !== 'cash') total.byHandFen += part.amountFen;
  else total.refundedFen += part.amountFen;
}

function tenderOf({ tenders }: Sums, channel: PayChannel): TenderTotal {
  const known = tenders.get(channel) ?? {
    ...{ channel, payments: 0, capturedFen: 0, reversedFen: 0, refundedFen: 0, byHandFen: 0 },
  };
  tenders.set(channel, known);
  return known;
}

function categoryOf({ categories }: Sums, category: SaleLine['category'] = NO_CATEGORY) {
  const known = categories.get(category) ?? { category, soldFen: 0, refundedFen: 0 };
  categories.set(category, known);
  return known;
}

function rateOf({ rates }: Sums, vatBasisPoints: number): RateTotal {
  const zero = { soldFen: 0, soldVatFen: 0, refundedFen: 0, refundedVatFen: 0 };
  const known = rates.get(vatBasisPoints) ?? { vatBasisPoints, ...zero };
  rates.set(vatBasisPoints, known);
  return known;
}

/** What the drawer should hold of this period: cash in, less everything that went out in cash. */
export function drawerFen({ tenders }: Pick<PeriodTotals, 'tenders'>): number {
  const cash = tenders.find(({ channel }) => channel === 'cash');
  const inFen = (cash?.capturedFen ?? 0) - (cash?.reversedFen ?? 0) - (cash?.refundedFen ?? 0);
  return inFen - tenders.reduce((sum, { byHandFen }) => sum + byHandFen, 0);
}

/** Money nobody knows the end of yet, or that a person has to give back. */
export function unresolvedIn(sales: readonly SaleState[]): UnresolvedMoney[] {
  return sales.flatMap((sale) => {
    const { saleId, laneId } = sale;
    return pending(sale).flatMap((work): UnresolvedMoney[] => {
      if (work.kind === 'print-receipt') return [];
      if ('part' in work) {
        const { channel, orderNo, refundNo: number, amountFen } = work.part;
        const what = work.kind === 'refund-by-hand' ? 'by-hand' : 'refund';
        return [{ what, saleId, laneId, channel, orderNo, number, amountFen }];
      }
      const { channel, orderNo, tenderId: number, amountFen, state } = work.tender;
      const what = state === 'reversing' ? 'reversal' : 'payment';
      return [{ what, saleId, laneId, channel, orderNo, number, amountFen }];
    });
  });
}
