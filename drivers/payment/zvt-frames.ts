/**
 * Bytes of ZVT card terminals, both ways.
 *
 *   APDU    CLA INS LEN data…        LEN FF: two more bytes follow, low first
 *   TCP     bare APDUs, port 20007
 *   serial  10 02 <APDU, every 10 doubled> 10 03 crcLow crcHigh   9600 8N2, answered 06 or 15
 *           CRC-16 reflected 8408, start 0, over the undoubled APDU and 03
 *
 *   terminal says   80 00 00 yes · 84 xx 00 no · 04 FF intermediate · 04 0F status information
 *                   06 D1, 06 D3 print · 06 0F completion · 06 1E abort
 *   BMPs read       04 amount · 0B trace · 27 result · 29 terminal · 3C text · 87 receipt
 *
 * Card numbers (22, 23, 24, 0E and anything like one in a text) go no further than this file.
 * Sources: unit tests and BMP tables of Portalum.Zvt (revision 13.09). Bytes: golden/zvt*.txt.
 */
import { framer, lengthInHead, type Piece, type Recognise, type Verdict } from '../framing.ts';
import { toHex } from '../hex.ts';

const DLE = 0x10;
const STX = 0x02;
const ETX = 0x03;
const ACK = 0x06;
const NAK = 0x15;

export type Framing = 'serial' | 'tcp';

/** What a terminal says. `unread` counts the bytes after the first BMP that is not known here. */
export type ZvtItem =
  | { kind: 'ack' | 'nak' | 'accepted' | 'completion' }
  | { kind: 'refused'; code: string }
  | { kind: 'intermediate'; status?: string }
  | ZvtStatus
  | { kind: 'print'; text: string }
  | { kind: 'abort'; code?: string }
  | { kind: 'command'; code: string }
  | { kind: 'discarded'; hex: string };

export type ZvtStatus = {
  kind: 'status';
  result?: string;
  amountFen?: number;
  trace?: string;
  receipt?: string;
  terminalId?: string;
  text?: string;
  unread?: number;
};

export interface ZvtDecoder {
  push(bytes: Uint8Array): ZvtItem[];
  end(): ZvtItem[];
}

/** CRC-16/KERMIT: reflected 8408, start 0. */
export function kermit(bytes: Iterable<number>): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0x8408 : crc >> 1;
  }
  return crc;
}

/** An APDU: class, instruction, length and data. */
export function apdu(command: number, data: readonly number[] = []): Uint8Array {
  const length = data.length < 0xff ? [data.length] : [0xff, data.length & 0xff, data.length >> 8];
  return Uint8Array.of(command >> 8, command & 0xff, ...length, ...data);
}

/** Digits of a number, two a byte. */
export function bcd(value: number, bytes: number): number[] {
  const digits = String(value).padStart(bytes * 2, '0');
  return Array.from({ length: bytes }, (_unused, at) =>
    Number.parseInt(digits.slice(at * 2, at * 2 + 2), 16),
  );
}

/** An APDU as it goes over the wire. */
export function onWire(framing: Framing, bytes: Uint8Array): Uint8Array {
  if (framing === 'tcp') return bytes;
  const crc = kermit([...bytes, ETX]);
  const doubled = [...bytes].flatMap((byte) => (byte === DLE ? [DLE, DLE] : [byte]));
  return Uint8Array.of(DLE, STX, ...doubled, DLE, ETX, crc & 0xff, crc >> 8);
}

export const LINK_ACK = Uint8Array.of(ACK);
export const LINK_NAK = Uint8Array.of(NAK);

// ---- framing ------------------------------------------------------------------------------------

/** Where the next serial frame may begin, at or after `from`. */
function nextStart(held: Uint8Array, from: number): number {
  for (let at = from; at < held.length; at++) {
    if (held[at] === DLE && (at + 1 === held.length || held[at + 1] === STX)) return at;
  }
  return held.length;
}

/** The APDU of a whole serial frame, or undefined where its check is wrong. */
function unwrapped(frame: Uint8Array): Uint8Array | undefined {
  const body: number[] = [];
  for (let at = 2; at < frame.length - 4; at++) {
    body.push(frame[at] ?? 0);
    if (frame[at] === DLE) at++;
  }
  const crc = (frame[frame.length - 2] ?? 0) | ((frame[frame.length - 1] ?? 0) << 8);
  return kermit([...body, ETX]) === crc ? Uint8Array.from(body) : undefined;
}

/** A damaged frame goes as a whole: an 06 or 15 inside it is data, not an answer. */
const serialFrame: Recognise = (held): Verdict => {
  if (held[0] === ACK || held[0] === NAK) return { take: 1 };
  if (held[0] !== DLE || (held.length > 1 && held[1] !== STX)) {
    const stop = held.findIndex((byte, at) => at > 0 && (byte === ACK || byte === NAK));
    return { skip: Math.min(nextStart(held, 1), stop < 0 ? held.length : stop) };
  }
  for (let at = 2; at < held.length; at++) {
    if (held[at] !== DLE) continue;
    if (at + 1 >= held.length) return 'wait';
    if (held[at + 1] === ETX) {
      if (held.length < at + 4) return 'wait';
      const frame = held.subarray(0, at + 4);
      return unwrapped(frame) ? { take: frame.length } : { skip: nextStart(frame, 2) };
    }
    if (held[at + 1] !== DLE) return { skip: at };
    at++;
  }
  return 'wait';
};

const CLASSES = new Set([0x04, 0x06, 0x80, 0x84]);

function apduLength(bytes: Uint8Array, from = 0, to = bytes.length): number {
  if (to === from || !CLASSES.has(bytes[from]!)) return -1;
  if (to - from < 3) return 0;
  const length = bytes[from + 2]!;
  if (length < 0xff) return 3 + length;
  return to - from < 5 ? 0 : 5 + bytes[from + 3]! + (bytes[from + 4]! << 8);
}

// ---- content ------------------------------------------------------------------------------------

const hexOf = (bytes: Uint8Array): string => toHex(bytes).replaceAll(' ', '');

/** Printable ASCII, and nothing that looks like a card number. */
export function cleanText(bytes: Uint8Array): string {
  const text = String.fromCharCode(...bytes).replace(/[^\x20-\x7e]/g, '?');
  return text.replace(/\d(?:[ .-]?\d){11,18}/g, '****').trim();
}

/** Bytes of a BMP's content; an L says how many `Fx` length digits stand before it. */
const BMPS: Readonly<Record<number, number | 'LL' | 'LLL'>> = {
  1: 1,
  2: 1,
  3: 1,
  4: 6,
  5: 1,
  11: 3,
  12: 3,
  13: 2,
  14: 2,
  23: 2,
  25: 1,
  34: 'LL',
  35: 'LL',
  36: 'LLL',
  39: 1,
  41: 4,
  42: 15,
  55: 3,
  59: 8,
  60: 'LLL',
  73: 2,
  135: 2,
  136: 3,
  138: 1,
  139: 'LL',
  140: 1,
  160: 1,
};

/** Length of a `Fx Fy` or `Fx Fy Fz` head in decimal, or undefined where it is none. */
function variableLength(bytes: Uint8Array, digits: number): number | undefined {
  let length = 0;
  for (let at = 0; at < digits; at++) {
    const byte = bytes[at] ?? 0;
    if (byte < 0xf0 || byte > 0xf9) return undefined;
    length = length * 10 + (byte & 0x0f);
  }
  return length;
}

/** One BMP at the start of `bytes`, or undefined where it is unknown or cut. */
function bmpAt(bytes: Uint8Array): { bmp: number; content: Uint8Array; size: number } | undefined {
  const bmp = bytes[0] ?? 0;
  const rule = BMPS[bmp];
  if (rule === undefined) return undefined;
  const head = typeof rule === 'number' ? 1 : 1 + rule.length;
  const length = typeof rule === 'number' ? rule : variableLength(bytes.subarray(1), rule.length);
  if (length === undefined || bytes.length < head + length) return undefined;
  return { bmp, content: bytes.subarray(head, head + length), size: head + length };
}

function readStatus(data: Uint8Array): ZvtStatus {
  const status: ZvtStatus = { kind: 'status' };
  let rest = data;
  while (rest.length > 0) {
    const found = bmpAt(rest);
    if (found === undefined) return { ...status, unread: rest.length };
    const digits = hexOf(found.content);
    if (found.bmp === 0x27) status.result = digits;
    if (found.bmp === 0x04 && /^\d+$/.test(digits)) status.amountFen = Number(digits);
    if (found.bmp === 0x0b && /^\d+$/.test(digits)) status.trace = digits;
    if (found.bmp === 0x87 && /^\d+$/.test(digits)) status.receipt = digits;
    if (found.bmp === 0x29 && /^\d+$/.test(digits)) status.terminalId = digits;
    if (found.bmp === 0x3c) status.text = cleanText(found.content);
    rest = rest.subarray(found.size);
  }
  return status;
}

/** What one whole APDU of the terminal says. */
function read(bytes: Uint8Array): ZvtItem {
  const length = apduLength(bytes);
  if (length !== bytes.length) return { kind: 'discarded', hex: toHex(bytes) };
  const data = bytes.subarray(bytes[2] === 0xff ? 5 : 3);
  const code = hexOf(bytes.subarray(0, 2));
  const first = data.length > 0 ? hexOf(data.subarray(0, 1)) : undefined;
  if (code === '8000' || code === '8400') return { kind: 'accepted' };
  if (code.startsWith('84')) return { kind: 'refused', code: code.slice(2) };
  if (code === '040F') return readStatus(data);
  if (code === '04FF') return { kind: 'intermediate', ...(first && { status: first }) };
  if (code === '06D1') return { kind: 'print', text: cleanText(data.subarray(1)) };
  if (code === '06D3') return { kind: 'print', text: '' };
  if (code === '060F') return { kind: 'completion' };
  if (code === '061E') return { kind: 'abort', ...(first && { code: first }) };
  return { kind: 'command', code };
}

/** Frames of the terminal, read; the bytes of no frame come out as `discarded`. */
export function zvtDecoder(framing: Framing): ZvtDecoder {
  const frames = framer(framing === 'serial' ? serialFrame : lengthInHead(apduLength));
  const item = (piece: Piece): ZvtItem => {
    if ('discarded' in piece) return { kind: 'discarded', hex: toHex(piece.discarded) };
    if (framing === 'tcp') return read(piece.frame);
    if (piece.frame.length === 1) return { kind: piece.frame[0] === ACK ? 'ack' : 'nak' };
    const bytes = unwrapped(piece.frame);
    return bytes ? read(bytes) : { kind: 'discarded', hex: toHex(piece.frame) };
  };
  return {
    push: (bytes) => frames.push(bytes).map(item),
    end: () => frames.end().map(item),
  };
}
