/** What CRC frames cost with nothing around them: the yardstick beside the drivers' own decoder. */
import { modbusCrc } from '../drivers/modbus.ts';

/** The rest of one frame and one chunk. */
const HELD_BYTES = 512;

/** Decoders are measured by the processor's time: others use this machine as well. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The least that CRC frames cost: found by their length, summed, counted, and nothing made of them. */
export function handCrc(chunks: Buffer[], whole: number): number {
  const held = Buffer.alloc(HELD_BYTES);
  let [size, good] = [0, 0];
  const begunMs = cpuMs();
  for (const chunk of chunks) {
    held.set(chunk, size);
    size += chunk.length;
    let at = 0;
    for (let next = frameAt(held, at, size); next > at; next = frameAt(held, at, size)) {
      good += 1;
      at = next;
    }
    held.copyWithin(0, at, size);
    size -= at;
  }
  const tookMs = cpuMs() - begunMs;
  if (good !== whole) throw new Error(`by hand: ${good} frames of ${whole}`);
  return tookMs;
}

/** Where the whole frame at `at` ends, or `at`. */
function frameAt(held: Buffer, at: number, size: number): number {
  const end = at + 5 + (held[at + 2] ?? 0);
  return size - at >= 3 && end <= size && modbusCrc(held, at, end) === 0 ? end : at;
}
