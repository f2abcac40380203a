/** A sale as whoever looks for it later sees it: paid, given back, given up, or not known yet. */
import type { SaleState } from './sale.ts';
import { tenderIsOpen } from './tender.ts';

export const ORDER_STATES = [
  'paid',
  'part-refunded',
  'refunded',
  'voided',
  'unknown',
  'open',
] as const;
/**
 * `part-refunded` and `refunded`: so much of it was asked back; `voided`: given up before it was
 * paid; `unknown`: a payment has no end yet; `open`: being bought, a payment did not come through.
 */
export type OrderState = (typeof ORDER_STATES)[number];

/** Whether it is an order: it was paid, money was asked for, or goods were given up. */
export const isOrder = ({ phase, lines, tenders }: SaleState): boolean =>
  phase === 'completed' || tenders.length > 0 || (phase === 'cancelled' && lines.length > 0);

/** Fen asked back since it was paid. */
export const refundedFen = ({ refunds = [] }: SaleState): number =>
  refunds.reduce((sum, { amountFen }) => sum + amountFen, 0);

export function orderStateOf(sale: SaleState): OrderState {
  if (sale.tenders.some(tenderIsOpen)) return 'unknown';
  if (sale.phase === 'cancelled') return 'voided';
  if (sale.phase !== 'completed') return 'open';
  const backFen = refundedFen(sale);
  if (backFen === 0) return 'paid';
  return backFen < sale.totalFen ? 'part-refunded' : 'refunded';
}

/** What a search for the end of a number walks over: its last characters, last first. */
export const numberWord = (number: string): string =>
  `#${[...number.toUpperCase()].slice(-NUMBER_END).reverse().join('')}`;
export const goodsWord = (sku: string): string => `=${sku}`;
/** Of the produce counter's scale that weighed a line. */
export const scaleWord = (scaleId: string): string => `@${scaleId}`;

const NUMBER_END = 8;
