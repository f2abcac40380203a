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

/** The reader's own state machine, one block at a time. */
function createReader(options: MdbReaderOptions) {
  const { clock, fault, currency = 156, scale = 1, decimals = 2 } = options;
  const till: Till = { taken: 0, givenBack: 0 };
  let state: 'reset' | 'disabled' | 'enabled' | 'session' | 'vend' | 'approved' = 'reset';
  let card: CardKind | undefined;
  let price = 0;
  let ready: { atMs: number; say: number[] } | undefined;

  const soon = (say: number[]) => {
    ready = { atMs: clock.monoMs() + THINK_MS, say };
  };
  const giveBack = () => {
    if (state === 'approved') till.givenBack += price;
    price = 0;
    ready = undefined;
  };
  const poll = (): number[] => {
    if (state === 'reset') {
      state = 'disabled';
      return [0x00];
    }
    if (fault() === 'malfunction') return [0x0a, 0x00];
    if (state === 'enabled' && card !== undefined) {
      state = 'session';
      return [0x03, FUNDS >> 8, FUNDS % 256, 0, 0, 0, 0, 0, 0, 0];
    }
    if (ready === undefined || clock.monoMs() < ready.atMs) return [];
    const { say } = ready;
    ready = undefined;
    if (say[0] === 0x05) state = 'approved';
    if (say[0] === 0x06) state = 'session';
    if (say[0] === 0x07) {
      state = 'enabled';
      card = undefined;
    }
    return say;
  };
  const request = (units: number): number[] => {
    if (state !== 'session') return [0x0b, 0x01];
    state = 'vend';
    price = units;
    const approved = card === 'other-amount' ? units + 1 : units;
    if (card === 'denies' || units > FUNDS) soon([0x06]);
    else if (card === 'withdrawn') soon([0x04]);
    else if (card !== 'never-answers') soon([0x05, approved >> 8, approved % 256]);
    return [];
  };
  const vend = ([, what = 0, high = 0, byte = 0]: number[]): number[] | undefined => {
    if (what === 0x00) return request(high * 256 + byte);
    if (what === 0x01) soon([0x06]);
    if (what === 0x02) {
      if (fault() === 'deaf-to-success') return undefined;
      if (state === 'approved') till.taken += price;
      state = 'session';
    }
    if (what === 0x03) {
      giveBack();
      state = 'session';
    }
    if (what === 0x04) {
      giveBack();
      soon([0x07]);
    }
    return [];
  };
  const id = () => [
    0x09,
    ...Buffer.from('SIM123456789012TEST READER 1', 'latin1').subarray(0, 27),
    0x01,
    0x02,
  ];
  return {
    till,
    enabled: () => state !== 'reset' && state !== 'disabled',
    present: (next: CardKind | undefined) => {
      card = next;
    },
    /** Undefined: no answer at all. Empty: a lone ACK. */
    obey(block: number[]): number[] | undefined {
      const [command = 0, what] = block;
      switch (command) {
        case 0x10:
          giveBack();
          state = 'reset';
          return [];
        case 0x11:
          if (what !== 0x00) return [];
          return [
            0x01,
            0x02,
            0x10 + Math.floor(currency / 100),
            ((Math.floor(currency / 10) % 10) << 4) | (currency % 10),
            scale,
            decimals,
            0x05,
            0x00,
          ];
        case 0x12:
          return poll();
        case 0x13:
          return vend(block);
        case 0x14:
          if (state === 'disabled' || state === 'enabled')
            state = what === 0x01 ? 'enabled' : 'disabled';
          return [];
        case 0x17:
          return id();
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
