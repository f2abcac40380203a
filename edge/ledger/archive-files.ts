/** The segments that a ledger file names, carried with it into a backup and out of one. */
import { createHash } from 'node:crypto';
import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { ARCHIVE_DIR, type SegmentPlace, segmentFile } from './archive-read.ts';
import { LEDGER_FILE, syncDirectory } from './database.ts';

type Listed = SegmentPlace & { sha256: string };

/**
 * Copies the segments that the ledger in `folder` names from `from` to `to`, synced; what lies
 * there whole already is left alone. A missing one is left to the verifier to tell.
 */
export function copySegments(folder: string, from: string, to: string): void {
  const segments = listed(join(folder, LEDGER_FILE));
  if (segments.length === 0) return;
  mkdirSync(join(to, ARCHIVE_DIR), { recursive: true });
  for (const segment of segments) {
    const [source, target] = [join(from, segmentFile(segment)), join(to, segmentFile(segment))];
    if (!existsSync(source)) continue;
    if (existsSync(target) && sha256Of(target) === segment.sha256) continue;
    copyFileSync(source, `${target}.part`);
    const handle = openSync(`${target}.part`, 'r+');
    fsyncSync(handle);
    closeSync(handle);
    renameSync(`${target}.part`, target);
  }
  syncDirectory(join(to, ARCHIVE_DIR));
  syncDirectory(to);
}

const sha256Of = (file: string): string =>
  createHash('sha256').update(readFileSync(file)).digest('hex');

function listed(file: string): Listed[] {
  const db = new Database(file, { readonly: true });
  try {
    if (!db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'segments'").get()) return [];
    return db
      .prepare<[], Listed>(
        `SELECT first_seq AS firstSeq, last_seq AS lastSeq, last_hash AS lastHash, sha256
         FROM segments ORDER BY first_seq`,
      )
      .all();
  } finally {
    db.close();
  }
}
