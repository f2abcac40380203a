/**
 * Frames of an MDB-to-serial bridge (wizarPOS Q3v) and the answers of a cashless reader in them.
 *
 *   09 len mode data… LRC 0D     115200 8N1; len counts mode, data and LRC
 *   mode 00 to the reader, 01 from it; LRC is the two's complement of the sum of mode and data
 *   data: an MDB block and its CHK (low byte of the sum), or a lone ACK 00 or NAK FF
 *
 * Answers to POLL, which may be chained in one block:
 *
 * | first | meaning                | bytes        | first | meaning         | bytes |
 * |-------|------------------------|--------------|-------|-----------------|-------|
 * | 00    | just reset             | 1            | 06    | vend denied     | 1     |
 * | 01    | reader's configuration | 8            | 07    | end session     | 1     |
 * | 02    | text for a display     | 34           | 08    | cancelled       | 1     |
 * | 03    | begin session, funds   | 10, level 1: 3 | 09  | peripheral's id | 30    |
 * | 04    | session cancel request | 1            | 0A    | malfunction     | 2     |
 * | 05    | vend approved, amount  | 3            | 0B    | out of sequence | 1, 2  |
 *
 * Sources: wizarPOS Q3v page; MDB/ICP 4.2 as implemented by three public drivers.
 */
import type { DecodedItem, Decoder } from '../contract.ts';
import { framer, lengthInHead, type Piece, startingWith } from '../framing.ts';
import { toHex } from '../hex.ts';

const START = 0x09;
const END = 0x0d;
const TO_READER = 0x00;
const FROM_READER = 0x01;
/** mode, at least an ACK, LRC. */
const LEAST_LENGTH = 3;
/** An MDB block has 36 bytes at most. */
const MOST_LENGTH = 38;

const sum = (bytes: Uint8Array): number => bytes.reduce((total, byte) => total + byte, 0) & 0xff;

/** One frame around an MDB block, its CHK added. */
export function mdbFrame(block: readonly number[]): Uint8Array {
  const body = Uint8Array.of(TO_READER, ...block, sum(Uint8Array.from(block)));
  return Uint8Array.of(START, body.length + 1, ...body, -sum(body) & 0xff, END);
}

/** `scale` in fen of one unit of the reader; undefined where it counts in less than fen. */
export type MdbReply =
  | { say: 'just-reset' | 'session-cancelled' | 'denied' | 'end-session' | 'cancelled' }
  | { say: 'config'; level: number; currency: string; scale: number; decimals: number }
  | { say: 'display' }
  | { say: 'session'; funds: number }
  | { say: 'approved'; amount: number }
  | { say: 'id'; manufacturer: string; serialNumber: string; model: string; version: string }
  | { say: 'malfunction'; code: string }
  | { say: 'out-of-sequence' };

export type MdbItem =
  | { kind: 'ack' }
  | { kind: 'nak' }
  | { kind: 'replies'; replies: MdbReply[] }
  /** A frame that is whole, with an MDB block that is not, or that nobody knows. */
  | { kind: 'unread'; hex: string }
  /** Our own frame, come back. */
  | { kind: 'echo'; hex: string }
  | { kind: 'discarded'; hex: string };

interface Cut {
  length: number;
  reply: MdbReply;
}

const word = (bytes: Uint8Array, at: number): number =>
  (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0);
const text = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString('latin1')
    .replace(/[^\x20-\x7e]/g, '')
    .trim();

function idOf(bytes: Uint8Array): MdbReply {
  const part = (from: number, to: number): string => text(bytes.subarray(from, to));
  return {
    say: 'id',
    manufacturer: part(1, 4),
    serialNumber: part(4, 16),
    model: part(16, 28),
    version: toHex(bytes.subarray(28, 30)).replace(' ', '.'),
  };
}

const ONE_BYTE: Record<number, MdbReply> = {
  0: { say: 'just-reset' },
  4: { say: 'session-cancelled' },
  6: { say: 'denied' },
  7: { say: 'end-session' },
  8: { say: 'cancelled' },
};

/** The reply a block begins with, or undefined where it is none or not whole. */
function cut(bytes: Uint8Array): Cut | undefined {
  const [first = -1] = bytes;
  const whole = (length: number, reply: MdbReply): Cut | undefined =>
    bytes.length < length ? undefined : { length, reply };
  const single = ONE_BYTE[first];
  if (single !== undefined) return { length: 1, reply: single };
  switch (first) {
    case 0x01: {
      const [, level = 0, , , scale = 0, decimals = 0] = bytes;
      const currency = toHex(bytes.subarray(2, 4)).replace(' ', '');
      return whole(8, { say: 'config', level, currency, scale, decimals });
    }
    case 0x02:
      return whole(34, { say: 'display' });
    case 0x03:
      return whole(bytes.length >= 10 ? 10 : 3, { say: 'session', funds: word(bytes, 1) });
    case 0x05:
      return whole(3, { say: 'approved', amount: word(bytes, 1) });
    case 0x09:
      return whole(30, idOf(bytes));
    case 0x0a:
      return whole(2, { say: 'malfunction', code: toHex(bytes.subarray(1, 2)) });
    case 0x0b:
      return whole(Math.min(2, bytes.length), { say: 'out-of-sequence' });
    default:
      return undefined;
  }
}

function repliesOf(block: Uint8Array): MdbReply[] | undefined {
  const replies: MdbReply[] = [];
  for (let rest = block; rest.length > 0; ) {
    const found = cut(rest);
    if (found === undefined) return undefined;
    replies.push(found.reply);
    rest = rest.subarray(found.length);
  }
  return replies;
}

function itemOf(frame: Uint8Array): MdbItem {
  const data = frame.subarray(3, -2);
  if (frame[2] === TO_READER) return { kind: 'echo', hex: toHex(data) };
  if (data.length === 1 && data[0] === 0x00) return { kind: 'ack' };
  if (data.length === 1 && data[0] === 0xff) return { kind: 'nak' };
  const block = data.subarray(0, -1);
  const sound = block.length > 0 && sum(block) === data.at(-1);
  const replies = sound ? repliesOf(block) : undefined;
  return replies === undefined
    ? { kind: 'unread', hex: toHex(data) }
    : { kind: 'replies', replies };
}

function isFrame(bytes: Uint8Array, from: number, to: number): boolean {
  const mode = bytes[from + 2];
  const known = mode === TO_READER || mode === FROM_READER;
  return known && bytes[to - 1] === END && sum(bytes.subarray(from + 2, to - 1)) === 0;
}

function lengthOf(bytes: Uint8Array, from: number, to: number): number {
  if (to - from < 2) return 0;
  const length = bytes[from + 1]!;
  if (length < LEAST_LENGTH || length > MOST_LENGTH) return -1;
  return to - from > 2 && bytes[from + 2]! > FROM_READER ? -1 : length + 3;
}

/** Frames: `ack`, `nak`, `replies`, `unread`, `echo`. */
export function mdbDecoder(): Decoder & {
  push(bytes: Uint8Array): (MdbItem & DecodedItem)[];
  end(): (MdbItem & DecodedItem)[];
} {
  const frames = framer(startingWith({ [START]: lengthInHead(lengthOf, isFrame) }));
  const item = (piece: Piece): MdbItem & DecodedItem =>
    'frame' in piece ? itemOf(piece.frame) : { kind: 'discarded', hex: toHex(piece.discarded) };
  return {
    push: (bytes) => frames.push(bytes).map(item),
    end: () => frames.end().map(item),
  };
}
