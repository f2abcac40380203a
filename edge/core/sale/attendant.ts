/** What staff may do at a lane, each with who and why. */
import type { Text } from '../ports.ts';
import type { WantedBack } from './refund.ts';

/** Why staff take a lane out of service, as its screen then says. */
export const LOCK_REASONS = ['cleaning', 'paper', 'repair', 'closing', 'other'] as const;
export type LockReason = (typeof LOCK_REASONS)[number];

export const LOCK_WORDS: Record<LockReason, Text> = {
  cleaning: { zh: '正在清洁', en: 'It is being cleaned' },
  paper: { zh: '正在换纸', en: 'Its paper is being changed' },
  repair: { zh: '设备正在检修', en: 'It is being repaired' },
  closing: { zh: '今天已经打烊', en: 'Closed for today' },
  other: { zh: '店员暂停了本机', en: 'Staff have paused it' },
};

/** Goods brought back by somebody who has no receipt. */
export interface UnreceiptedWanted {
  sku: string;
  pieces: number;
  grams: number;
  amountFen: number;
  spoilt?: boolean;
}

export type AttendantCommand =
  /** Somebody goes: the call is over. */
  | { kind: 'answer-help' }
  /** Somebody helps from afar: the call goes on, and its screen says so. */
  | { kind: 'join-help' }
  /** What lies in the bagging area is right. */
  | { kind: 'approve-bag' }
  /** The cash the screen asked for; less than that is a part payment, more gives change. */
  | { kind: 'take-cash'; receivedFen: number }
  | { kind: 'return-cash'; saleId: string; tenderId: string }
  | { kind: 'approve-age' }
  | { kind: 'refuse-age' }
  | { kind: 'void-line'; lineId: string }
  | { kind: 'void-sale' }
  | { kind: 'recall'; code: string }
  /** No lines: everything that is left. */
  | { kind: 'refund'; receiptNo: string; lines: WantedBack[] }
  | { kind: 'refund-unreceipted'; lines: UnreceiptedWanted[] }
  /** Money the acquirer will not give back: handed over in cash. */
  | { kind: 'refund-by-hand'; saleId: string; refundNo: string }
  | { kind: 'hand-back'; saleId: string; tenderId: string }
  /** What became of a payment nobody else can tell, as a person saw it in the terminal's records. */
  | { kind: 'settle-by-hand'; saleId: string; tenderId: string; charged: boolean }
  | { kind: 'settle-refund-by-hand'; saleId: string; refundNo: string; paid: boolean }
  | { kind: 'copy-receipt'; receiptNo: string }
  /** Nobody begins here until it is put back; a basket begun is still paid for. */
  | { kind: 'lock'; why: LockReason }
  | { kind: 'unlock' };

/** Which of them move money, and so want the permission and a fresh proof of who it is. */
export const MOVES_MONEY: readonly AttendantCommand['kind'][] = [
  'refund',
  'refund-unreceipted',
  'refund-by-hand',
  'hand-back',
  'return-cash',
  'settle-by-hand',
  'settle-refund-by-hand',
];
