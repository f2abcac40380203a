/**
 * The bytes of one archive segment: gzip over a line that says what it is, then one record a line
 * without the hash of the event before, which only the chain itself can put back. `zcat` shows it.
 */
import { hash as digest } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { LedgerError } from './errors.ts';

export interface SegmentRow {
  seq: number;
  record: string;
  hash: string;
}

interface SegmentTitle {
  format: 'yike-segment-1';
  firstSeq: number;
  lastSeq: number;
  /** Hash of the event before the first. */
  prev: string;
  lastHash: string;
}

/** Quotes inside a text are escaped in JSON, so the first match is the field itself. */
const field = (hash: string): string => `"prev":"${hash}"`;

/** Events in order, not empty, `prev` the hash before them. Throws LedgerError `CORRUPT` where they are no chain. */
export function encodeSegment(rows: readonly SegmentRow[], prev: string): Buffer {
  const [first, last] = [rows[0], rows.at(-1)];
  if (!first || !last) throw new Error('a segment of no events');
  const title: SegmentTitle = {
    ...{ format: 'yike-segment-1', firstSeq: first.seq, lastSeq: last.seq },
    ...{ prev, lastHash: last.hash },
  };
  const lines = [JSON.stringify(title)];
  let before = prev;
  for (const { seq, record, hash } of rows) {
    if (!record.includes(field(before)) || digest('sha256', record, 'hex') !== hash)
      throw new LedgerError('CORRUPT', `event ${seq} does not continue the chain`);
    lines.push(record.replace(field(before), () => field('')));
    before = hash;
  }
  return gzipSync(`${lines.join('\n')}\n`, { level: 9 });
}

/** The events as they were stored. Throws where the bytes are no segment or the chain ends elsewhere. */
export function decodeSegment(bytes: Buffer): SegmentRow[] {
  const [first = '', ...records] = gunzipSync(bytes).toString('utf8').split('\n').slice(0, -1);
  const title: SegmentTitle = JSON.parse(first);
  let before = title.prev;
  const rows = records.map((line, index) => {
    const record = line.replace(field(''), () => field(before));
    before = digest('sha256', record, 'hex');
    return { seq: title.firstSeq + index, record, hash: before };
  });
  if (before !== title.lastHash || rows.at(-1)?.seq !== title.lastSeq)
    throw new Error('the chain of the segment ends elsewhere');
  return rows;
}
