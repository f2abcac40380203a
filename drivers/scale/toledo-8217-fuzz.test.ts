/** No check sum, only parity: damage passes now and then, but never three times the same. */
import { expect, test } from 'vitest';
import { withoutParityBit, withParityBit } from '../wire/parity.ts';
import { expectHonest, fuzzScale } from './fuzz-for-tests.ts';
import { toledo8217Decoder } from './toledo-8217-codec.ts';

function frame(grams: number): number[] {
  const digits = String(grams).padStart(5, '0');
  return [0x02, ...Buffer.from(`${digits.slice(0, 2)}.${digits.slice(2)}\r`, 'latin1')];
}

test('7E1: no damaged line ever sells a wrong weight, and a mended one is weighed', () => {
  const found = fuzzScale(
    'toledo-8217',
    (grams) => frame(grams).map((byte) => withParityBit(byte, 'even')),
    () => {
      const decoder = toledo8217Decoder('mettler');
      return {
        push: (bytes) => decoder.push(bytes.map((byte) => withoutParityBit(byte, 'even'))),
        end: decoder.end,
      };
    },
  );
  expectHonest(found);
  // Parity alone is not enough, and this is what the rule of three is for.
  expect(found.damaged).toBeGreaterThan(0);
});

test('7E1: no single flipped bit makes another reading', () => {
  const wire = frame(1234).map((byte) => withParityBit(byte, 'even'));
  for (let bit = 0; bit < wire.length * 8; bit++) {
    const flipped = wire.with(bit >> 3, (wire[bit >> 3] ?? 0) ^ (1 << (bit & 7)));
    const bytes = flipped.map((byte) => withoutParityBit(byte, 'even'));
    const decoder = toledo8217Decoder('mettler');
    const items = [...decoder.push(Uint8Array.from(bytes)), ...decoder.end()];
    expect(items.every((item) => item.kind === 'discarded')).toBe(true);
  }
});
