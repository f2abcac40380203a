/**
 * How long an answer is waited for, in time during which this process could listen. A process
 * that was held up runs its timers before it reads what came meanwhile, and bytes of a serial port
 * take some turns of the loop more: "no answer" would then be said of one that lies there.
 */
import type { DriverClock } from './contract.ts';

/** The wait is cut in pieces of at most this length, so that a hold-up inside it shows. */
const PIECE_MS = 100;
/** A timer this late was held up. */
export const HELD_UP_MS = 25;

/**
 * Calls `expired` after `limitMs` of listening. A piece of the wait that the process was held up
 * in counts half: with ever so little time of its own it still ends, after twice as many pieces.
 * @returns ends the wait
 */
export function deadline(clock: DriverClock, limitMs: number, expired: () => void): () => void {
  let leftMs = limitMs;
  let cancel = (): void => undefined;
  const listen = (): void => {
    const pieceMs = Math.min(leftMs, PIECE_MS);
    const dueMs = clock.monoMs() + pieceMs;
    cancel = clock.after(pieceMs, () => {
      const heldUp = clock.monoMs() - dueMs > HELD_UP_MS;
      leftMs -= heldUp ? Math.ceil(pieceMs / 2) : pieceMs;
      if (leftMs > 0) listen();
      else expired();
    });
  };
  listen();
  return () => cancel();
}
