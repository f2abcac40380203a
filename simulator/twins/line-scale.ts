/**
 * What every scale on a cable has in common: a plate with its own zero point and tare, answers
 * that leave in the order they were asked for, and faults as a technician would see them.
 */
import type { ScaleFault } from '../faults.ts';
import type { Load } from '../plate.ts';
import type { Port } from '../port.ts';
import { between, whole } from '../random.ts';
import type { Clock, Random } from '../runtime.ts';

/** The scale answers between two conversions. */
const ANSWER_FROM_MS = 4;
const ANSWER_TO_MS = 18;
/** Later than any host waits, and after its next question. */
const LATE_MS = 1200;
const SPLIT_GAP_MS = 9;
/** A scale sets its zero point no farther off than 2 % of its 15 kg. */
const ZERO_RANGE_GRAMS = 300;

export interface LineScaleOptions {
  clock: Clock;
  random: Random;
  load: () => Load;
  fault: () => ScaleFault | undefined;
}

/** What the scale shows: the load less its own zero point and tare. */
export interface Indication extends Load {
  /** Whether a tare is subtracted. */
  net: boolean;
}

/** The scale behind its display. Tare and zero answer whether they were done. */
export function createIndicator({ load, fault }: Pick<LineScaleOptions, 'load' | 'fault'>) {
  let tareGrams = 0;
  let zeroGrams = 0;
  let stuck: Load | undefined;
  const gross = (): Load => {
    const now = load();
    stuck = fault() === 'stuck' ? (stuck ?? now) : undefined;
    const seen = stuck ?? now;
    return { ...seen, grams: seen.grams - zeroGrams };
  };
  return {
    show(): Indication {
      const now = gross();
      return { ...now, grams: now.grams - tareGrams, net: tareGrams > 0 };
    },
    /** Grams of the tare taken, or undefined where the load cannot be one. */
    tare(): number | undefined {
      const now = gross();
      if (now.overload || now.grams < 0) return undefined;
      tareGrams = now.grams;
      return tareGrams;
    },
    setTare(grams: number): void {
      tareGrams = grams;
    },
    tareGrams: () => tareGrams,
    /** False where the load is too far from the zero point. */
    zero(): boolean {
      const now = gross();
      if (now.overload || Math.abs(now.grams) > ZERO_RANGE_GRAMS) return false;
      zeroGrams += now.grams;
      tareGrams = 0;
      return true;
    },
  };
}

/** Bytes as this fault would have them; without a check, the end of the frame is broken. */
function spoil(fault: ScaleFault | undefined, bytes: Uint8Array, random: Random): Uint8Array {
  if (fault === 'wrong-check') {
    return Uint8Array.from(bytes, (byte, at) => (at === bytes.length - 1 ? byte ^ 0x55 : byte));
  }
  if (fault !== 'garbage') return bytes;
  const noise = Uint8Array.from({ length: whole(random, 1, 12) }, () => whole(random, 0, 255));
  return random() < 0.5 ? noise : Buffer.concat([noise, bytes]);
}

export interface LineSender {
  /** Sends `bytes` once the scale has got round to it, after all answers before it. */
  answer(bytes: Uint8Array): void;
  /** Runs `fn` after `delayMs`, unless the scale was switched off. */
  later(delayMs: number, fn: () => void): void;
  close(): void;
}

/** The sending half of a scale on its cable. `close` silences it for good. */
export function createLineSender(port: Port, options: LineScaleOptions): LineSender {
  const { clock, random, fault } = options;
  const timers = new Set<() => void>();
  let closed = false;
  let lastDueMs = 0;
  const later = (delayMs: number, fn: () => void): void => {
    if (closed) return;
    const cancel = clock.after(delayMs, () => {
      timers.delete(cancel);
      fn();
    });
    timers.add(cancel);
  };
  const send = (bytes: Uint8Array): void => {
    if (fault() === 'silence') return;
    const spoilt = spoil(fault(), bytes, random);
    if (fault() !== 'split') {
      port.write(spoilt);
      return;
    }
    for (const [at, byte] of spoilt.entries()) {
      later(at * SPLIT_GAP_MS, () => port.write(Uint8Array.of(byte)));
    }
    lastDueMs = clock.monoMs() + spoilt.length * SPLIT_GAP_MS;
  };
  return {
    later,
    answer(bytes) {
      const lateMs = fault() === 'late' ? LATE_MS : 0;
      const dueMs = clock.monoMs() + lateMs + between(random, ANSWER_FROM_MS, ANSWER_TO_MS);
      lastDueMs = Math.max(dueMs, lastDueMs + 1);
      later(lastDueMs - clock.monoMs(), () => send(bytes));
    },
    close() {
      closed = true;
      for (const cancel of timers) cancel();
      timers.clear();
    },
  };
}
