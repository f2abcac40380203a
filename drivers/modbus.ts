/**
 * Modbus RTU as a master: frames, their check, exceptions, and one question on the bus at a time.
 *
 *   read     addr 03|04 regHi regLo 00 count crcLo crcHi → addr fc bytes data… crcLo crcHi
 *   write    addr 10 regHi regLo 00 count bytes data… crc → addr 10 regHi regLo 00 count crc
 *   refusal  addr fc|80 code crc    01 function · 02 address · 03 value · 04 failure · 06 busy
 *   CRC-16   reflected A001, start FFFF, sent low byte first ("123456789" gives 4B37)
 *
 * An answer names neither its register nor its question, so after a question nobody answered the
 * bus is left alone until a late answer has passed. Source: Modbus over serial line 1.02.
 */
import { type ByteWire, type DriverContext, WireError } from './contract.ts';
import { crc16 } from './crc16.ts';
import { deadline } from './deadline.ts';
import { framerOf, type Glance, type Recognise, withGlance } from './framing.ts';
import { toHex } from './hex.ts';

const REPLY_MS = 500;
/** After silence: long enough for a late answer to pass by unheard. */
const LATE_MS = 300;
/** 3.5 characters at 9600 baud; above 19200 the standard says 1.75. */
const GAP_MS = 4;
const WRITE_MANY = 0x10;

export type ReadFunction = 3 | 4;

/** What slaves say. */
export type ModbusItem =
  | { kind: 'words'; address: number; function: number; words: number[] }
  | { kind: 'written'; address: number; register: number; count: number }
  | { kind: 'exception'; address: number; function: number; code: string }
  | { kind: 'echo' }
  | { kind: 'discarded'; hex: string };

export interface ModbusDecoder {
  push(bytes: Uint8Array): ModbusItem[];
  end(): ModbusItem[];
}

/** How a question ended. */
export type ModbusAnswer =
  | { kind: 'words'; words: number[] }
  | { kind: 'written' }
  | { kind: 'exception'; code: string }
  | { kind: 'silent' };

/** CRC-16/MODBUS; 0 of a frame with its own CRC. */
export const modbusCrc = (bytes: Uint8Array, from = 0, to = bytes.length): number =>
  crc16(bytes, from, to, 0xffff);

function checked(...bytes: number[]): Uint8Array {
  const crc = modbusCrc(Uint8Array.from(bytes));
  return Uint8Array.of(...bytes, crc & 0xff, crc >> 8);
}

const pair = (value: number): [number, number] => [(value >> 8) & 0xff, value & 0xff];

/** A question for `count` registers from `register` on. */
export function readRequest(
  address: number,
  fn: ReadFunction,
  register: number,
  count: number,
): Uint8Array {
  return checked(address, fn, ...pair(register), ...pair(count));
}

/** A command to write `words` from `register` on (function 16). */
export function writeRequest(address: number, register: number, words: number[]): Uint8Array {
  const head = [address, WRITE_MANY, ...pair(register), ...pair(words.length), words.length * 2];
  return checked(...head, ...words.flatMap(pair));
}

// ---- frames -------------------------------------------------------------------------------------

const isRead = (fn: number): boolean => fn === 3 || fn === 4;

/** Lengths a frame beginning so may have: the answer first, then our own request echoed. */
function lengths(held: Uint8Array, mostWords: number): number[] | 'wait' {
  const [, fn = 0, bytes = 0] = held;
  if (held.length < 3) return 'wait';
  if (fn & 0x80) return isRead(fn & 0x7f) || fn === (WRITE_MANY | 0x80) ? [5] : [];
  if (isRead(fn)) {
    const answer = bytes > 0 && bytes % 2 === 0 && bytes <= mostWords * 2;
    return answer ? [5 + bytes, 8] : [8];
  }
  if (fn !== WRITE_MANY) return [];
  const echo = held[6] ?? 0;
  return echo > 0 && echo <= mostWords * 2 && echo % 2 === 0 ? [8, 9 + echo] : [8];
}

const right = (frame: Uint8Array): boolean => modbusCrc(frame) === 0;

/** An answer with words, which is what comes all the time. */
function answerAtOnce(addresses: ReadonlySet<number>, mostWords: number): Glance {
  const ours = Uint8Array.from({ length: 256 }, (_unused, at) => (addresses.has(at) ? 1 : 0));
  return (bytes, at, end) => {
    const held = end - at;
    if (ours[bytes[at]!] === 0) return 0;
    if (held < 3) return -1;
    if (!isRead(bytes[at + 1]!)) return 0;
    const size = bytes[at + 2]! + 5;
    if (size === 5 || size % 2 === 0 || size > mostWords * 2 + 5) return 0;
    if (held >= size) return modbusCrc(bytes, at, at + size) === 0 ? size : 0;
    // Our own question may be in it.
    return held < 8 || modbusCrc(bytes, at, at + 8) !== 0 ? -1 : 0;
  };
}

function recogniser(addresses: ReadonlySet<number>, mostWords: number): Recognise {
  const long: Recognise = (held) => {
    if (!addresses.has(held[0] ?? 0)) {
      const next = held.findIndex((byte) => addresses.has(byte));
      return { skip: next < 0 ? held.length : next };
    }
    const may = lengths(held, mostWords);
    if (may === 'wait') return 'wait';
    const whole = may.find((size) => held.length >= size && right(held.subarray(0, size)));
    if (whole !== undefined) return { take: whole };
    return may.some((size) => held.length < size) ? 'wait' : { skip: 1 };
  };
  return withGlance(long, answerAtOnce(addresses, mostWords));
}

const wordAt = (bytes: Uint8Array, at: number): number => (bytes[at]! << 8) | bytes[at + 1]!;

/** One whole frame, from its address to its CRC. */
function read(bytes: Uint8Array, from: number, to: number): ModbusItem {
  const address = bytes[from]!;
  const fn = bytes[from + 1]!;
  if (fn & 0x80) {
    const code = bytes[from + 2]!.toString(16).padStart(2, '0').toUpperCase();
    return { kind: 'exception', address, function: fn & 0x7f, code };
  }
  if (isRead(fn) && to - from === 5 + bytes[from + 2]!) {
    const words = new Array<number>(bytes[from + 2]! >> 1);
    for (let n = 0, at = from + 3; n < words.length; n++, at += 2) words[n] = wordAt(bytes, at);
    return { kind: 'words', address, function: fn, words };
  }
  if (fn === WRITE_MANY && to - from === 8) {
    const [register, count] = [wordAt(bytes, from + 2), wordAt(bytes, from + 4)];
    return { kind: 'written', address, register, count };
  }
  return { kind: 'echo' };
}

/**
 * Frames of the slaves at `addresses`; `mostWords` is the longest answer that was asked for.
 * Every frame carries a CRC, so what is noise is known to be noise.
 */
export function modbusDecoder(addresses: Iterable<number>, mostWords: number): ModbusDecoder {
  return framerOf<ModbusItem>(
    recogniser(new Set(addresses), mostWords),
    (discarded) => ({ kind: 'discarded', hex: toHex(discarded) }),
    ({ bytes }, from, to) => read(bytes, from, to),
  );
}

// ---- the master ---------------------------------------------------------------------------------

export interface ModbusMaster {
  read(address: number, fn: ReadFunction, register: number, count: number): Promise<ModbusAnswer>;
  write(address: number, register: number, words: number[]): Promise<ModbusAnswer>;
  /** Runs of noise so far. */
  noise(): number;
  /** Does nothing for a while, or until the connection is over. */
  rest(ms: number): Promise<void>;
}

type Take = (item: ModbusItem) => ModbusAnswer | undefined;

function answerOf(item: ModbusItem, address: number, fn: number): ModbusAnswer | undefined {
  if (item.kind !== 'exception' || item.address !== address || item.function !== fn) {
    return undefined;
  }
  return { kind: 'exception', code: item.code };
}

interface Line {
  wire: ByteWire;
  context: DriverContext;
  decoder: ModbusDecoder;
  /** What the question at hand takes as its answer, and how it ends. */
  question: { take: Take; end(answer: ModbusAnswer): void } | undefined;
  noise: number;
}

function hear(line: Line, item: ModbusItem): void {
  const { context, question } = line;
  if (item.kind === 'echo') return;
  if (item.kind === 'discarded') {
    line.noise++;
    context.count('CommunicationErrorCount');
    return;
  }
  const answer = question?.take(item);
  if (answer === undefined) context.count('M_LateReplyCount');
  else question?.end(answer);
}

/** Half an answer held back must not be completed by the next one. */
function forget(line: Line): void {
  for (const item of line.decoder.end()) hear(line, item);
}

/** Waits `ms`, until the connection is over, or until an item is what `take` waits for. */
function wait(line: Line, ms: number, take?: Take): Promise<ModbusAnswer> {
  const { clock, signal } = line.context;
  return new Promise((resolve) => {
    const end = (answer: ModbusAnswer): void => {
      cancel();
      signal.removeEventListener('abort', stop);
      if (take !== undefined) line.question = undefined;
      resolve(answer);
    };
    const stop = (): void => end({ kind: 'silent' });
    const cancel = take ? deadline(clock, ms, stop) : clock.after(ms, stop);
    signal.addEventListener('abort', stop);
    if (take !== undefined) line.question = { take, end };
    if (signal.aborted) stop();
  });
}

async function exchange(line: Line, bytes: Uint8Array, take: Take): Promise<ModbusAnswer> {
  const { context, wire } = line;
  if (context.signal.aborted) return { kind: 'silent' };
  await wait(line, GAP_MS);
  forget(line);
  const answer = wait(line, REPLY_MS, take);
  try {
    await wire.write(bytes, REPLY_MS);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
  }
  const said = await answer;
  if (said.kind !== 'silent') {
    context.alive();
    return said;
  }
  await wait(line, LATE_MS);
  forget(line);
  return said;
}

/** Masters the bus; everything waits for its turn. `mostWords`: longest answer ever asked for. */
export function modbusMaster(
  wire: ByteWire,
  context: DriverContext,
  addresses: number[],
  mostWords: number,
): ModbusMaster {
  const decoder = modbusDecoder(addresses, mostWords);
  const line: Line = { wire, context, decoder, question: undefined, noise: 0 };
  wire.onBytes((bytes) => {
    for (const item of decoder.push(bytes)) hear(line, item);
  });
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = (bytes: Uint8Array, take: Take): Promise<ModbusAnswer> => {
    const mine = turn.then(() => exchange(line, bytes, take));
    turn = mine.catch(() => undefined);
    return mine;
  };
  return {
    read: (address, fn, register, count) =>
      inTurn(readRequest(address, fn, register, count), (item) => {
        const ours = item.kind === 'words' && item.address === address && item.function === fn;
        if (ours && item.words.length === count) return { kind: 'words', words: item.words };
        return answerOf(item, address, fn);
      }),
    write: (address, register, words) =>
      inTurn(writeRequest(address, register, words), (item) => {
        const ours = item.kind === 'written' && item.address === address;
        if (ours && item.register === register && item.count === words.length) {
          return { kind: 'written' };
        }
        return answerOf(item, address, WRITE_MANY);
      }),
    noise: () => line.noise,
    rest: async (ms) => void (await wait(line, ms)),
  };
}
