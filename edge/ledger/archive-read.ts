/** What the live ledger still asks of events that moved to segments: rarely, one file at a time. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordedEvent } from '../core/events.ts';
import type { Connection } from './database.ts';
import { LedgerError } from './errors.ts';
import { parseRecord, subjectOf } from './record.ts';
import { decodeSegment, type SegmentRow } from './segment.ts';

export const ARCHIVE_DIR = 'archive';

export interface SegmentPlace {
  firstSeq: number;
  lastSeq: number;
  lastHash: string;
}

export const segmentFile = ({ firstSeq, lastSeq, lastHash }: SegmentPlace): string =>
  join(ARCHIVE_DIR, `${firstSeq}-${lastSeq}-${lastHash.slice(0, 8)}.ndjson.gz`);

/** Throws LedgerError `CORRUPT` where a segment is missing or damaged. */
export interface ArchiveReader {
  /** Newest archived seq, 0 before the first. */
  lastSeq(): number;
  /** After segments were added. */
  refresh(): void;
  at(seq: number): SegmentRow | undefined;
  /** Archived events after `seq`, at most `limit`. */
  after(seq: number, limit: number): SegmentRow[];
  /** Archived events about a subject with seq below `before`, oldest first. */
  about(subject: string, before: number): RecordedEvent[];
}

interface Opened {
  firstSeq: number;
  rows: SegmentRow[];
  bySubject: Map<string, RecordedEvent[]>;
}

/** Segments of the store in `dir`; the last one read stays in memory. */
export function archiveReader(db: Connection, dir: string): ArchiveReader {
  const columns = 'first_seq AS firstSeq, last_seq AS lastSeq, last_hash AS lastHash';
  const holding = db.prepare<[number], SegmentPlace>(
    `SELECT ${columns} FROM segments WHERE last_seq >= ? ORDER BY first_seq LIMIT 1`,
  );
  const ofSubject = db.prepare<[string, number], SegmentPlace>(
    `SELECT ${columns} FROM archived_subjects JOIN segments USING (first_seq)
     WHERE subject = ? AND first_seq < ? ORDER BY first_seq`,
  );
  const last = db.prepare<[], number>('SELECT coalesce(max(last_seq), 0) FROM segments').pluck();
  let held: Opened | undefined;
  // Most stores have no archive: a new sale then asks nothing of the disk.
  let newest = last.get() ?? 0;

  function open(place: SegmentPlace): Opened {
    if (held?.firstSeq === place.firstSeq) return held;
    const rows = readSegment(join(dir, segmentFile(place)), place);
    held = { firstSeq: place.firstSeq, rows, bySubject: new Map() };
    for (const event of rows.map(({ record }) => parseRecord(record))) {
      const subject = subjectOf(event);
      const events = held.bySubject.get(subject);
      if (events) events.push(event);
      else held.bySubject.set(subject, [event]);
    }
    return held;
  }

  function after(seq: number, limit: number): SegmentRow[] {
    const found: SegmentRow[] = [];
    for (let next = seq + 1; found.length < limit; ) {
      const place = holding.get(next);
      if (!place) break;
      const from = Math.max(0, next - place.firstSeq);
      found.push(...open(place).rows.slice(from, from + limit - found.length));
      next = place.lastSeq + 1;
    }
    return found;
  }

  return {
    lastSeq: () => newest,
    refresh() {
      newest = last.get() ?? 0;
    },
    at: (seq) => after(seq - 1, 1).find((row) => row.seq === seq),
    after,
    about: (subject, before) =>
      (newest === 0 ? [] : ofSubject.all(subject, before))
        .flatMap((place) => open(place).bySubject.get(subject) ?? [])
        .filter((event) => event.seq < before),
  };
}

/** The events of one file, held to its row. Throws LedgerError `CORRUPT`. */
export function readSegment(file: string, { firstSeq, lastSeq, lastHash }: SegmentPlace) {
  try {
    const rows = decodeSegment(readFileSync(file));
    const ends = [rows[0]?.seq, rows.at(-1)?.seq, rows.at(-1)?.hash];
    if (ends.join() === [firstSeq, lastSeq, lastHash].join()) return rows;
    throw new Error('it holds other events');
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new LedgerError('CORRUPT', `${file}: ${error.message}`, { cause: error });
  }
}
