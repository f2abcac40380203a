/**
 * Frames out of a byte stream. A framer holds at most 4 KiB, survives any split or merge of
 * chunks, finds the next frame by itself after noise, and hands out every byte that belongs to
 * no frame. The rules of one protocol are a `Recognise` function, put together from the few below.
 */

import { copier, HeldBytes, LostBytes, MAX_HELD_BYTES } from './held-bytes.ts';

/** A whole frame, or bytes that belong to none. */
export type Piece = { frame: Uint8Array } | { discarded: Uint8Array };

export interface Framer<T = Piece> {
  push(bytes: Uint8Array): T[];
  /** End of input: what is still held comes out as discarded. */
  end(): T[];
  /**
   * The same, but frames behind a beginning that goes no further come out: noise may look like the
   * head of a long one. Only for frames with a check of their own.
   */
  search(): T[];
  /** Bytes held now, waiting for the rest of their frame. */
  held(): number;
}

/** What a frame says, read where it lies; the bytes are another frame's a moment later. */
export type ReadInPlace<T> = (held: HeldBytes, from: number, to: number) => T;

/**
 * What the bytes held so far begin with: a whole frame of `take` bytes, `skip` bytes of noise,
 * `lose` bytes of a frame grown too long (its rest is noise too), or `wait` for more.
 */
export type Verdict = { take: number } | { skip: number } | { lose: number } | 'wait';

/**
 * `seen` bytes were already there at the last `wait`, so a search may start there. `losing` is
 * true while the head of the frame at hand was lost: what follows must not pass for a whole one.
 */
export interface Recognise {
  (held: Uint8Array, seen: number, losing: boolean): Verdict;
  glance?: Glance;
}

/**
 * The short way, asked first: length of the whole, right frame in `bytes` from `at` on, -1 where
 * the long way would surely wait, 0 where only that can tell. It sees no frame that the long way
 * does not see.
 */
export type Glance = (bytes: Uint8Array, at: number, end: number, seen: number) => number;

/** Nothing is found at a glance. */
const NO_GLANCE: Glance = () => 0;

/** The same with a short way, for frames that come thick and fast. */
export const withGlance = (recognise: Recognise, glance: Glance): Recognise =>
  Object.assign((...held: Parameters<Recognise>) => recognise(...held), { glance });

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
  const long: Recognise = (held, seen, losing) => {
    const recognise = byFirst[held[0]!];
    if (recognise === undefined) return { skip: indexWhere(held, 1, starts) };
    const verdict = recognise(held, seen, losing);
    if (verdict === 'wait' || 'take' in verdict) return verdict;
    // A frame that failed may hide the start of a good one: step on to that, never past it.
    return { skip: indexWhere(held, 1, starts) };
  };
  const glances = byFirst.map((each) => each?.glance ?? NO_GLANCE);
  if (glances.every((each) => each === NO_GLANCE)) return long;
  return withGlance(long, (bytes, at, end, seen) => glances[bytes[at]!]!(bytes, at, end, seen));
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

/** Part of what is held: bytes from `from` up to `to`. */
type Within<T> = (bytes: Uint8Array, from: number, to: number) => T;

/**
 * A frame whose length follows from its head. `lengthOf` answers the whole length, 0 while the
 * head is not complete, or -1 where the head can start no frame.
 */
export function lengthInHead(
  lengthOf: Within<number>,
  valid: Within<boolean> = () => true,
): Recognise {
  const glance: Glance = (bytes, from, to) => {
    const length = lengthOf(bytes, from, to);
    if (length < 0 || length > MAX_HELD_BYTES) return 0;
    if (length === 0 || length > to - from) return -1;
    return valid(bytes, from, from + length) ? length : 0;
  };
  return withGlance((held) => {
    const size = glance(held, 0, held.length, 0);
    return size > 0 ? { take: size } : size < 0 ? 'wait' : { skip: 1 };
  }, glance);
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
  const [beforeLast, last] = [delimiter[size - 2], delimiter[size - 1]];
  const recognise: Recognise = (held, seen, losing) => {
    const at = indexOfAll(held, delimiter, Math.max(0, seen - size + 1));
    if (at >= 0) return losing || at + size > max ? { skip: at + size } : { take: at + size };
    // The last bytes stay: they may be the first half of the delimiter.
    return held.length >= max + size ? { lose: held.length - size + 1 } : 'wait';
  };
  return withGlance(recognise, (bytes, at, end, seen) => {
    const limit = Math.min(end, at + max);
    for (let index = at + Math.max(size - 1, seen); index < limit; index++) {
      if (bytes[index] !== last || (size > 1 && bytes[index - 1] !== beforeLast)) continue;
      let back = 2;
      while (back < size && bytes[index - back] === delimiter[size - 1 - back]) back++;
      if (back >= size) return index + 1 - at;
    }
    return end < at + max ? -1 : 0;
  });
}

/** How many of the held bytes a verdict consumes; a full buffer nobody wants is lost whole. */
function consumed(verdict: Verdict, held: number): number {
  if (verdict === 'wait') return held;
  const wanted = 'take' in verdict ? verdict.take : 'skip' in verdict ? verdict.skip : verdict.lose;
  return Math.min(Math.max(1, wanted), held);
}

/** What comes out of a framer: the pieces themselves. */
export function framer(recognise: Recognise): Framer {
  const copyOf = copier();
  return framerOf<Piece>(
    recognise,
    (discarded) => ({ discarded }),
    ({ bytes }, from, to) => ({ frame: copyOf(bytes, from, to - from) }),
  );
}

/** Where a framer stands: bytes that wait, noise not given out yet. */
interface Standing {
  held: HeldBytes;
  lost: LostBytes;
  /** So many of the bytes that wait were looked at before. */
  seen: number;
  losing: boolean;
}

/**
 * The framer itself: bounded, indifferent to chunking, never throws.
 * @param noise what a run of bytes that belong to no frame is to the protocol
 * @param read the same for a frame, right after it was recognised
 */
export function framerOf<T>(
  recognise: Recognise,
  noise: (discarded: Uint8Array) => T,
  read: ReadInPlace<T>,
): Framer<T> {
  const held = new HeldBytes();
  const lost = new LostBytes();
  const at: Standing = { held, lost, seen: 0, losing: false };
  const flush = (out: T[]): void => {
    const discarded = lost.giveUp(held.bytes);
    if (discarded !== undefined) out.push(noise(discarded));
  };
  const cut = cutter(at, recognise, read, flush);
  const push = (chunk: Uint8Array): T[] => {
    // biome-ignore lint/style/useArrayLiterals: it has room for four, a literal grows to seventeen
    const out = new Array<T>();
    for (let offset = 0; offset < chunk.length; ) {
      offset += held.add(chunk, offset);
      cut(out);
      if (lost.some) lost.setAside(held.bytes);
    }
    if (lost.some) flush(out);
    return out;
  };
  const end = (): T[] => {
    const rest = held.giveUp();
    at.seen = 0;
    at.losing = false;
    return rest.length > 0 ? [noise(rest)] : [];
  };
  const search = (): T[] => {
    const out: T[] = [];
    while (held.start < held.end) {
      at.losing = false;
      at.seen = 0;
      lost.add(held.start, held.start + 1);
      held.start += 1;
      cut(out);
    }
    flush(out);
    return out;
  };
  return { push, end, search, held: () => held.end - held.start };
}

/**
 * Hands out all that is whole in what is held. Made anew for each framer, so that each is compiled
 * for its own protocol: one for all costs a third of the speed.
 */
function cutter<T>(
  at: Standing,
  recognise: Recognise,
  read: ReadInPlace<T>,
  flush: (out: T[]) => void,
): (out: T[]) => void {
  const { held, lost } = at;
  const glance = recognise.glance ?? NO_GLANCE;
  return (out) => {
    const { bytes, end } = held;
    let from = held.start;
    let seen = at.seen;
    while (from < end) {
      const glanced = at.losing ? 0 : glance(bytes, from, end, seen);
      if (glanced < 0 && end - from < MAX_HELD_BYTES) break;
      const size = glanced > 0 ? glanced : lookLong(at, recognise, from, seen);
      if (size === 0) break;
      if (size < 0) lost.add(from, from - size);
      else {
        if (lost.some) flush(out);
        out.push(read(held, from, from + size));
      }
      from += Math.abs(size);
      seen = 0;
    }
    held.start = from;
    at.seen = end - from;
  };
}

/** Length of the frame that begins at `from`, less than zero that of noise; 0 where it must wait. */
function lookLong(at: Standing, recognise: Recognise, from: number, seen: number): number {
  const { bytes, end } = at.held;
  const verdict = recognise(bytes.subarray(from, end), seen, at.losing);
  if (verdict === 'wait' && end - from < MAX_HELD_BYTES) return 0;
  at.losing = verdict === 'wait' || 'lose' in verdict;
  const size = consumed(verdict, end - from);
  return verdict !== 'wait' && 'take' in verdict ? size : -size;
}
