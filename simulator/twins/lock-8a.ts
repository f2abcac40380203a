/**
 * An "8A" lock board on an RS-485 bus: five bytes each way, the last the XOR of the others.
 *
 *   8A board lock 11 x  pulse to one lock (lock 00: to all)   → 8A board lock st x
 *   80 board lock 33 x  read one                              → 80 board lock st x
 *   st 11 where the lock's feedback circuit is closed, 00 where it is open; which of the two is
 *   "locked" depends on how the lock was wired.
 *
 * Source: published 8A board specification.
 */
import type { Port } from '../port.ts';
import type { Clock } from '../runtime.ts';

export type LockFault =
  | 'silence'
  /** Obeys and says nothing. */
  | 'lost-reply'
  | 'wrong-check'
  /** The pulse moves nothing. */
  | 'jammed'
  /** Answers after the host stopped waiting. */
  | 'late'
  /** A two-wire adapter gives the host its own bytes back. */
  | 'echo';

/** The doors of a cabinet: what is true of every lock, and how often each was pulsed. */
export interface Bolts {
  locked: boolean[];
  pulses: number[];
}

export function createBolts(count: number): Bolts {
  return { locked: new Array(count).fill(true), pulses: new Array(count).fill(0) };
}

/** Current flows for a moment: the bolt springs, unless something holds it. */
export function pulseBolt(bolts: Bolts, index: number, jammed: boolean): void {
  if (bolts.locked[index] === undefined) return;
  bolts.pulses[index] = (bolts.pulses[index] ?? 0) + 1;
  if (!jammed) bolts.locked[index] = false;
}

export interface LockBoardOptions {
  clock: Clock;
  bolts: Bolts;
  fault: () => LockFault | undefined;
  board?: number;
  wiring?: 'closed-when-locked' | 'closed-when-open';
}

const ANSWER_MS = 30;
const LATE_MS = 700;

/** Timers that can all be stopped together. */
export function createTimers(clock: Clock) {
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

/** `head board lock status`, with its XOR. */
export function frame8a(head: number, board: number, lock: number, status: number): Uint8Array {
  return Uint8Array.of(head, board, lock, status, head ^ board ^ lock ^ status);
}

/** Puts the board on its bus. */
export function startLock8a(port: Port, options: LockBoardOptions): { close(): void } {
  const { clock, bolts, fault, board = 1, wiring = 'closed-when-locked' } = options;
  const held: number[] = [];
  let closed = false;
  const { later, stop } = createTimers(clock);
  const say = (head: number, lock: number) => {
    const broken = fault();
    if (broken === 'silence' || broken === 'lost-reply') return;
    later(broken === 'late' ? LATE_MS : ANSWER_MS, () => {
      const circuit = bolts.locked[lock - 1] === (wiring === 'closed-when-locked');
      const bytes = frame8a(head, board, lock, circuit ? 0x11 : 0);
      if (broken === 'wrong-check') bytes[4] = (bytes[4] ?? 0) ^ 0x55;
      port.write(bytes);
    });
  };
  const obey = ([head = 0, to = 0, lock = 0, what = 0]: number[]) => {
    if (to !== board || fault() === 'silence') return;
    const jammed = fault() === 'jammed';
    if (head === 0x8a && what === 0x11 && lock === 0) {
      for (const index of bolts.locked.keys()) pulseBolt(bolts, index, jammed);
    } else if (head === 0x8a && what === 0x11 && lock <= bolts.locked.length) {
      pulseBolt(bolts, lock - 1, jammed);
      say(head, lock);
    } else if (head === 0x80 && what === 0x33 && lock >= 1 && lock <= bolts.locked.length) {
      say(head, lock);
    }
  };
  port.onBytes((bytes) => {
    if (closed) return;
    if (fault() === 'echo') port.write(bytes);
    held.push(...bytes);
    while (held.length >= 5) {
      const whole = held.slice(0, 5).reduce((sum, byte) => sum ^ byte, 0) === 0;
      const taken = held.splice(0, whole ? 5 : 1);
      if (whole) obey(taken);
    }
  });
  return {
    close() {
      closed = true;
      stop();
    },
  };
}
