/**
 * Which order number is which receipt: written before a payment is sent, so that a cut wire can
 * never lead to a second one. A terminal knows no order numbers; what it can say is its last
 * receipt. Before a payment that receipt is noted, and after a lost end it is asked for again.
 */
import type { DeviceNotes } from '../contract.ts';
import type { ZvtStatus } from './zvt-frames.ts';

/** Older ones are settled and forgotten. */
const ORDERS_KEPT = 200;
const ORDERS = 'zvt-orders';

export interface Order {
  orderNo: string;
  amountFen: number;
  /** Mark of the terminal's last receipt when the payment was sent. */
  before: string;
  /** `captured` of a refund: it went through. */
  state: 'sent' | 'captured' | 'declined' | 'reversed';
  /** Once captured. */
  paidFen?: number;
  receipt?: string;
  trace?: string;
  reason?: string;
}

export interface Orders {
  /** False where an order that is not found may have been sent by an earlier process. */
  readonly complete: boolean;
  find(orderNo: string): Order | undefined;
  /** The order nobody knows the end of, if there is one. */
  open(): Order | undefined;
  put(order: Order): Order;
}

/** Tells one transaction from the next; undefined where the terminal said neither number. */
export function markOf({ receipt, trace }: Pick<ZvtStatus, 'receipt' | 'trace'>) {
  return receipt === undefined && trace === undefined ? undefined : `${receipt}/${trace}`;
}

/** The receipt number after the one in `mark`: four digits, 9999 is followed by 1. */
export function receiptAfter(mark: string): number | undefined {
  const receipt = /^(\d{1,4})\//.exec(mark)?.[1];
  return receipt === undefined ? undefined : (Number(receipt) % 9999) + 1;
}

export function ordersIn(notes: DeviceNotes): Orders {
  const all = (): Order[] => JSON.parse(notes.get(ORDERS) ?? '[]');
  return {
    complete: notes.durable,
    find: (orderNo) => all().find((order) => order.orderNo === orderNo),
    open: () => all().find((order) => order.state === 'sent'),
    put(order) {
      const others = all().filter(({ orderNo }) => orderNo !== order.orderNo);
      notes.set(ORDERS, JSON.stringify([...others, order].slice(-ORDERS_KEPT)));
      return order;
    },
  };
}
