/**
 * A bad line and the promise about it: an XOR over ten bytes lets a damaged frame pass now and
 * then, but never three times in a row with the same wrong weight.
 */
import { expect, test } from 'vitest';
import { enqDc1Decoder } from './enq-dc1-codec.ts';
import { expectHonest, fuzzScale } from './fuzz-for-tests.ts';

function frame(grams: number): number[] {
  const digits = String(grams).padStart(5, '0');
  const body = [...Buffer.from(`S ${digits.slice(0, 2)}.${digits.slice(2)}kg`, 'latin1')];
  return [0x01, 0x02, ...body, body.reduce((sum, byte) => sum ^ byte, 0), 0x03, 0x04];
}

test.each(['cas', 'auto'] as const)('%s: no damaged line ever sells a wrong weight', (dialect) => {
  expectHonest(fuzzScale(`enq-dc1 ${dialect}`, frame, () => enqDc1Decoder(dialect)));
});

test('two bits flipped in one column pass the check, which is what the rule of three is for', () => {
  const damaged = Uint8Array.from(frame(12_344), (byte, at) =>
    at === 4 || at === 9 ? byte ^ 1 : byte,
  );
  expect(enqDc1Decoder('cas').push(damaged)).toEqual([{ kind: 'stable', grams: 2_345 }]);
});
