/**
 * Questions and answers on a half-duplex line: one question at a time, each with its deadline,
 * noise counted, our own echo let pass. What the answers mean is not known here.
 */
import { type ByteWire, type DriverContext, WireError } from '../contract.ts';
import { toHex } from '../hex.ts';

/** An answer that came spoilt does not come again: what is good follows this soon, or never. */
const AFTER_NOISE_MS = 150;

/** A decoder of one protocol; `discarded` items carry `hex`. */
export interface LineDecoder<I extends { kind: string }> {
  push(bytes: Uint8Array): I[];
  end(): I[];
}

export interface Asking<I extends { kind: string }> {
  /** What `take` makes of the answer, or undefined after `limitMs` or where the talk is over. */
  ask<T>(
    bytes: Uint8Array,
    take: (item: I) => T | undefined,
    limitMs: number,
  ): Promise<T | undefined>;
  /** Waits without asking; whatever is heard meanwhile is unasked. */
  rest(delayMs: number): Promise<void>;
  /** Runs of noise so far. */
  noise(): number;
  ended(): boolean;
  /** Gives the question at hand up, and all that would follow. */
  end(): void;
}

/** @param unasked told of every item that answers no question */
export function asking<I extends { kind: string }>(
  wire: ByteWire,
  context: DriverContext,
  decoder: LineDecoder<I>,
  unasked: (item: I) => void,
): Asking<I> {
  const { clock, signal } = context;
  let waiting: ((item: I) => boolean) | undefined;
  let giveUp: (() => void) | undefined;
  let giveUpSoon: (() => void) | undefined;
  let echo = '';
  let noise = 0;
  let ended = false;

  const isEcho = (hex: string): boolean => {
    if (!echo.startsWith(hex)) return false;
    echo = echo.slice(hex.length).trimStart();
    return true;
  };
  const hear = (item: I): void => {
    if (item.kind !== 'discarded') {
      if (!waiting?.(item)) unasked(item);
      return;
    }
    if (isEcho('hex' in item ? String(item.hex) : '')) return;
    noise++;
    context.count('CommunicationErrorCount');
    giveUpSoon?.();
  };
  const listen = <T>(take: (item: I) => T | undefined, limitMs: number): Promise<T | undefined> =>
    new Promise((resolve) => {
      let cancelSoon: (() => void) | undefined;
      const end = (answer?: T): void => {
        cancel();
        cancelSoon?.();
        signal.removeEventListener('abort', abandon);
        waiting = undefined;
        giveUp = undefined;
        giveUpSoon = undefined;
        resolve(answer);
      };
      const abandon = (): void => end();
      const cancel = clock.after(limitMs, abandon);
      signal.addEventListener('abort', abandon);
      giveUp = abandon;
      giveUpSoon = () => {
        cancelSoon ??= clock.after(AFTER_NOISE_MS, abandon);
      };
      waiting = (item) => {
        const answer = take(item);
        if (answer === undefined) return false;
        end(answer);
        return true;
      };
      if (signal.aborted || ended) end();
    });

  wire.onBytes((bytes) => {
    for (const item of decoder.push(bytes)) hear(item);
  });
  return {
    async ask(bytes, take, limitMs) {
      // Half an answer is forgotten: what comes next answers this question.
      for (const item of decoder.end()) hear(item);
      echo = toHex(bytes);
      const answer = listen(take, limitMs);
      try {
        await wire.write(bytes, limitMs);
      } catch (error) {
        giveUp?.();
        ended ||= error instanceof WireError && error.code === 'CLOSED';
        if (!(error instanceof WireError)) throw error;
      }
      return answer;
    },
    async rest(delayMs) {
      await listen(() => undefined, delayMs);
    },
    noise: () => noise,
    ended: () => ended || signal.aborted,
    end() {
      ended = true;
      giveUp?.();
    },
  };
}
