/**
 * Parity kept by software. Linux delivers a byte with wrong parity as if it were good, so a 7E1
 * or 7O1 line is opened as 8N1 (the same ten bit times) and bit 7 is checked here. A byte that
 * fails becomes FFh, which no 7-bit protocol accepts, so it spoils its frame instead of vanishing.
 */
import type { ByteWire } from '../contract.ts';

export type LinkParity = 'even' | 'odd';
export const PARITY_ERROR_BYTE = 0xff;

function onesAreOdd(byte: number): boolean {
  let ones = byte ^ (byte >> 4);
  ones ^= ones >> 2;
  ones ^= ones >> 1;
  return (ones & 1) === 1;
}

/** Adds the parity bit as bit 7. */
export function withParityBit(byte: number, parity: LinkParity): number {
  const seven = byte & 0x7f;
  return onesAreOdd(seven) === (parity === 'even') ? seven | 0x80 : seven;
}

/** The seven data bits, or FFh where the parity bit is wrong. */
export function withoutParityBit(byte: number, parity: LinkParity): number {
  return withParityBit(byte, parity) === byte ? byte & 0x7f : PARITY_ERROR_BYTE;
}

/**
 * A wire that sets bit 7 on the way out and checks and strips it on the way in.
 * @param check false where a USB adapter sends the plain seven bits: bit 7 is dropped unchecked
 */
export function checkParity(wire: ByteWire, parity: LinkParity, check = true): ByteWire {
  return {
    ...wire,
    write: (bytes, timeoutMs) =>
      wire.write(check ? bytes.map((byte) => withParityBit(byte, parity)) : bytes, timeoutMs),
    onBytes: (listener) =>
      wire.onBytes((bytes) =>
        listener(bytes.map((byte) => (check ? withoutParityBit(byte, parity) : byte & 0x7f))),
      ),
  };
}
