/** Archiving asked for by a person, of a store that is not selling just then. */
import { type ArchiveResult, archiveEvents, seqAtWall } from './archive.ts';
import { archiveReader } from './archive-read.ts';
import type { Connection, CrashPoint } from './database.ts';
import { openDeviceKey } from './device-key.ts';
import { metaValue, refuseCutTail } from './epoch.ts';
import { offline } from './offline.ts';

/** What may go: everything below a seq, or recorded before a wall time in milliseconds. */
export type ArchiveBefore = { seq: number } | { wallMs: number };

/**
 * Archives what head office holds of the events before `before` and gives the freed pages back to
 * the disk. Throws LedgerError `NO_LEDGER`, `LOCKED`, `TAIL_CUT`, `CORRUPT`, `DISK_FULL`,
 * `NOT_WRITABLE`, `NEWER_SCHEMA`.
 */
export function archiveLedger(
  dir: string,
  before: ArchiveBefore,
  crashPoint: CrashPoint = () => {},
): ArchiveResult {
  const archive = (db: Connection): ArchiveResult => {
    const epoch = Number(metaValue(db, 'epoch') ?? 1);
    const key = openDeviceKey(dir).publicKey;
    refuseCutTail(db, archiveReader(db, dir), dir, epoch, key);
    const beforeSeq = 'seq' in before ? before.seq : seqAtWall(db, before.wallMs);
    const store = { db, dir, epoch, key, crashPoint };
    const result = archiveEvents(store, { beforeSeq, remainder: true });
    if (result.events > 0) db.exec('VACUUM');
    return result;
  };
  return offline(dir, archive, crashPoint);
}
