/**
 * A counter scale of the ENQ/ACK/DC1 family: CAS PD-II type 6, AP-1, SW-II, or Pinnacle OS2.
 * Only what goes over its cable; the load comes from the plate.
 *
 *   host ENQ(05) → ACK(06) ready | NAK(15) not ready
 *   host DC1(11) → SOH STX STA SIGN d d . d d d k g BCC ETX EOT                     15 bytes
 *     STA  S stable, U unstable, F out of range or not zeroed     SIGN  space, -, F overload
 *     BCC  CAS: XOR of STA … unit;  OS2: XOR of SOH … unit
 *   Gram takes a price and answers DC2 with it (scale-gram-price.ts)
 *   OS2 takes < K K > TAB: TK tare, ZK zero, PB push unasked, AL only when asked
 *
 * Sources: CAS PD-II p.23, AP-1, Gram ZFOC p.14, Pinnacle OS2CX pp.16–20.
 */
import type { ScaleFault } from '../faults.ts';
import type { Load } from '../plate.ts';
import type { Port } from '../port.ts';
import { between, whole } from '../random.ts';
import type { Clock, Random } from '../runtime.ts';
import { createPriceSetter, priceFrame } from './scale-gram-price.ts';

const SOH = 0x01;
const STX = 0x02;
const ETX = 0x03;
const EOT = 0x04;
const ENQ = 0x05;
const ACK = 0x06;
const DC1 = 0x11;
const DC2 = 0x12;
const NAK = 0x15;
const TAKEN = 0x02;
const COMMAND_START = 0x3c;
const COMMAND_END = 0x09;

/** The scale answers between two conversions. */
const ANSWER_FROM_MS = 4;
const ANSWER_TO_MS = 18;
/** DC1 is obeyed this long after its ENQ. */
const ASKED_MS = 2000;
const PUSH_MS = 120;
/** Later than any host waits, and after its next question. */
const LATE_MS = 750;
const SPLIT_GAP_MS = 9;

export type ScaleDialect = 'cas' | 'os2' | 'gram';

export interface ScaleTwinOptions {
  clock: Clock;
  random: Random;
  load: () => Load;
  fault: () => ScaleFault | undefined;
  dialect?: ScaleDialect;
  /** Pushes frames unasked from the start (OS2). */
  active?: boolean;
}

/** What the scale would show: the load less its own tare, or a reason that it shows nothing. */
export interface ScaleFace extends Load {
  notZeroed?: boolean;
}

/** The 15 bytes of one weight answer. Source: AP-1 manual, layout of the weight block. */
export function weightFrame(face: ScaleFace, dialect: ScaleDialect): Uint8Array {
  const status = face.notZeroed ? 'F' : face.moving ? 'U' : 'S';
  const grams = face.notZeroed ? 0 : Math.abs(face.grams);
  const digits = String(grams).padStart(5, '0');
  const weight = face.overload ? 'FF.FFF' : `${digits.slice(0, 2)}.${digits.slice(2)}`;
  const sign = face.overload ? 'F' : face.grams < 0 && !face.notZeroed ? '-' : ' ';
  const head = Buffer.from([SOH, STX, ...Buffer.from(`${status}${sign}${weight}kg`, 'latin1')]);
  let bcc = 0;
  for (const byte of dialect === 'os2' ? head : head.subarray(2)) bcc ^= byte;
  return Buffer.concat([head, Uint8Array.of(bcc, ETX, EOT)]);
}

/** Sends an answer as this fault would have it. */
function spoil(fault: ScaleFault | undefined, frame: Uint8Array, random: Random): Uint8Array {
  if (fault === 'wrong-check') {
    const wrong = Uint8Array.from(frame);
    const bcc = wrong.length - 3;
    if (bcc >= 0) wrong[bcc] = (wrong[bcc] ?? 0) ^ 0x55;
    return wrong;
  }
  if (fault !== 'garbage') return frame;
  const noise = Uint8Array.from({ length: whole(random, 1, 12) }, () => whole(random, 0, 255));
  return random() < 0.5 ? noise : Buffer.concat([noise, frame]);
}

/** The scale's display: plate, tare, zero point, and the faults that sit inside the scale. */
function createFace({ load, fault }: Pick<ScaleTwinOptions, 'load' | 'fault'>) {
  let tareGrams = 0;
  let zeroGrams = 0;
  let stuck: Load | undefined;
  const gross = (): ScaleFace => {
    const broken = fault();
    const now = load();
    stuck = broken === 'stuck' ? (stuck ?? now) : undefined;
    const seen = stuck ?? now;
    return { ...seen, grams: seen.grams - zeroGrams, notZeroed: broken === 'not-zeroed' };
  };
  return {
    net: (): ScaleFace => {
      const face = gross();
      return { ...face, grams: face.grams - tareGrams };
    },
    tare: () => {
      const face = gross();
      if (!face.moving && !face.overload && face.grams >= 0) tareGrams = face.grams;
    },
    zero: () => {
      const face = gross();
      if (face.moving || face.overload) return;
      zeroGrams += face.grams;
      tareGrams = 0;
    },
  };
}

/** The bytes a host sends, one at a time: single control characters, or an OS2 command. */
function createListener(on: { control(byte: number): void; command(keys: string): void }) {
  let command = '';
  return (bytes: Uint8Array) => {
    for (const byte of bytes) {
      if (command === '' && byte !== COMMAND_START) on.control(byte);
      else if (byte !== COMMAND_END && command.length < 8) command += String.fromCharCode(byte);
      else {
        on.command(command);
        command = '';
      }
    }
  };
}

/** Timers that can all be stopped together. */
function createTimers(clock: Clock) {
  const timers = new Set<() => void>();
  return {
    later(delayMs: number, fn: () => void): void {
      const cancel = clock.after(delayMs, () => {
        timers.delete(cancel);
        fn();
      });
      timers.add(cancel);
    },
    stop(): void {
      for (const cancel of timers) cancel();
      timers.clear();
    },
  };
}

/** What an OS2 is told in angle brackets. */
function os2Commands(
  face: ReturnType<typeof createFace>,
  setActive: (on: boolean) => void,
): Record<string, () => void> {
  return {
    '<TK>': face.tare,
    '<ZK>': face.zero,
    '<PB>': () => setActive(true),
    '<AL>': () => setActive(false),
  };
}

/** Puts the scale on its cable. `close` silences it for good. */
export function startScaleEnqDc1(port: Port, options: ScaleTwinOptions): { close(): void } {
  const { clock, random, fault, dialect = 'cas' } = options;
  const face = createFace(options);
  const { later, stop } = createTimers(clock);
  let active = options.active ?? false;
  let askedMs = Number.NEGATIVE_INFINITY;
  let closed = false;

  const send = (bytes: Uint8Array) => {
    if (closed || fault() === 'silence') return;
    const spoilt = spoil(fault(), bytes, random);
    if (fault() !== 'split') return port.write(spoilt);
    for (const [i, byte] of spoilt.entries())
      later(i * SPLIT_GAP_MS, () => port.write(Uint8Array.of(byte)));
  };
  const answer = (bytes: () => Uint8Array) => {
    const lateMs = fault() === 'late' ? LATE_MS : 0;
    later(lateMs + between(random, ANSWER_FROM_MS, ANSWER_TO_MS), () => send(bytes()));
  };
  const push = () => {
    if (active) send(weightFrame(face.net(), dialect));
    later(PUSH_MS, push);
  };
  const setActive = (on: boolean) => {
    active = on;
  };
  const commands = os2Commands(face, setActive);
  const prices = createPriceSetter(() => answer(() => Uint8Array.of(TAKEN)));
  const weighed = () => weightFrame(face.net(), dialect);
  const priced = () => {
    const net = face.net();
    const text = Buffer.from(weightFrame(net, dialect)).toString('latin1', 2, 12);
    return priceFrame(text, net.notZeroed ? 0 : net.grams, prices.unitPriceFen());
  };
  const listen = createListener({
    control(byte) {
      if (byte === ENQ) {
        if (fault() !== 'busy') askedMs = clock.monoMs();
        answer(() => Uint8Array.of(fault() === 'busy' ? NAK : ACK));
      } else if (byte === DC1 || (byte === DC2 && dialect === 'gram')) {
        const asked = clock.monoMs() - askedMs <= ASKED_MS;
        const frame = byte === DC1 ? weighed : priced;
        answer(() => (asked ? frame() : Uint8Array.of(NAK)));
      }
    },
    command: (keys) => {
      if (dialect === 'os2') commands[keys]?.();
    },
  });
  port.onBytes((bytes) => listen(dialect === 'gram' ? prices.hear(bytes) : bytes));
  if (dialect === 'os2') push();
  return {
    close() {
      closed = true;
      stop();
    },
  };
}
