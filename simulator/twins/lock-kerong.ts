/**
 * A Kerong lock board: KR-CU16, or the six-byte CU48 kind. The last byte is the low byte of the
 * sum of the others.
 *
 *   CU16  02 ADDR 30 03 s status → 02 ADDR 35 hooks1-8 hooks9-16 ir1-8 ir9-16 03 s
 *         02 lock-1 31 03 s pulse, 02 00 33 03 s pulse to all: no answer; the board is busy a while
 *   CU48  02 ADDR LOCK 60 03 s status, 61 pulse → 02 ADDR LOCK 75 03 s
 *
 * Sources: CartWise KR-CU16 driver; SCU/CU driver.
 */
import type { Port } from '../port.ts';
import { createTimers, type LockBoardOptions, pulseBolt } from './lock-8a.ts';

const ANSWER_MS = 25;
const LATE_MS = 700;
/** After a pulse it hears no question. */
const BUSY_MS = 120;

/** `02 … 03` with its sum. */
export function kerongFrame(...words: number[]): Uint8Array {
  const all = [0x02, ...words, 0x03];
  return Uint8Array.of(...all, all.reduce((sum, byte) => sum + byte, 0) % 256);
}

/** The four bytes of a CU16 status: hooks, then infrared sensors, of which there are none. */
function hooksOf({ bolts, wiring = 'closed-when-locked' }: LockBoardOptions): number[] {
  let bits = 0;
  for (const [index, locked] of bolts.locked.slice(0, 16).entries())
    if (locked === (wiring === 'closed-when-locked')) bits |= 1 << index;
  return [bits & 0xff, bits >> 8, 0, 0];
}

/** Puts the board on its bus. */
export function startLockKerong(
  port: Port,
  options: LockBoardOptions & { dialect?: 'cu16' | 'cu48' },
): { close(): void } {
  const { clock, bolts, fault, board = 0, dialect = 'cu16' } = options;
  const length = dialect === 'cu16' ? 5 : 6;
  const held: number[] = [];
  const { later, stop } = createTimers(clock);
  let busyUntilMs = Number.NEGATIVE_INFINITY;
  let closed = false;
  const say = (words: () => number[]) => {
    const broken = fault();
    if (broken === 'silence' || broken === 'lost-reply') return;
    later(broken === 'late' ? LATE_MS : ANSWER_MS, () => {
      const bytes = kerongFrame(...words());
      if (broken === 'wrong-check') bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 0x55;
      port.write(bytes);
    });
  };
  const pulse = (index: number) => pulseBolt(bolts, index, fault() === 'jammed');
  const cu16 = ([, address = 0, command = 0]: number[]) => {
    if (command === 0x30 && clock.monoMs() >= busyUntilMs)
      say(() => [address, 0x35, ...hooksOf(options)]);
    if (command === 0x31) pulse(address);
    if (command === 0x33) for (const index of bolts.locked.keys()) pulse(index);
    if (command !== 0x30) busyUntilMs = clock.monoMs() + BUSY_MS;
  };
  const cu48 = ([, to = 0, index = 0, command = 0]: number[]) => {
    if (to !== board) return;
    if (command === 0x61) pulse(index);
    if (command === 0x60 || command === 0x61) say(() => [board, index, 0x75]);
  };
  port.onBytes((bytes) => {
    if (closed) return;
    if (fault() === 'echo') port.write(bytes);
    held.push(...bytes);
    while (held.length >= length) {
      const frame = held.slice(0, length);
      const sum = frame.slice(0, -1).reduce((total, byte) => total + byte, 0) % 256;
      const whole = frame[0] === 0x02 && sum === frame.at(-1);
      held.splice(0, whole ? length : 1);
      if (whole && fault() !== 'silence') (dialect === 'cu16' ? cu16 : cu48)(frame);
    }
  });
  return {
    close() {
      closed = true;
      stop();
    },
  };
}
