/** The operator's one page: how the store is, and what is wrong. */
import type { Refusal, Text } from '../ports.ts';
import type { StoreTrouble } from '../store-troubles.ts';
import type { DeviceView } from './views.ts';

export interface LedgerChecked {
  atWallMs: number;
  ok: boolean;
  firstBadSeq?: number;
  /** What is wrong there. */
  reason?: Text;
}

/** GET /api/status (admin port): the operator's one page. */
export interface StatusView {
  storeId: string;
  storeName: Text;
  /** IANA name; the times on the page are the store's. */
  timeZone: string;
  softwareVersion: string;
  weighCore: { version: string; sha256: string };
  verdict: { level: 'ok' | 'warn' | 'bad'; text: Text };
  /** What is wrong with the store itself, worst first. */
  troubles: StoreTrouble[];
  devices: DeviceView[];
  sync: {
    link: 'up' | 'down' | 'off';
    unsent: number;
    oldestUnsentWallMs?: number;
    ackedSeq: number;
    headSeq: number;
    lastSuccessWallMs?: number;
    nextTryWallMs?: number;
    lastError?: string;
    /** Head office answers, and says no: what it says. */
    refused?: Refusal;
    /** Events it holds without understanding them. */
    quarantined?: number;
    /** Its clock less ours; absent before its first answer. */
    skewMs?: number;
    priceBookVersion: number;
  };
  ledger: {
    events: number;
    headSeq: number;
    headHash: string;
    synchronous: number;
    /** The last time all of it was verified. */
    checked?: LedgerChecked;
  };
  /** Of the operator's page on the network; `own`: this box made it. */
  certificate?: { lastDayWallMs: number; own: boolean };
  clockTrusted: boolean;
  /** Started without devices, after starts that crashed. */
  safe?: true;
  /** Room left for this user, and what follows from it. */
  disk?: { freeBytes: number; level: 'ok' | 'low' | 'tight' | 'last' | 'full' };
  recognition: {
    state: 'starting' | 'ready' | 'unavailable';
    reason?: string;
    packId?: string;
    packSha256?: string;
    galleryVersion: number;
    items: number;
    samples: number;
    p50Ms?: number;
    p95Ms?: number;
  };
  today: {
    sales: number;
    amountFen: number;
    items: { sku: string; name: Text; pieces: number; grams: number; amountFen: number }[];
  };
  unresolvedPayments: {
    saleId: string;
    orderNo: string;
    amountFen: number;
    sinceWallMs: number;
    laneId: string;
    what?: 'payment' | 'reversal' | 'refund' | 'by-hand';
  }[];
  screens: {
    id: string;
    kind: 'lane' | 'counter';
    screen: string;
    path: string;
    helpSinceWallMs?: number;
    /** Goods wait for staff to look at the shopper's age; nobody has called yet, perhaps. */
    held?: true;
  }[];
  teaching?: { done: number; of: number; name: Text };
  startedWallMs: number;
}
