/**
 * Binary frames with a CRC and nothing else, as many devices have them: found by the drivers'
 * framer, and beside it by a loop written for these frames alone.
 *
 *   AA 55 length type payload(12) crcLo crcHi     length: of the payload
 *   CRC-16/MODBUS over length, type and payload
 */
import type { DecodedItem } from '../drivers/contract.ts';
import { type Framer, framerOf, lengthInHead, startingWith } from '../drivers/framing.ts';
import { toHex } from '../drivers/hex.ts';
import { modbusCrc } from '../drivers/modbus.ts';

const HEAD = [0xaa, 0x55] as const;
const PAYLOAD_BYTES = 12;
const AROUND_BYTES = 6;
const MOST_BYTES = 64;
/** The rest of one frame and one chunk. */
const HELD_BYTES = 128;

/** What eight steps of the reflected polynomial A001 make of each byte. */
const CRC_OF_BYTE = Uint16Array.from({ length: 256 }, (_unused, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  return crc;
});

/** Byte by byte, as it is usually written. */
function plainCrc(bytes: Uint8Array, from: number, to: number): number {
  let crc = 0xffff;
  for (let at = from; at < to; at++) crc = (crc >> 8) ^ CRC_OF_BYTE[(crc ^ bytes[at]!) & 0xff]!;
  return crc;
}

const told = (bytes: Uint8Array, to: number): number => bytes[to - 2]! | (bytes[to - 1]! << 8);

/** So many frames, each with its number in its payload. */
export function binaryFrames(count: number): Buffer {
  const size = PAYLOAD_BYTES + AROUND_BYTES;
  const bytes = Buffer.alloc(count * size);
  for (let n = 0, at = 0; n < count; n++, at += size) {
    bytes.set([...HEAD, PAYLOAD_BYTES, 1], at);
    bytes.writeUInt32LE(n, at + 4);
    bytes.writeUInt16LE(plainCrc(bytes, at + 2, at + size - 2), at + size - 2);
  }
  return bytes;
}

/** As a driver has it: the framer's parts, an item of each frame, noise as hex. */
export function binaryFramer(): Framer<DecodedItem> {
  const frame = lengthInHead(
    (bytes, from, to) => {
      if (to - from < 3) return to - from === 2 && bytes[from + 1] !== HEAD[1] ? -1 : 0;
      const size = bytes[from + 2]! + AROUND_BYTES;
      return bytes[from + 1] === HEAD[1] && size <= MOST_BYTES ? size : -1;
    },
    (bytes, from, to) => modbusCrc(bytes, from + 2, to - 2) === told(bytes, to),
  );
  return framerOf<DecodedItem>(
    startingWith({ [HEAD[0]]: frame }),
    (discarded) => ({ kind: 'discarded', hex: toHex(discarded) }),
    ({ bytes }, from) => ({
      kind: 'frame',
      type: bytes[from + 3]!,
      value: bytes[from + 4]! | (bytes[from + 5]! << 8),
    }),
  );
}

/** The least they cost: found, checked and counted, and nothing made of them. */
export function framesByHand(chunks: Buffer[]): number {
  const held = Buffer.alloc(HELD_BYTES);
  let [size, good] = [0, 0];
  for (const chunk of chunks) {
    chunk.copy(held, size);
    size += chunk.length;
    let at = 0;
    while (size - at >= AROUND_BYTES) {
      const length = held[at + 2]! + AROUND_BYTES;
      const begins = held[at] === HEAD[0] && held[at + 1] === HEAD[1] && length <= MOST_BYTES;
      if (begins && size - at < length) break;
      const end = at + length;
      const whole = begins && plainCrc(held, at + 2, end - 2) === told(held, end);
      if (whole) good += 1;
      at += whole ? length : 1;
    }
    held.copy(held, 0, at, size);
    size -= at;
  }
  return good;
}
