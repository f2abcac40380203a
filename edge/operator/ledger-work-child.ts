/**
 * A process that reads the ledger's files beside the store: the store's own process may open no
 * second handle to them. Told once what to do; answers with progress, then with the result.
 */

import type { Refusal } from '../core/ports.ts';
import type { LedgerWorkView, VerifiedView } from '../core/views/audit-views.ts';
import { backupLedger } from '../ledger/backup.ts';
import { asLedgerError, LedgerError } from '../ledger/errors.ts';
import { verifyLedger } from '../ledger/verify.ts';

export interface WorkOrder {
  kind: LedgerWorkView['kind'];
  /** The store's directory, or the backup's folder for `check-backup`. */
  dir: string;
  /** Where a backup goes. */
  folder: string;
  wallMs: number;
}

export type WorkWord =
  | { what: 'progress'; phase: LedgerWorkView['phase']; done: number }
  | { what: 'verified'; report: VerifiedView }
  | { what: 'backed-up' }
  | { what: 'refused'; refusal: Refusal };

const tell = (word: WorkWord): void => void process.send?.(word);
const watch = (phase: 'chain' | 'tables' | 'copy', done: number) =>
  tell({ what: 'progress', phase, done });

async function work({ kind, dir, folder, wallMs }: WorkOrder): Promise<WorkWord> {
  try {
    if (kind !== 'backup') return { what: 'verified', report: verifyLedger(dir, watch) };
    await backupLedger(dir, folder, wallMs, watch);
    return { what: 'backed-up' };
  } catch (thrown) {
    const error = asLedgerError(thrown, dir);
    if (!(error instanceof LedgerError)) throw thrown;
    const { code, text, next } = error;
    return { what: 'refused', refusal: { code, message: text, next } };
  }
}

process.on('message', (order: WorkOrder) => {
  void work(order).then((word) => {
    tell(word);
    process.disconnect();
  });
});
