/**
 * Puts archived events and the table's own before a reader as one: `events` then means both. The
 * auditor's own reading of segment files; it shares nothing with the code that writes them.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { GENESIS, type RecordedEvent } from '../core/events.ts';
import type { Text } from '../core/ports.ts';
import { say } from '../core/say.ts';
import type { Connection } from './database.ts';
import { LedgerError } from './errors.ts';
import type { Finding } from './verify.ts';
import { subject } from './verify-subject.ts';

interface Segment {
  first: number;
  last: number;
  lastHash: string;
  sha256: string;
}

/**
 * From here on this connection's `events` are those of the segments in `dir` and of the table, or
 * a finding where a segment is missing, damaged or another. Nothing changes in the file.
 */
export function joinArchive(db: Connection, dir: string): Finding | undefined {
  if (!db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'segments'").get()) return undefined;
  const segments = db
    .prepare<[], Segment>(
      `SELECT first_seq AS first, last_seq AS last, last_hash AS lastHash, sha256
       FROM segments ORDER BY first_seq`,
    )
    .all();
  if (segments.length === 0) return undefined;
  db.exec(`CREATE TEMP TABLE archived (seq INTEGER PRIMARY KEY, tx TEXT, source TEXT, subject TEXT,
    type TEXT, record TEXT, hash TEXT);
    CREATE INDEX temp.archived_by_subject ON archived (subject, seq) WHERE subject <> ''`);
  const insert = db.prepare('INSERT INTO temp.archived VALUES (?, ?, ?, ?, ?, ?, ?)');
  let before = { last: 0, lastHash: GENESIS };
  for (const segment of segments) {
    const reason = takeIn(insert, dir, segment, before);
    if (reason) return { seq: before.last + 1, reason };
    before = segment;
  }
  db.exec(`CREATE TEMP VIEW events AS
    SELECT * FROM temp.archived UNION ALL SELECT * FROM main.events`);
  return undefined;
}

/** The same for a caller that takes no findings. Throws LedgerError `CORRUPT`. */
export function requireArchive(db: Connection, dir: string): void {
  const finding = joinArchive(db, dir);
  if (finding) throw new LedgerError('CORRUPT', finding.reason.en);
}

/** Undoes `joinArchive` for a connection that goes on. */
export function partArchive(db: Connection): void {
  db.exec('DROP VIEW IF EXISTS temp.events; DROP TABLE IF EXISTS temp.archived');
}

function takeIn(
  insert: { run(...values: (string | number)[]): unknown },
  dir: string,
  { first, last, lastHash, sha256 }: Segment,
  before: { last: number; lastHash: string },
): Text | undefined {
  const name = join('archive', `${first}-${last}-${lastHash.slice(0, 8)}.ndjson.gz`);
  const file = join(dir, name);
  if (!existsSync(file)) return say(`归档文件不见了：${name}`, `The segment is missing: ${name}`);
  const damaged = say(`归档文件被改动：${name}`, `The segment was changed: ${name}`);
  const bytes = readFileSync(file);
  if (createHash('sha256').update(bytes).digest('hex') !== sha256) return damaged;
  const [title, ...lines] = gunzipSync(bytes).toString('utf8').trimEnd().split('\n');
  const told = JSON.stringify(['yike-segment-1', first, last, before.lastHash, lastHash]);
  if (title === undefined || JSON.stringify(Object.values(JSON.parse(title))) !== told)
    return damaged;
  if (first !== before.last + 1 || lines.length !== last - first + 1) return damaged;
  let hash = before.lastHash;
  for (const line of lines) {
    const at = line.indexOf('"prev":""');
    const record = `${line.slice(0, at + 8)}${hash}${line.slice(at + 8)}`;
    hash = createHash('sha256').update(record, 'utf8').digest('hex');
    const event: RecordedEvent = JSON.parse(record);
    insert.run(event.seq, event.tx, event.source, subject(event), event.type, record, hash);
  }
  return hash === lastHash ? undefined : damaged;
}

/** Rows of `archived_subjects` that the segments call for and that are not there, or the reverse. */
export function archivedSubjectsFinding(db: Connection): Finding | undefined {
  const joined = db.prepare("SELECT 1 FROM sqlite_temp_schema WHERE name = 'archived'").get();
  if (!joined) return undefined;
  const due = `SELECT DISTINCT subject, first_seq FROM temp.archived
    JOIN segments ON seq BETWEEN first_seq AND last_seq WHERE subject <> ''`;
  const stored = 'SELECT subject, first_seq FROM archived_subjects';
  const differ = db.prepare(
    `SELECT 1 FROM (${due} EXCEPT ${stored}) UNION ALL SELECT 1 FROM (${stored} EXCEPT ${due})`,
  );
  if (!differ.get()) return undefined;
  return { reason: say('归档索引与记录不符', 'The index of the archive differs from its events') };
}
