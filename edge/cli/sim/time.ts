/** Simulated time that stands still while real work is under way, and chance from a seed. */
import { createHash } from 'node:crypto';
import type { SimulatedClock } from '../../../simulator/simulated-clock.ts';
import type { Ids, Random } from '../../core/ports.ts';

/** Counts real work, so that simulated time waits for it. */
export type Track = <T>(work: Promise<T>) => Promise<T>;

export interface RealWork {
  track: Track;
  underWay(): number;
  /** Resolves when nothing is under way any more. */
  done(): Promise<void>;
}

export function realWork(): RealWork {
  const underWay = new Set<Promise<unknown>>();
  return {
    track(work) {
      const settled: Promise<unknown> = work.then(
        () => underWay.delete(settled),
        () => underWay.delete(settled),
      );
      underWay.add(settled);
      return work;
    },
    underWay: () => underWay.size,
    async done() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}

/** Runs simulated time for `ms`, or until `until`; real work is awaited before time moves on. */
export async function runUntil(
  clock: SimulatedClock,
  work: RealWork,
  ms: number,
  until: () => boolean,
): Promise<boolean> {
  const endMs = clock.monoMs() + ms;
  for (;;) {
    await work.done();
    if (until()) return true;
    const leftMs = endMs - clock.monoMs();
    if (leftMs <= 0) return false;
    await clock.run(leftMs, () => work.underWay() > 0 || until());
  }
}

const hex = (random: Random) =>
  Math.floor(random() * 2 ** 40)
    .toString(16)
    .padStart(10, '0');

export const idsFrom =
  (random: Random): Ids =>
  (prefix) =>
    `${prefix}-${hex(random)}${hex(random)}`;

/** Wall time is simulated too, so the records themselves replay. */
export function hashOf(events: readonly { hash: string }[]): string {
  const trace = createHash('sha256');
  for (const event of events) trace.update(event.hash);
  return trace.digest('hex');
}
