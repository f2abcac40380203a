/** What a framer holds: the bytes that wait, noise that is joined, copies that cost little. */

export const MAX_HELD_BYTES = 4096;

/** Bytes from `start` to `end` wait for the rest of their frame. */
export class HeldBytes {
  readonly bytes = new Uint8Array(MAX_HELD_BYTES);
  start = 0;
  end = 0;

  /** Takes in as much of a chunk as there is room for; says how much. */
  add(chunk: Uint8Array, offset: number): number {
    if (this.start === this.end || this.end === MAX_HELD_BYTES) {
      this.bytes.copyWithin(0, this.start, this.end);
      this.end -= this.start;
      this.start = 0;
    }
    const room = Math.min(MAX_HELD_BYTES - this.end, chunk.length - offset);
    this.bytes.set(room === chunk.length ? chunk : chunk.subarray(offset, offset + room), this.end);
    this.end += room;
    return room;
  }

  /** All that waits, which waits no more. */
  giveUp(): Uint8Array {
    const rest = this.bytes.slice(this.start, this.end);
    this.start = 0;
    this.end = 0;
    return rest;
  }
}

/** Joins neighbouring noise, so that diagnostics show one run and not one line a byte. */
export function noiseCollector(): {
  add(bytes: Uint8Array): void;
  flush(): Uint8Array | undefined;
} {
  let parts: Uint8Array[] = [];
  let total = 0;
  return {
    add(bytes) {
      parts.push(bytes);
      total += bytes.length;
    },
    flush() {
      if (total === 0) return undefined;
      const discarded = new Uint8Array(total);
      let offset = 0;
      for (const part of parts) {
        discarded.set(part, offset);
        offset += part.length;
      }
      parts = [];
      total = 0;
      return discarded;
    },
  };
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
