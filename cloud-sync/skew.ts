/** How far head office's clock is from ours, told from the date of every answer. */
import type { Clock } from '../edge/core/ports.ts';
import type { Send } from './wire.ts';

/** An answer that took longer says too little about when it was written. */
const LONGEST_ROUND_TRIP_MS = 5_000;

export interface SkewWatch {
  send: Send;
  /** Its clock less ours, as the newest answer told it; to the second. */
  skewMs(): number | undefined;
}

/** The same `send`, with an eye on the clock. */
export function watchSkew(send: Send, clock: Clock): SkewWatch {
  let newest: number | undefined;
  return {
    async send(request) {
      const began = clock.monoMs();
      const answer = await send(request);
      const roundTripMs = clock.monoMs() - began;
      if (roundTripMs <= LONGEST_ROUND_TRIP_MS)
        newest = skewOf(answer.headers.date, clock.wallMs() - roundTripMs / 2) ?? newest;
      return answer;
    },
    skewMs: () => newest,
  };
}

/** A date is cut down to its second: within that second the clocks agree. */
export function skewOf(date: string | undefined, hereMs: number): number | undefined {
  const there = Date.parse(date ?? '');
  if (Number.isNaN(there)) return undefined;
  const early = there - hereMs;
  if (early <= 0 && early > -1000) return 0;
  return Math.round(early > 0 ? early : early + 1000);
}
