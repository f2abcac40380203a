/**
 * Moves the oldest events from the table into compressed segments: a segment is written, synced
 * and read back before one transaction records it and takes its events out of the table. Killed at
 * any point, the events are in the table or in a recorded segment, never in neither.
 */

import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { GENESIS } from '../core/events.ts';
import type { Clock } from '../core/ports.ts';
import { newestAnchor } from './anchors.ts';
import { ARCHIVE_DIR, readSegment, type SegmentPlace, segmentFile } from './archive-read.ts';
import { type Connection, type CrashPoint, syncDirectory } from './database.ts';
import { metaValue } from './epoch.ts';
import { asLedgerError, LedgerError } from './errors.ts';
import { newestHead } from './heads.ts';
import { encodeSegment, type SegmentRow } from './segment.ts';

export const SEGMENT_EVENTS = 4000;
/** Some 30,000 events: a store's start is not held up by more than a second or two. */
const SEGMENTS_AT_OPENING = 8;

export interface ArchiveParts {
  db: Connection;
  dir: string;
  epoch: number;
  /** Public key of the box, base64url. */
  key: string;
  crashPoint: CrashPoint;
}

/** Events below `beforeSeq`, at most; a segment is of `segmentEvents`, and only the last is shorter. */
export interface ArchiveOrder {
  beforeSeq: number;
  /** Whether what is left over below `beforeSeq` becomes a short segment. */
  remainder: boolean;
  segmentEvents?: number;
  maxSegments?: number;
}

export interface ArchiveResult {
  events: number;
  segments: number;
  bytes: number;
  /** Oldest seq still in the table. */
  nextSeq: number;
  /** No event from this seq on may go yet: head office, a signed head or an anchor is not past it. */
  keepFromSeq: number;
}

type Archived = SegmentRow & { subject: string };

/** Throws LedgerError `CORRUPT`, `DISK_FULL`, `NOT_WRITABLE` through the caller's `asLedgerError`. */
export function archiveEvents(parts: ArchiveParts, order: ArchiveOrder): ArchiveResult {
  const keepFromSeq = keepFrom(parts);
  const end = Math.min(order.beforeSeq, keepFromSeq);
  const size = order.segmentEvents ?? SEGMENT_EVENTS;
  const result = { events: 0, segments: 0, bytes: 0, nextSeq: oldest(parts.db), keepFromSeq };
  while (result.segments < (order.maxSegments ?? Number.POSITIVE_INFINITY)) {
    const count = Math.min(size, end - result.nextSeq);
    if (count < (order.remainder ? 1 : size)) break;
    result.bytes += archiveOne(parts, result.nextSeq, count);
    result.events += count;
    result.segments += 1;
    result.nextSeq += count;
  }
  return result;
}

/** A few segments at each opening; why it failed, where it did: that must not keep a shop shut. */
export function archiveAtOpening(
  parts: ArchiveParts,
  clock: Clock,
  keepMs: number | undefined,
): string | undefined {
  if (keepMs === undefined || clock.wallQuality() !== 'trusted') return undefined;
  try {
    const beforeSeq = seqAtWall(parts.db, clock.wallMs() - keepMs);
    archiveEvents(parts, { beforeSeq, remainder: false, maxSegments: SEGMENTS_AT_OPENING });
    return undefined;
  } catch (thrown) {
    const error = asLedgerError(thrown, parts.dir);
    if (error instanceof LedgerError) return error.message;
    throw error;
  }
}

/** Where the table begins. */
const oldest = (db: Connection): number =>
  Number(db.prepare('SELECT coalesce(max(last_seq), 0) + 1 FROM segments').pluck().get());

/** What head office acknowledged, what was signed and what the anchor file says stays in the table. */
function keepFrom({ db, dir, epoch, key }: ArchiveParts): number {
  const acked = Number(metaValue(db, 'acked') ?? 0);
  const signed = newestHead(db, epoch)?.seq ?? 0;
  const anchor = newestAnchor(dir, key);
  return Math.min(acked, signed, anchor?.epoch === epoch ? anchor.seq : 0);
}

/** First seq recorded at or after a wall time, between the oldest and the newest in the table. */
export function seqAtWall(db: Connection, wallMs: number): number {
  const wallOf = db
    .prepare<[number], number>("SELECT record ->> '$.wallMs' FROM events WHERE seq = ?")
    .pluck();
  const newest = Number(db.prepare('SELECT coalesce(max(seq), 0) FROM events').pluck().get());
  let [low, high] = [oldest(db), newest];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((wallOf.get(middle) ?? 0) < wallMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Returns the bytes of the segment's file. */
function archiveOne(
  { db, dir, crashPoint }: ArchiveParts,
  firstSeq: number,
  count: number,
): number {
  const rows = db
    .prepare<[number, number], Archived>(
      'SELECT seq, subject, record, hash FROM events WHERE seq >= ? ORDER BY seq LIMIT ?',
    )
    .all(firstSeq, count);
  const last = rows.at(-1);
  if (!last) throw new Error(`no events from ${firstSeq} on`);
  const prev = db.prepare<[], string>(
    'SELECT last_hash FROM segments ORDER BY first_seq DESC LIMIT 1',
  );
  const bytes = encodeSegment(rows, prev.pluck().get() ?? GENESIS);
  const place = { firstSeq, lastSeq: last.seq, lastHash: last.hash };
  writeSegment(dir, place, bytes, crashPoint);
  const kept = readSegment(join(dir, segmentFile(place)), place);
  if (kept.some(({ record, hash }, at) => record !== rows[at]?.record || hash !== rows[at]?.hash))
    throw new LedgerError('NOT_WRITABLE', `${segmentFile(place)} reads back otherwise`);
  crashPoint('archive.verified');
  db.transaction(() => {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    db.prepare('INSERT INTO segments VALUES (?, ?, ?, ?)').run(
      ...[firstSeq, last.seq, last.hash, sha256],
    );
    const note = db.prepare('INSERT INTO archived_subjects VALUES (?, ?)');
    const subjects = new Set(rows.map(({ subject }) => subject));
    subjects.delete('');
    for (const subject of subjects) note.run(subject, firstSeq);
    db.prepare('DELETE FROM events WHERE seq BETWEEN ? AND ?').run(firstSeq, last.seq);
    crashPoint('archive.before-commit');
  }).immediate();
  crashPoint('archive.after-commit');
  return bytes.length;
}

function writeSegment(
  dir: string,
  place: SegmentPlace,
  bytes: Buffer,
  crashPoint: CrashPoint,
): void {
  const folder = join(dir, ARCHIVE_DIR);
  if (!existsSync(folder)) mkdirSync(folder);
  syncDirectory(dir);
  const file = join(dir, segmentFile(place));
  const handle = openSync(`${file}.part`, 'w', 0o644);
  try {
    writeSync(handle, bytes);
    crashPoint('archive.written');
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(`${file}.part`, file);
  syncDirectory(folder);
  crashPoint('archive.renamed');
}
