/** What the operator's page shows of orders. Amounts in fen, times in ms since 1970. */

import type { Choice, PayChannel } from '../events.ts';
import type { Text } from '../ports.ts';
import type { OrderState } from '../sale/order-state.ts';
import type { ReceiptLine } from '../sale/receipt.ts';
import type { VisitState } from '../visit/visit.ts';
import type { StaffSaleView } from './assist-views.ts';

/** GET /api/orders, as its query. */
export interface OrderQuery {
  /** Number, amount, name, pinyin, article number, or the last characters of a payment. */
  q?: string;
  /** Local days, `2026-11-23`, both included. */
  from?: string;
  to?: string;
  /** Lane, counter or cabinet. */
  place?: string;
  state?: OrderState | 'disputed';
  /** Orders older than the one of this seq. */
  before?: string;
}

export interface OrderRowView {
  seq: number;
  saleId: string;
  receiptNo?: string;
  atWallMs: number;
  place: string;
  state: OrderState;
  dispute: '' | 'open' | 'decided';
  totalFen: number;
  refundedFen: number;
  paidBy: PayChannel[];
  /** Each line with how much of it. */
  goods: Text[];
  /** Something of it is not at head office yet. */
  unsent: boolean;
}

export interface OrdersView {
  rows: OrderRowView[];
  more: boolean;
  /** Of everything found, on the first page only. */
  totals?: { orders: number; totalFen: number; refundedFen: number };
}

/** GET /api/orders/places */
export interface OrderPlaces {
  places: { id: string; kind: 'lane' | 'counter' | 'cabinet' }[];
  today: string;
}

/** One line of an order's history. */
export interface HappenedView {
  seq: number;
  atWallMs: number;
  type: string;
  what: Text;
  detail?: Text;
  source: string;
}

/** What the shelves weighed and when the door moved, where a cabinet made the bill. */
export interface EvidenceView {
  visitId: string;
  cabinetId: string;
  openedWallMs?: number;
  shutWallMs?: number;
  /** Calibrated, in 1/10 000. */
  probabilityBp?: number;
  cells: {
    cell: string;
    beforeGrams: number;
    afterGrams: number;
    /** What stands on it and is on the bill, with how many. */
    goods: Text[];
  }[];
  disputes: VisitState['disputes'];
}

/** What the camera made of a weighed line, and whether its picture is still there. */
export interface LookView {
  lineId: string;
  name: Text;
  grams?: number;
  by: Choice['by'];
  /** Calibrated, in 1/10 000, where the camera knew the goods. */
  confidenceBp?: number;
  /** What it named first, where something else was chosen. */
  first?: Text;
  /** Its address; pictures stay at most 72 hours, and only where the store keeps any. */
  picture?: string;
}

/** GET /api/orders/:saleId */
export interface OrderView {
  sale: StaffSaleView;
  state: OrderState;
  unsent: boolean;
  /** The receipt as it was printed; absent until there is one. */
  paper?: ReceiptLine[];
  /** Address of the e-receipt. */
  receiptPath?: string;
  history: HappenedView[];
  evidence?: EvidenceView;
  /** Weighed lines that a camera saw. */
  looks?: LookView[];
}
