/** What a framer holds: the bytes that wait, noise that is joined, copies that cost little. */

export const MAX_HELD_BYTES = 4096;

/** Bytes from `start` to `end` wait for the rest of their frame. */
export class HeldBytes {
  readonly bytes = new Uint8Array(MAX_HELD_BYTES);
  start = 0;
  end = 0;
  #buffer: Buffer | undefined;
  /** What was held from `#textFrom` on, once text was asked for. */
  #text = '';
  #textFrom = 0;

  /** Takes in as much of a chunk as there is room for; says how much. */
  add(chunk: Uint8Array, offset: number): number {
    if (this.start === this.end) {
      this.start = 0;
      this.end = 0;
    } else if (this.end + chunk.length > MAX_HELD_BYTES) {
      this.bytes.copyWithin(0, this.start, this.end);
      this.end -= this.start;
      this.start = 0;
    }
    const room = Math.min(MAX_HELD_BYTES - this.end, chunk.length - offset);
    this.bytes.set(room === chunk.length ? chunk : chunk.subarray(offset, offset + room), this.end);
    this.end += room;
    this.#text = '';
    return room;
  }

  /**
   * One character a byte (ISO 8859-1). All that is held becomes text once and is shared by the
   * lines in it: a line that is kept keeps up to 4 KiB.
   */
  latin1(from: number, to: number): string {
    if (this.#text === '' || from < this.#textFrom) {
      this.#buffer ??= Buffer.from(this.bytes.buffer);
      this.#text = this.#buffer.toString('latin1', from, this.end);
      this.#textFrom = from;
    }
    return this.#text.substring(from - this.#textFrom, to - this.#textFrom);
  }

  /** All that waits, which waits no more. */
  giveUp(): Uint8Array {
    const rest = this.bytes.slice(this.start, this.end);
    this.start = 0;
    this.end = 0;
    return rest;
  }
}

/**
 * Noise since the last frame, copied only when it is given out or has to make room: diagnostics
 * show one run and not one line a byte.
 */
export class LostBytes {
  some = false;
  #from = 0;
  #to = 0;
  #parts: Uint8Array[] = [];

  /** Held bytes that follow the noise so far. */
  add(from: number, to: number): void {
    if (this.#to === 0) this.#from = from;
    this.#to = to;
    this.some = true;
  }

  /** Other bytes will take their place in `held`. */
  setAside(held: Uint8Array): void {
    if (this.#to > 0) this.#parts.push(held.slice(this.#from, this.#to));
    this.#to = 0;
  }

  giveUp(held: Uint8Array): Uint8Array | undefined {
    if (!this.some) return undefined;
    this.setAside(held);
    const parts = this.#parts;
    this.#parts = [];
    this.some = false;
    return parts.length === 1 ? parts[0] : Uint8Array.from(Buffer.concat(parts));
  }
}

/** Copies of short runs of bytes out of common blocks: an allocation of its own costs each far more. */
export function copier(): (bytes: Uint8Array, from: number, size: number) => Uint8Array {
  let block = new Uint8Array(0);
  let used = 0;
  return (bytes, from, size) => {
    if (used + size > block.length) {
      block = new Uint8Array(2 * MAX_HELD_BYTES);
      used = 0;
    }
    const begin = used;
    used += size;
    if (size > SHORT) block.set(bytes.subarray(from, from + size), begin);
    else for (let at = 0; at < size; at++) block[begin + at] = bytes[from + at]!;
    return block.subarray(begin, used);
  };
}

/** Up to here a loop copies faster than a call does. */
const SHORT = 48;
