/**
 * Questions and answers on a half-duplex line: one question at a time, each with its deadline,
 * noise counted, our own echo let pass. What the answers mean is not known here.
 */
import { type ByteWire, type DriverContext, WireError } from './contract.ts';
import { deadline, HELD_UP_MS } from './deadline.ts';
import { toHex } from './hex.ts';

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
  /**
   * When the newest answer was true at the earliest: now, or when it was asked for where this
   * process was held up and read it after its time.
   */
  asOfMs(): number;
  /** Runs of noise so far. */
  noise(): number;
  ended(): boolean;
  /** Gives the question at hand up, and all that would follow. */
  end(): void;
}

/** The question at hand. */
interface Waiting<I> {
  /** True where the item is its answer. */
  hears(item: I): boolean;
  giveUp(): void;
  giveUpSoon(): void;
}

interface Line<I> {
  context: DriverContext;
  waiting: Waiting<I> | undefined;
  /** What a two-wire adapter may still bring back of our own, as hex. */
  echo: string;
  noise: number;
  ended: boolean;
  /** When the newest answer was asked for, where it was read after its time. */
  lateSinceMs: number | undefined;
}

/** What `take` makes of an item, or undefined after `limitMs` or where the talk is over. */
function listen<I, T>(
  line: Line<I>,
  take: (item: I) => T | undefined,
  limitMs: number,
): Promise<T | undefined> {
  const { clock, signal } = line.context;
  const askedMs = clock.monoMs();
  return new Promise((resolve) => {
    let cancelSoon: (() => void) | undefined;
    const end = (answer?: T): void => {
      cancel();
      cancelSoon?.();
      signal.removeEventListener('abort', giveUp);
      line.waiting = undefined;
      resolve(answer);
    };
    const giveUp = (): void => end();
    const cancel = deadline(clock, limitMs, giveUp);
    signal.addEventListener('abort', giveUp);
    line.waiting = {
      hears(item) {
        const answer = take(item);
        if (answer === undefined) return false;
        line.lateSinceMs = clock.monoMs() - askedMs > limitMs + HELD_UP_MS ? askedMs : undefined;
        end(answer);
        return true;
      },
      giveUp,
      giveUpSoon: () => {
        cancelSoon ??= clock.after(AFTER_NOISE_MS, giveUp);
      },
    };
    if (signal.aborted || line.ended) end();
  });
}

function isEcho<I>(line: Line<I>, hex: string): boolean {
  if (!line.echo.startsWith(hex)) return false;
  line.echo = line.echo.slice(hex.length).trimStart();
  return true;
}

/** @param unasked told of every item that answers no question */
export function asking<I extends { kind: string }>(
  wire: ByteWire,
  context: DriverContext,
  decoder: LineDecoder<I>,
  unasked: (item: I) => void,
): Asking<I> {
  const line: Line<I> = {
    ...{ context, waiting: undefined, echo: '', noise: 0, ended: false },
    lateSinceMs: undefined,
  };
  const hear = (item: I): void => {
    if (item.kind !== 'discarded') {
      if (!line.waiting?.hears(item)) unasked(item);
      return;
    }
    if (isEcho(line, 'hex' in item ? String(item.hex) : '')) return;
    line.noise++;
    context.count('CommunicationErrorCount');
    line.waiting?.giveUpSoon();
  };
  wire.onBytes((bytes) => {
    for (const item of decoder.push(bytes)) hear(item);
  });
  return {
    async ask(bytes, take, limitMs) {
      // Half an answer is forgotten: what comes next answers this question.
      for (const item of decoder.end()) hear(item);
      line.echo = toHex(bytes);
      const answer = listen(line, take, limitMs);
      try {
        await wire.write(bytes, limitMs);
      } catch (error) {
        line.waiting?.giveUp();
        if (!(error instanceof WireError)) throw error;
        line.ended ||= error.code === 'CLOSED';
      }
      return answer;
    },
    async rest(delayMs) {
      await listen(line, () => undefined, delayMs);
    },
    asOfMs: () => line.lateSinceMs ?? context.clock.monoMs(),
    noise: () => line.noise,
    ended: () => line.ended || context.signal.aborted,
    end() {
      line.ended = true;
      line.waiting?.giveUp();
    },
  };
}
