import { expect, test } from 'vitest';
import { crc16 } from './crc16.ts';
import { pickBelow, seededRandom, testSeed } from './random-for-tests.ts';

const NINE = new TextEncoder().encode('123456789');

test.each([
  ['MODBUS', 0xffff, 0x4b37],
  ['ARC', 0, 0xbb3d],
])('CRC-16/%s of its check string', (_name, start, expected) => {
  expect(crc16(NINE, 0, NINE.length, start)).toBe(expected);
});

test('eight bytes a step come to the same as one bit a step', () => {
  const random = seededRandom(testSeed('crc16'));
  for (let round = 0; round < 500; round++) {
    const bytes = Uint8Array.from({ length: pickBelow(random, 40) }, () => pickBelow(random, 256));
    const from = pickBelow(random, bytes.length + 1);
    const to = from + pickBelow(random, bytes.length + 1 - from);
    const start = pickBelow(random, 0x10000);
    let slow = start;
    for (const byte of bytes.subarray(from, to)) {
      slow ^= byte;
      for (let bit = 0; bit < 8; bit++) slow = slow & 1 ? (slow >> 1) ^ 0xa001 : slow >> 1;
    }
    expect(crc16(bytes, from, to, start)).toBe(slow);
  }
});
