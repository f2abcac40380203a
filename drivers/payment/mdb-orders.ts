/**
 * What became of every order: written before the reader is asked and before the goods are called
 * given, for a reader knows no order numbers. Money is final only with VEND SUCCESS: a reader that
 * is reset before it gives the money back, so an order of an earlier connection that got no
 * further than `asked` took nothing. `given` without its ACK is known to nobody.
 */
import type { DeviceNotes, PaymentOutcome } from '../contract.ts';

const ORDERS = 'mdb-orders';
/** Older ones are settled and forgotten. */
const ORDERS_KEPT = 200;

export interface MdbOrder {
  orderNo: string;
  amountFen: number;
  state: 'asked' | 'given' | 'captured' | 'declined' | 'reversed';
  /** The connection it was asked on. */
  connection: number;
  providerRef?: string;
  reason?: string;
}

export interface MdbOrders {
  find(orderNo: string): MdbOrder | undefined;
  put(order: MdbOrder): void;
  /** After a reset of the reader: what was only asked for took nothing. */
  wasReset(): void;
}

/** Orders in the notes; without notes they last as long as the connection. */
export function mdbOrders(notes: DeviceNotes | undefined): MdbOrders {
  let own = '[]';
  const all = (): MdbOrder[] => JSON.parse(notes ? (notes.get(ORDERS) ?? '[]') : own);
  const keep = (orders: MdbOrder[]): void => {
    const text = JSON.stringify(orders.slice(-ORDERS_KEPT));
    if (notes) notes.set(ORDERS, text);
    else own = text;
  };
  return {
    find: (orderNo) => all().find((order) => order.orderNo === orderNo),
    put: (order) => keep([...all().filter(({ orderNo }) => orderNo !== order.orderNo), order]),
    wasReset: () =>
      keep(
        all().map((order) =>
          order.state === 'asked' ? { ...order, state: 'declined', reason: 'READER_RESET' } : order,
        ),
      ),
  };
}

/** What an order's note says of its payment. */
export function outcomeOf(order: MdbOrder): PaymentOutcome {
  switch (order.state) {
    case 'captured': {
      const { amountFen, providerRef = '' } = order;
      return { kind: 'captured', amountFen, providerRef };
    }
    case 'asked':
      return { kind: 'unknown', reason: 'NO_REPLY' };
    case 'given':
      return { kind: 'unknown', reason: 'SUCCESS_UNCONFIRMED' };
    case 'declined':
    case 'reversed':
      return { kind: 'declined', reason: order.reason ?? 'REVERSED' };
  }
}
