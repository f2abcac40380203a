/** What staff and shoppers do to a basket beside buying: park, recall, check an age, copy. */
import type { Person } from '../person.ts';
import type { LockReason } from './attendant.ts';

export interface AttendantEventBodies {
  /**
   * Put aside under a code the shopper can say; `forMs` on the box's own clock, then given up.
   * `discarded`: the shopper said that they do not want it, and may think better of it until then.
   */
  SaleParked: { saleId: string; code: string; forMs: number; discarded?: true };
  /** Taken up again, perhaps at another lane. */
  SaleRecalled: { saleId: string; laneId: string; by?: Person };
  /** Lines for people of at least so many years may be paid for in this basket. */
  AgeApproved: { saleId: string; minimumAge: number; by: Person };
  /** The receipt goes to paper once more, marked as a copy. */
  ReceiptCopied: { saleId: string; jobId: string; by: Person; reason: string };
  /** A call for help at a lane was taken by this person, so long after it began. */
  HelpAnswered: { laneId: string; waitedMs: number; by: Person; reason: string };
  /** A lane was taken out of service by staff, and put back; the newest of the two holds. */
  LaneLocked: { laneId: string; why: LockReason; by: Person; reason: string };
  LaneUnlocked: { laneId: string; by: Person; reason: string };
}

export const ATTENDANT_EVENT_TYPES = [
  'SaleParked',
  'SaleRecalled',
  'AgeApproved',
  'ReceiptCopied',
  'HelpAnswered',
  'LaneLocked',
  'LaneUnlocked',
] as const satisfies readonly (keyof AttendantEventBodies)[];
