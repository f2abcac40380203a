/** What staff see: the lanes as they are now, what waits for a person, and one sale in full. */

import type { PayChannel } from '../events.ts';
import type { Warrant } from '../person.ts';
import type { AttendantCommand } from '../sale/attendant.ts';
import type { Refund } from '../sale/refund.ts';
import type { SaleState } from '../sale/sale.ts';
import type { TenderState } from '../sale/tender.ts';
import type { CommandAnswer, LaneScreen, LaneView, SaleView } from './views.ts';

export type { CommandAnswer } from './views.ts';

/** GET /api/assist */
export interface AssistView {
  lanes: {
    laneId: string;
    screen: LaneScreen;
    sale?: SaleView;
    pay?: LaneView['pay'];
    hold?: LaneView['hold'];
    helpSinceWallMs?: number;
    /** Somebody is helping from afar already. */
    remote?: true;
    bag?: LaneView['bag'];
    locked?: true;
    outOfService?: LaneView['outOfService'];
  }[];
  parked: { saleId: string; laneId: string; code: string; totalFen: number; lines: number }[];
  byHand: {
    what:
      | 'take-cash'
      | 'return-cash'
      | 'hand-back'
      | 'refund-by-hand'
      | 'settle-by-hand'
      | 'settle-refund-by-hand';
    saleId: string;
    laneId: string;
    orderNo: string;
    amountFen: number;
    tenderId?: string;
    refundNo?: string;
    receiptNo?: string;
  }[];
}

/** What staff see and do across the lanes of a store. */
export interface Assistance {
  view(): AssistView;
  /** By receipt number, or by the sale's own id. */
  sale(name: string): StaffSaleView | undefined;
  /** Undefined where there is no such lane. */
  act(
    laneId: string,
    command: AttendantCommand,
    warrant: Warrant,
    key: string,
  ): Promise<CommandAnswer | undefined>;
}

/** GET /api/sales/:name, by receipt number or sale id. */
export interface StaffSaleView extends SaleView {
  laneId: string;
  phase: SaleState['phase'];
  receiptNo?: string;
  atWallMs?: number;
  tenders: {
    tenderId: string;
    channel: PayChannel;
    orderNo: string;
    amountFen: number;
    capturedFen?: number;
    state: TenderState;
    by?: string;
  }[];
  refunds: Refund[];
}
