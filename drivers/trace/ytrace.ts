/**
 * A trace as a file: lines of JSON, the first a header, then one entry a line:
 *   {"ytrace":1,"device":"scale-1","driver":"enq-dc1","options":{},"address":"…","clock":"mono-us","startedAt":"…"}
 *   {"t":1200345,"d":"rx","h":"0102…","n":"{…}"}
 * `t` microseconds since `startedAt`, `d` rx, tx, ev or note, `h` hex of the wire, `n` words: what
 * the bytes mean, the event, the note. `of` the true length where only the beginning was kept.
 */
import { fromHex } from '../hex.ts';
import type { TraceDirection, TraceEntry } from './ring.ts';

export interface TraceHeader {
  ytrace: 1;
  device: string;
  driver: string;
  options: Record<string, unknown>;
  address: string;
  clock: 'mono-us';
  /** ISO 8601, of the first entry. */
  startedAt: string;
}

export interface Trace {
  header: TraceHeader;
  entries: TraceEntry[];
}

export type ParsedTrace = { ok: true; trace: Trace } | { ok: false; problem: string };

interface Line {
  t: number;
  d: TraceDirection;
  h?: string;
  n?: string;
  of?: number;
}

/** @param meanings what was decoded at an entry, by its `seq` */
export function formatTrace(
  { header, entries }: Trace,
  meanings: ReadonlyMap<number, string> = new Map(),
): string {
  const firstUs = entries[0]?.tUs ?? 0;
  const lines = entries.map(({ seq, tUs, direction, bytes, of }): Line => {
    const wire = direction === 'rx' || direction === 'tx';
    const words = wire ? meanings.get(seq) : Buffer.from(bytes).toString('utf8');
    return {
      t: Math.round(tUs - firstUs),
      d: direction,
      ...(wire && { h: Buffer.from(bytes).toString('hex') }),
      ...(words !== undefined && { n: words }),
      ...(of !== undefined && { of }),
    };
  });
  return `${[header, ...lines].map((line) => JSON.stringify(line)).join('\n')}\n`;
}

/** Reads a trace file; the problem names the line. A last line cut short (a full stick) is left out. */
export function parseTrace(text: string): ParsedTrace {
  const lines = text.split('\n');
  const last = lines.pop();
  if (lines.length === 0 && last) lines.push(last);
  const header = jsonOf(lines[0] ?? '');
  if (!isHeader(header)) {
    return bad(1, '不是 .ytrace 文件', 'not the header of a .ytrace file');
  }
  const entries: TraceEntry[] = [];
  for (const [index, line] of lines.slice(1).entries()) {
    const entry = entryOf(jsonOf(line), index + 1);
    if (typeof entry === 'string') return bad(index + 2, entry, entry);
    entries.push(entry);
  }
  return { ok: true, trace: { header, entries } };
}

const bad = (line: number, zh: string, en: string): ParsedTrace => ({
  ok: false,
  problem: zh === en ? `line ${line}: ${en}` : `第 ${line} 行 line ${line}: ${zh} ${en}`,
});

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isHeader(value: unknown): value is TraceHeader {
  if (typeof value !== 'object' || value === null) return false;
  const { ytrace, device, driver, options } = value as Record<string, unknown>;
  const named = typeof device === 'string' && typeof driver === 'string';
  return ytrace === 1 && named && typeof options === 'object' && options !== null;
}

function entryOf(value: unknown, seq: number): TraceEntry | string {
  if (typeof value !== 'object' || value === null) return 'not JSON';
  const { t, d, h, n, of } = value as Record<string, unknown>;
  if (typeof t !== 'number' || t < 0) return 't is no time';
  if (d !== 'rx' && d !== 'tx' && d !== 'ev' && d !== 'note') return 'd is not rx, tx, ev or note';
  const wire = d === 'rx' || d === 'tx';
  const bytes = wire ? fromHex(typeof h === 'string' ? h : 'x') : Buffer.from(String(n ?? ''));
  if (bytes === undefined) return 'h is no hex';
  return { seq, tUs: t, direction: d, bytes, ...(typeof of === 'number' && { of }) };
}
