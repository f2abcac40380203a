/**
 * A cashless reader of a vending machine behind an MDB-to-serial bridge.
 *
 *   09 len mode data… LRC 0D; mode 00 from the host, 01 to it; data = MDB block + CHK, or 00 | FF
 *
 *   10 RESET → ACK, then 12 POLL → 00 once          11 00 SETUP → 01 … (8)      11 01 → ACK
 *   17 00 ID → 09 … (30)     14 01 | 00 READER ENABLE | DISABLE → ACK
 *   12 POLL → ACK | 03 begin session (10) | 05 approved (3) | 06 denied | 04 session cancel | 07
 *   13 00 price item VEND REQUEST · 01 CANCEL · 02 SUCCESS · 03 FAILURE · 04 SESSION COMPLETE
 *
 * A card is charged when the request is approved and gets it back with FAILURE, or with a RESET
 * before SUCCESS. Sources: wizarPOS Q3v page; MDB/ICP command tables of public drivers.
 */
import type { Port } from '../port.ts';
import type { Clock } from '../runtime.ts';
import { createTimers } from './lock-8a.ts';

export type CardKind = 'pays' | 'denies' | 'withdrawn' | 'never-answers' | 'other-amount';
export type MdbFault = 'silence' | 'wrong-check' | 'late' | 'deaf-to-success' | 'malfunction';

export interface MdbReaderOptions {
  clock: Clock;
  fault: () => MdbFault | undefined;
  /** ISO 4217 number of its currency. */
  currency?: number;
  /** A unit is scale / 10^decimals of the currency. */
  scale?: number;
  decimals?: number;
}

const [START, END, ACK, NAK] = [0x09, 0x0d, 0x00, 0xff];
const ANSWER_MS = 12;
const LATE_MS = 900;
const THINK_MS = 400;
const FUNDS = 10_000;

const low = (bytes: readonly number[]) => bytes.reduce((sum, byte) => sum + byte, 0) % 256;

/** The bridge's frame around an answer of the reader. */
export function bridgeFrame(data: readonly number[]): Uint8Array {
  const body = [0x01, ...data];
  return Uint8Array.of(START, body.length + 1, ...body, (256 - low(body)) % 256, END);
}

/** Blocks of whole, sound frames in a stream. */
function createFrames(onBlock: (block: number[]) => void) {
  let held: number[] = [];
  return (bytes: Uint8Array) => {
    held.push(...bytes);
    while (held.length >= 2) {
      const [first = 0, length = 0] = held;
      if (first !== START || length < 3 || length > 38) {
        held.shift();
        continue;
      }
      if (held.length < length + 3) return;
      const frame = held.slice(0, length + 3);
      const [, , mode, ...rest] = frame;
      const block = rest.slice(0, -3);
      const sound = frame.at(-1) === END && mode === 0 && low(frame.slice(2, -1)) === 0;
      if (sound && low(block) === rest.at(-3)) onBlock(block);
      held = sound ? held.slice(length + 3) : held.slice(1);
    }
  };
}

interface Till {
  /** Units taken from cards for good. */
  taken: number;
  givenBack: number;
}

type ReaderState = 'reset' | 'disabled' | 'enabled' | 'session' | 'vend' | 'approved';

/** The reader's memory: where it stands, the card at it, the price asked for, what it says next. */
interface Memory {
  till: Till;
  state: ReaderState;
  card: CardKind | undefined;
  price: number;
  ready: { atMs: number; say: number[] } | undefined;
}

const soon = (it: Memory, clock: Clock, say: number[]): void => {
  it.ready = { atMs: clock.monoMs() + THINK_MS, say };
};

function giveBack(it: Memory): void {
  if (it.state === 'approved') it.till.givenBack += it.price;
  it.price = 0;
  it.ready = undefined;
}

/** What POLL hears; empty where there is nothing to say. */
function poll(it: Memory, { clock, fault }: MdbReaderOptions): number[] {
  if (it.state === 'reset') {
    it.state = 'disabled';
    return [0x00];
  }
  if (fault() === 'malfunction') return [0x0a, 0x00];
  if (it.state === 'enabled' && it.card !== undefined) {
    it.state = 'session';
    return [0x03, FUNDS >> 8, FUNDS % 256, 0, 0, 0, 0, 0, 0, 0];
  }
  if (it.ready === undefined || clock.monoMs() < it.ready.atMs) return [];
  const { say } = it.ready;
  it.ready = undefined;
  if (say[0] === 0x05) it.state = 'approved';
  if (say[0] === 0x06) it.state = 'session';
  if (say[0] === 0x07) {
    it.state = 'enabled';
    it.card = undefined;
  }
  return say;
}

function request(it: Memory, clock: Clock, units: number): number[] {
  if (it.state !== 'session') return [0x0b, 0x01];
  it.state = 'vend';
  it.price = units;
  const approved = it.card === 'other-amount' ? units + 1 : units;
  if (it.card === 'denies' || units > FUNDS) soon(it, clock, [0x06]);
  else if (it.card === 'withdrawn') soon(it, clock, [0x04]);
  else if (it.card !== 'never-answers') soon(it, clock, [0x05, approved >> 8, approved % 256]);
  return [];
}

/** VEND and its sub-commands; undefined where it says nothing at all. */
function vend(it: Memory, options: MdbReaderOptions, block: number[]): number[] | undefined {
  const [, what = 0, high = 0, byte = 0] = block;
  if (what === 0x00) return request(it, options.clock, high * 256 + byte);
  if (what === 0x01) soon(it, options.clock, [0x06]);
  if (what === 0x02) {
    if (options.fault() === 'deaf-to-success') return undefined;
    if (it.state === 'approved') it.till.taken += it.price;
    it.state = 'session';
  }
  if (what === 0x03 || what === 0x04) giveBack(it);
  if (what === 0x03) it.state = 'session';
  if (what === 0x04) soon(it, options.clock, [0x07]);
  return [];
}

function configuration({ currency = 156, scale = 1, decimals = 2 }: MdbReaderOptions): number[] {
  const country = Number.parseInt(`1${String(currency).padStart(3, '0')}`, 16);
  return [0x01, 0x02, country >> 8, country % 256, scale, decimals, 0x05, 0x00];
}

/** The reader's own state machine, one block at a time. */
function createReader(options: MdbReaderOptions) {
  const till: Till = { taken: 0, givenBack: 0 };
  const it: Memory = { till, state: 'reset', card: undefined, price: 0, ready: undefined };
  return {
    till,
    enabled: () => it.state !== 'reset' && it.state !== 'disabled',
    present: (next: CardKind | undefined) => {
      it.card = next;
    },
    /** Undefined: no answer at all. Empty: a lone ACK. */
    obey(block: number[]): number[] | undefined {
      const [command = 0, what] = block;
      switch (command) {
        case 0x10:
          giveBack(it);
          it.state = 'reset';
          return [];
        case 0x11:
          return what === 0x00 ? configuration(options) : [];
        case 0x12:
          return poll(it, options);
        case 0x13:
          return vend(it, options, block);
        case 0x14:
          if (it.state === 'disabled' || it.state === 'enabled')
            it.state = what === 0x01 ? 'enabled' : 'disabled';
          return [];
        case 0x17:
          return [0x09, ...Buffer.from('SIM123456789012TEST READER ', 'latin1'), 0x01, 0x02];
        default:
          return undefined;
      }
    },
  };
}

/** Puts reader and bridge on their cable. */
export function startMdbReader(port: Port, options: MdbReaderOptions) {
  const { clock, fault } = options;
  const reader = createReader(options);
  const timers = createTimers(clock);
  const heard: string[] = [];
  const hear = createFrames((block) => {
    if (fault() === 'silence') return;
    heard.push(Buffer.from(block).toString('hex'));
    const answer = reader.obey(block);
    if (answer === undefined) return;
    const frame = bridgeFrame(answer.length === 0 ? [ACK] : [...answer, low(answer)]);
    const bytes =
      fault() === 'wrong-check' ? frame.map((byte, at) => (at === 3 ? byte ^ 0x55 : byte)) : frame;
    timers.later(fault() === 'late' ? LATE_MS : ANSWER_MS, () => port.write(bytes));
  });
  port.onBytes(hear);
  return {
    till: reader.till,
    enabled: reader.enabled,
    /** Somebody holds a card to it, or takes it away. */
    present: reader.present,
    /** Blocks it heard, as hex. */
    heard: (): readonly string[] => heard,
    refusal: bridgeFrame([NAK]),
    close: timers.stop,
  };
}
