/**
 * Frames out of a byte stream. A framer holds at most 4 KiB, survives any split or merge of
 * chunks, finds the next frame by itself after noise, and hands out every byte that belongs to
 * no frame. The rules of one protocol are a `Recognise` function, put together from the few below.
 */

export const MAX_HELD_BYTES = 4096;

/** A whole frame, or bytes that belong to none. */
export type Piece = { frame: Uint8Array } | { discarded: Uint8Array };

export interface Framer {
  push(bytes: Uint8Array): Piece[];
  /** End of input: what is still held comes out as discarded. */
  end(): Piece[];
  /** Bytes held now, waiting for the rest of their frame. */
  held(): number;
}

/**
 * What the bytes held so far begin with: a whole frame of `take` bytes, `skip` bytes of noise,
 * `lose` bytes of a frame grown too long (its rest is noise too), or `wait` for more.
 */
export type Verdict = { take: number } | { skip: number } | { lose: number } | 'wait';

/**
 * `seen` bytes were already there at the last `wait`, so a search may start there. `losing` is
 * true while the head of the frame at hand was lost: what follows must not pass for a whole one.
 */
export type Recognise = (held: Uint8Array, seen: number, losing: boolean) => Verdict;

/** Index of the first byte at or after `from` for which `is` holds, or the length. */
function indexWhere(bytes: Uint8Array, from: number, is: (byte: number) => boolean): number {
  let index = from;
  while (index < bytes.length && !is(bytes[index]!)) index++;
  return index;
}

/**
 * Dispatches on the first byte; a byte that starts nothing is noise up to the next one that does.
 */
export function startingWith(table: Readonly<Record<number, Recognise>>): Recognise {
  // A dense array: one look-up a byte, whatever the noise.
  const byFirst = Array.from({ length: 256 }, (_, byte) => table[byte]);
  const starts = (byte: number): boolean => byFirst[byte] !== undefined;
  return (held, seen, losing) => {
    const recognise = byFirst[held[0]!];
    if (recognise === undefined) return { skip: indexWhere(held, 1, starts) };
    const verdict = recognise(held, seen, losing);
    if (verdict === 'wait' || 'take' in verdict) return verdict;
    // A frame that failed may hide the start of a good one: step on to that, never past it.
    return { skip: indexWhere(held, 1, starts) };
  };
}

/** Exactly `length` bytes for which `valid` holds; `may` gives up early on a hopeless beginning. */
export function fixed(
  length: number,
  valid: (frame: Uint8Array) => boolean = () => true,
  may: (prefix: Uint8Array) => boolean = () => true,
): Recognise {
  return (held) => {
    const frame = held.length > length ? held.subarray(0, length) : held;
    if (!may(frame)) return { skip: 1 };
    if (held.length < length) return 'wait';
    return valid(frame) ? { take: length } : { skip: 1 };
  };
}

/**
 * A frame whose length follows from its head. `lengthOf` answers the whole length, undefined
 * while the head is not complete, or `bad` where the head can start no frame.
 */
export function lengthInHead(
  lengthOf: (held: Uint8Array) => number | undefined | 'bad',
  valid: (frame: Uint8Array) => boolean = () => true,
): Recognise {
  return (held) => {
    const length = lengthOf(held);
    if (length === 'bad' || (length ?? 0) > MAX_HELD_BYTES) return { skip: 1 };
    if (length === undefined || held.length < length) return 'wait';
    return valid(held.subarray(0, length)) ? { take: length } : { skip: 1 };
  };
}

/** Index of the first whole `wanted` at or after `from`, or -1. */
function indexOfAll(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  const last = wanted.length - 1;
  let end = bytes.indexOf(wanted[last]!, from + last);
  while (end >= 0) {
    let back = 1;
    while (back <= last && bytes[end - back] === wanted[last - back]) back++;
    if (back > last) return end - last;
    end = bytes.indexOf(wanted[last]!, end + 1);
  }
  return -1;
}

/**
 * Everything up to and including `delimiter`. A run longer than `max` bytes is noise, and so is
 * its tail up to the next delimiter.
 */
export function delimited(delimiter: Uint8Array, max: number): Recognise {
  const size = delimiter.length;
  return (held, seen, losing) => {
    const at = indexOfAll(held, delimiter, Math.max(0, seen - size + 1));
    if (at >= 0) return losing || at + size > max ? { skip: at + size } : { take: at + size };
    // The last bytes stay: they may be the first half of the delimiter.
    return held.length >= max + size ? { lose: held.length - size + 1 } : 'wait';
  };
}

/** Joins neighbouring noise, so that diagnostics show one run and not one line a byte. */
function noiseCollector(out: Piece[]): { add(bytes: Uint8Array): void; flush(): void } {
  let parts: Uint8Array[] = [];
  let total = 0;
  return {
    add(bytes) {
      parts.push(bytes);
      total += bytes.length;
    },
    flush() {
      if (total === 0) return;
      const discarded = new Uint8Array(total);
      let offset = 0;
      for (const part of parts) {
        discarded.set(part, offset);
        offset += part.length;
      }
      out.push({ discarded });
      parts = [];
      total = 0;
    },
  };
}

/** How many of the held bytes a verdict consumes; a full buffer nobody wants is lost whole. */
function consumed(verdict: Verdict, held: number): number {
  if (verdict === 'wait') return held;
  const wanted = 'take' in verdict ? verdict.take : 'skip' in verdict ? verdict.skip : verdict.lose;
  return Math.min(Math.max(1, wanted), held);
}

/** Copies of short runs of bytes out of common blocks: an allocation of its own costs each far more. */
function copier(): (bytes: Uint8Array) => Uint8Array {
  let block = new Uint8Array(0);
  let used = 0;
  return (bytes) => {
    if (used + bytes.length > block.length) {
      block = new Uint8Array(2 * MAX_HELD_BYTES);
      used = 0;
    }
    const copy = block.subarray(used, used + bytes.length);
    copy.set(bytes);
    used += bytes.length;
    return copy;
  };
}

/** The framer itself: bounded, indifferent to chunking, never throws. */
export function framer(recognise: Recognise): Framer {
  const buffer = new Uint8Array(MAX_HELD_BYTES);
  const copyOf = copier();
  let start = 0;
  let end = 0;
  let seen = 0;
  let losing = false;

  const drain = (out: Piece[], noise: ReturnType<typeof noiseCollector>): void => {
    while (start < end) {
      const held = buffer.subarray(start, end);
      const verdict = recognise(held, seen, losing);
      if (verdict === 'wait' && held.length < MAX_HELD_BYTES) {
        seen = held.length;
        return;
      }
      const bytes = copyOf(held.subarray(0, consumed(verdict, held.length)));
      if (verdict !== 'wait' && 'take' in verdict) {
        noise.flush();
        out.push({ frame: bytes });
      } else {
        noise.add(bytes);
      }
      losing = verdict === 'wait' || 'lose' in verdict;
      start += bytes.length;
      seen = 0;
    }
  };

  return {
    push(bytes) {
      const out: Piece[] = [];
      const noise = noiseCollector(out);
      for (let offset = 0; offset < bytes.length; ) {
        if (start === end || end === MAX_HELD_BYTES) {
          buffer.copyWithin(0, start, end);
          end -= start;
          start = 0;
        }
        const room = Math.min(MAX_HELD_BYTES - end, bytes.length - offset);
        buffer.set(bytes.subarray(offset, offset + room), end);
        end += room;
        offset += room;
        drain(out, noise);
      }
      noise.flush();
      return out;
    },
    end() {
      const rest = buffer.slice(start, end);
      start = 0;
      end = 0;
      seen = 0;
      losing = false;
      return rest.length > 0 ? [{ discarded: rest }] : [];
    },
    held: () => end - start,
  };
}
