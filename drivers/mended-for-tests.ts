/**
 * A bad line that is left alone for a moment: after damage a decoder may lose the frames it is
 * still in the middle of, and then reads what comes through untouched.
 */
import { expect } from 'vitest';

/** The damage stops every so many rounds. */
const BURST = 50;
/** Frames that the damage before them may still cost. */
const RESYNC_FRAMES = 2;
const UNTOUCHED = 5;

/** Counts whole frames that were sent after the damage, and those that were read as they are. */
export function mendedLine(what: string) {
  const seen = { sent: 0, read: 0 };
  return {
    /** After round `round` of damage; `reads` sends one good frame and says whether it was read. */
    after(round: number, reads: () => boolean): void {
      if (round % BURST !== BURST - 1) return;
      for (let frame = 0; frame < RESYNC_FRAMES; frame++) reads();
      for (let frame = 0; frame < UNTOUCHED; frame++) {
        seen.sent++;
        if (reads()) seen.read++;
      }
    },
    /** 99 of 100 untouched frames are read. */
    expectRead(): void {
      console.info(`${what}: ${seen.read} of ${seen.sent} untouched frames read`);
      expect(seen.sent).toBeGreaterThan(0);
      expect(seen.read / seen.sent).toBeGreaterThanOrEqual(0.99);
    },
  };
}
