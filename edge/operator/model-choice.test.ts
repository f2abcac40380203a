/** Which model answers: what each was taught, what waits, and why none can be chosen. */
import { expect, test } from 'vitest';
import type { InstalledPack, StoreOutcome } from '../../models/pack-store.ts';
import { systemClock } from '../runtime.ts';
import { modelChoice, modelsOf } from './model-choice.ts';

const packed = (name: string, state: InstalledPack['state'], counter: number): InstalledPack => ({
  ...{ name, state, counter, id: 'produce', folder: `/${name}`, sha256: `sha-${counter}` },
});
const PACKS = [packed('shipped', 'newer', 4), packed('shipped-3', 'current', 3)];
const recognition = { itemsByPack: () => new Map([['sha-3', 40]]) };
const using = (outcome: StoreOutcome) =>
  modelChoice({ list: () => PACKS, use: async () => outcome }, recognition);

test('the one in force comes first, each with the goods it knows; the newer one is named', () => {
  const choice = using({ ok: true, pack: PACKS[0]! });
  expect(choice.packs().map(({ name, items }) => [name, items])).toEqual([
    ['shipped-3', 40],
    ['shipped', 0],
  ]);
  expect(choice.newer()).toBe(4);
});

test('one that fails its self-test is refused in words, with why', async () => {
  const choice = using({ ok: false, code: 'PACK_SELF_TEST', detail: 'wrong SHA-256' });
  expect(await choice.use('shipped')).toMatchObject({
    ok: false,
    refusal: { code: 'PACK_SELF_TEST', detail: { why: 'wrong SHA-256' } },
  });
});

test('a pack named in the configuration is not changed here', async () => {
  const config = { recognitionPack: '/opt/packs/mine' };
  const choice = modelsOf({ config, recognition, clock: systemClock() }, '/nowhere');
  expect([choice.packs(), choice.newer()]).toEqual([[], undefined]);
  expect(await choice.use('shipped')).toMatchObject({ refusal: { code: 'PACK_NAMED' } });
});
