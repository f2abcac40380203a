/**
 * Frames of DEX/UCS, both ways, 9600 8N1, half duplex:
 *
 *   05 ENQ may I?      15 NAK again      04 EOT done      10 30 ACK0, 10 31 ACK1 by turns
 *   10 01 comm id (10) · R|S · revision (6) · 10 03 crcLo crcHi        who I am
 *   10 02 lines of an audit, each CR LF · 10 17|03 crcLo crcHi         03 in the last block
 *
 *   CRC-16 reflected A001, start 0 ("123456789" gives BB3D), over the text and its 17 or 03;
 *   10, 01 and 02 stay out. Some machines XOR a constant on top: `crcXor`.
 *
 * Sources: EVA-DTS 6.1.2; published DEX scripts. Bytes: golden/dex.txt.
 */
import { crc16 } from '../crc16.ts';
import { framer, type Piece, type Recognise, startingWith } from '../framing.ts';
import { toHex, toLatin1 } from '../hex.ts';

const DLE = 0x10;
const SOH = 0x01;
const STX = 0x02;
const ETX = 0x03;
const ETB = 0x17;
/** EVA-DTS allows 245 characters in a block; some machines send more. */
const MOST_TEXT = 1024;
const TAIL = 4;

export const ENQ = Uint8Array.of(0x05);
export const EOT = Uint8Array.of(0x04);
export const NAK = Uint8Array.of(0x15);
export const ACK = [Uint8Array.of(DLE, 0x30), Uint8Array.of(DLE, 0x31)] as const;

export type DexItem =
  | { kind: 'enq' | 'eot' | 'nak' | 'ack0' | 'ack1' }
  | { kind: 'hello'; commId: string; operation: 'R' | 'S'; revision: string }
  | { kind: 'block'; text: string; last: boolean }
  | { kind: 'discarded'; hex: string };

export interface DexDecoder {
  push(bytes: Uint8Array): DexItem[];
  end(): DexItem[];
}

/** CRC-16/ARC, begun or continued from `crc`. */
export const arcCrc = (bytes: Uint8Array, crc = 0): number => crc16(bytes, 0, bytes.length, crc);

/** Who we are, and that we want to receive. */
export function helloFrame(commId: string, revision: string, crcXor: number): Uint8Array {
  const text = Buffer.from(`${commId}R${revision}`, 'latin1');
  const crc = arcCrc(Uint8Array.of(ETX), arcCrc(text)) ^ crcXor;
  return Uint8Array.of(DLE, SOH, ...text, DLE, ETX, crc & 0xff, crc >> 8);
}

const HELLO = /^([\x20-\x7e]{10})([RS])([\x20-\x7e]{6})$/;
/** An audit is printable. A line may go on in the next block. */
const isText = (byte: number): boolean =>
  (byte >= 0x20 && byte < 0x7f) || byte === 0x0d || byte === 0x0a;

/** `10 30`, `10 31`, or a frame from `10 01|02` to its CRC. */
function afterDle(crcXor: number): Recognise {
  return (held, seen) => {
    const [, what] = held;
    if (what === undefined) return 'wait';
    if (what === 0x30 || what === 0x31) return { take: 2 };
    if (what !== SOH && what !== STX) return { skip: 1 };
    let at = Math.max(2, seen - TAIL);
    while (at < held.length && isText(held[at]!)) at++;
    if (at > MOST_TEXT) return { skip: 1 };
    if (at >= held.length) return 'wait';
    if (held[at] !== DLE) return { skip: 1 };
    const end = held[at + 1];
    if (end !== undefined && end !== ETX && !(end === ETB && what === STX)) return { skip: 1 };
    if (held.length < at + TAIL) return 'wait';
    const frame = held.subarray(0, at + TAIL);
    return readFrame(frame, crcXor) === undefined ? { skip: 1 } : { take: frame.length };
  };
}

/** A whole `10 01|02` frame; undefined where its CRC or its text is not right. */
function readFrame(frame: Uint8Array, crcXor: number): DexItem | undefined {
  const size = frame.length - TAIL;
  const bytes = frame.subarray(2, size);
  const end = frame[size + 1] ?? 0;
  const told = (frame[size + 2] ?? 0) | ((frame[size + 3] ?? 0) << 8);
  const crc = arcCrc(Uint8Array.of(end), arcCrc(bytes)) ^ crcXor;
  if (crc !== told) return undefined;
  const text = toLatin1(bytes);
  if (frame[1] === STX) return { kind: 'block', text, last: end === ETX };
  const [, commId, operation, revision] = HELLO.exec(text) ?? [];
  if (commId === undefined || revision === undefined) return undefined;
  return { kind: 'hello', commId, operation: operation === 'S' ? 'S' : 'R', revision };
}

const CONTROL: Record<number, 'enq' | 'eot' | 'nak'> = { 4: 'eot', 5: 'enq', 21: 'nak' };

export function dexDecoder(crcXor: number): DexDecoder {
  const one: Recognise = () => ({ take: 1 });
  const frames = framer(startingWith({ [DLE]: afterDle(crcXor), 4: one, 5: one, 21: one }));
  const item = (piece: Piece): DexItem => {
    if ('discarded' in piece) return { kind: 'discarded', hex: toHex(piece.discarded) };
    const { frame } = piece;
    const control = CONTROL[frame[0] ?? 0];
    if (control !== undefined) return { kind: control };
    if (frame.length === 2) return { kind: frame[1] === 0x31 ? 'ack1' : 'ack0' };
    return readFrame(frame, crcXor) ?? { kind: 'discarded', hex: toHex(frame) };
  };
  return {
    push: (bytes) => frames.push(bytes).map(item),
    end: () => frames.end().map(item),
  };
}
