/**
 * The last 5 MB of everything on one device's wire, always on, so that the past is there after the
 * fault. Adding is a copy in memory: it never waits, never throws, never grows past its limit; the
 * oldest 64 KiB go when it is full.
 */
export type TraceDirection = 'rx' | 'tx' | 'ev' | 'note';

export interface TraceEntry {
  /** Counts from 1 for the life of the ring; gaps never, so a reader knows what it missed. */
  seq: number;
  /** Monotonic microseconds. */
  tUs: number;
  direction: TraceDirection;
  /** What was on the wire; for `ev` (JSON) and `note` the UTF-8 of the text. */
  bytes: Uint8Array;
  /** How many bytes there were, where more than is kept. */
  of?: number;
}

export interface TraceRing {
  add(direction: 'rx' | 'tx', bytes: Uint8Array): void;
  say(direction: 'ev' | 'note', text: string): void;
  /** Entries after `seq`, oldest first, at most `limit` (the newest ones with `newest`). */
  after(seq: number, limit?: number): TraceEntry[];
  newest(limit: number): TraceEntry[];
  /** What the ring holds and has let go of. */
  extent(): { firstSeq: number; lastSeq: number; bytes: number };
}

export const RING_BYTES = 5 * 1024 * 1024;
const CHUNK_BYTES = 64 * 1024;
/** Longer pieces (pictures) are kept by their beginning and their length. */
const LONGEST_BYTES = 4096;
/** Time (8), length kept (2), whole length (4), direction (1). */
const HEAD_BYTES = 15;
const DIRECTIONS: readonly TraceDirection[] = ['rx', 'tx', 'ev', 'note'];

interface Chunk {
  firstSeq: number;
  count: number;
  used: number;
  data: Buffer;
}

/** @param nowUs monotonic microseconds */
export function traceRing(nowUs: () => number, limitBytes = RING_BYTES): TraceRing {
  const chunks: Chunk[] = [];
  let lastSeq = 0;

  const room = (bytes: number): Chunk => {
    const last = chunks.at(-1);
    if (last !== undefined && last.used + bytes <= last.data.length) return last;
    const full = chunks.length * CHUNK_BYTES + CHUNK_BYTES > limitBytes;
    // The oldest chunk's memory is used again: a full ring asks for no more.
    const oldest = full ? chunks.shift() : undefined;
    const data = oldest?.data ?? Buffer.allocUnsafe(CHUNK_BYTES);
    const fresh: Chunk = { firstSeq: lastSeq + 1, count: 0, used: 0, data };
    chunks.push(fresh);
    return fresh;
  };

  const put = (direction: TraceDirection, bytes: Uint8Array): void => {
    const kept = Math.min(bytes.length, LONGEST_BYTES);
    const chunk = room(HEAD_BYTES + kept);
    const { data, used } = chunk;
    data.writeDoubleLE(nowUs(), used);
    data.writeUInt16LE(kept, used + 8);
    data.writeUInt32LE(bytes.length, used + 10);
    data.writeUInt8(DIRECTIONS.indexOf(direction), used + 14);
    data.set(bytes.subarray(0, kept), used + HEAD_BYTES);
    chunk.used += HEAD_BYTES + kept;
    chunk.count += 1;
    lastSeq += 1;
  };

  const after = (seq: number, limit = Number.POSITIVE_INFINITY): TraceEntry[] => {
    const found: TraceEntry[] = [];
    for (const chunk of chunks) {
      if (chunk.firstSeq + chunk.count <= seq + 1) continue;
      for (const entry of entriesOf(chunk)) {
        if (found.length >= limit) return found;
        if (entry.seq > seq) found.push(entry);
      }
    }
    return found;
  };

  return {
    add: put,
    say: (direction, text) => put(direction, Buffer.from(text, 'utf8')),
    after,
    newest: (limit) => after(Math.max(0, lastSeq - limit)),
    extent: () => ({
      firstSeq: chunks[0]?.firstSeq ?? 1,
      lastSeq,
      bytes: chunks.reduce((sum, { used }) => sum + used, 0),
    }),
  };
}

function* entriesOf({ data, used, firstSeq }: Chunk): Generator<TraceEntry> {
  for (let at = 0, seq = firstSeq; at < used; seq++) {
    const kept = data.readUInt16LE(at + 8);
    const of = data.readUInt32LE(at + 10);
    const direction = DIRECTIONS[data.readUInt8(at + 14)] ?? 'note';
    const bytes = Uint8Array.from(data.subarray(at + HEAD_BYTES, at + HEAD_BYTES + kept));
    yield { seq, tUs: data.readDoubleLE(at), direction, bytes, ...(of > kept && { of }) };
    at += HEAD_BYTES + kept;
  }
}
