import type { PayChannel } from './events.ts';

/**
 * `requested → captured | declined | unknown`; `unknown → captured | declined | reversing`;
 * `captured → reversing` (late, or the basket is gone) `→ reversed`.
 */
export type TenderState = 'requested' | 'unknown' | 'captured' | 'declined' | 'reversing' | 'reversed';

export interface Tender {
  tenderId: string;
  terminalId: string;
  channel: PayChannel;
  amountFen: number;
  orderNo: string;
  codeTail: string;
  state: TenderState;
  reason?: string;
  providerRef?: string;
}
