/** What the audit room shows: who did what, whether the ledger is whole, and its copies. */

import type { Refusal, Text } from '../ports.ts';
import type { ActKind } from './acts.ts';
import type { HappenedView } from './order-views.ts';

/** GET /api/audit, as its query. */
export interface AuditQuery {
  kind?: ActKind;
  /** Account, as the ledger names it. */
  person?: string;
  /** Local days, both included. */
  from?: string;
  to?: string;
  /** Acts older than the one of this seq. */
  before?: string;
}

export interface ActView extends HappenedView {
  kind: ActKind;
  /** Who did it, by name where known; '' where nobody is named. */
  person: string;
  /** The sale it is about. */
  saleId?: string;
}

export interface AuditView {
  rows: ActView[];
  more: boolean;
}

/** GET /api/audit/people */
export interface AuditPeople {
  people: { id: string; name: string }[];
  today: string;
}

/** What `ledger verify` found, as far as the page shows it. */
export interface VerifiedView {
  ok: boolean;
  events: number;
  epoch: number;
  headSeq: number;
  headHash: string;
  anchored: boolean;
  anchoredSeq?: number;
  firstBadSeq?: number;
  reason?: Text;
  warnings?: Text[];
}

/** Work on the ledger's files beside the store's own: one at a time, and it can be called off. */
export interface LedgerWorkView {
  kind: 'verify' | 'backup' | 'check-backup';
  /** The backup it is about. */
  name?: string;
  state: 'running' | 'done' | 'failed' | 'cancelled';
  /** `chain`: event by event; `tables`: what follows from them; `copy`: pages of the file. */
  phase: 'starting' | 'chain' | 'tables' | 'copy';
  done: number;
  of: number;
  startedWallMs: number;
  endedWallMs?: number;
  by: string;
  verified?: VerifiedView;
  refusal?: Refusal;
}

export interface BackupView {
  name: string;
  atWallMs: number;
  seq: number;
  epoch: number;
  bytes: number;
  sha256: string;
}

/** GET /api/ledger/work */
export interface LedgerFilesView {
  /** The work under way, or the last one; absent before the first. */
  work?: LedgerWorkView;
  /** Newest first. */
  backups: BackupView[];
}
