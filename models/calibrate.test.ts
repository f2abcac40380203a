/** What a pack may claim, fitted on real pictures of fruit through the real model. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { systemClock } from '../edge/runtime.ts';
import { type CalibrateOptions, calibrate } from './calibrate.ts';
import { buildChild, fruitPicture } from './fixtures.ts';
import { DEFAULT_PACK_DIR } from './pack.ts';

const folder = mkdtempSync(join(tmpdir(), 'yike-calibrate-'));
const csv = join(folder, 'index.csv');
const FRUIT = {
  tomato: { r: 210, g: 40, b: 30 },
  lime: { r: 70, g: 190, b: 50 },
  lemon: { r: 235, g: 215, b: 60 },
  plum: { r: 90, g: 40, b: 140 },
};

beforeAll(async () => {
  buildChild();
  const rows = ['path,split,fine,coarse'];
  for (const [fine, colour] of Object.entries(FRUIT)) {
    mkdirSync(join(folder, fine));
    for (let shot = 0; shot < 9; shot += 1) {
      const path = `${fine}/${shot}.jpg`;
      writeFileSync(join(folder, path), await fruitPicture(colour, shot));
      rows.push(`${path},${shot < 7 ? 'train' : 'val'},${fine},round`);
    }
  }
  writeFileSync(csv, rows.join('\n'));
});

const asked = (change: Partial<CalibrateOptions> = {}): CalibrateOptions => ({
  ...{ packFile: DEFAULT_PACK_DIR, unseen: ['lemon', 'plum'], seed: 1, clock: systemClock() },
  ...{ learn: csv, learnSplit: 'train', test: csv, testSplit: 'val' },
  ...change,
});

test('the temperature with the least loss is chosen, and strange fruit is the doubtful one', async () => {
  const { calibration, losses, auroc, known, unknown } = await calibrate(asked());
  const least = Math.min(...losses.map(({ loss }) => loss));
  const chosen = losses.find(({ temperature }) => temperature === calibration.temperature);
  expect(chosen?.loss).toBe(least);
  expect(losses.filter(({ loss }) => loss > least).length).toBeGreaterThan(5);
  // Two fruits of two pictures to be known by; two of seven that the store was not taught.
  expect([known, unknown]).toEqual([4, 14]);
  expect(auroc).toBeGreaterThan(0.9);
  expect(calibration.unknown.score).toBeLessThan(0);
}, 30_000);

test('the same seed gives the same numbers', async () => {
  expect(await calibrate(asked())).toEqual(await calibrate(asked()));
}, 30_000);

test.each<[string, Partial<CalibrateOptions>, string]>([
  ['an item nobody has pictures of', { unseen: ['durian'] }, 'OPTION_RANGE'],
  ['an item with too few pictures', { learnSplit: 'val', testSplit: 'train' }, 'OPTION_RANGE'],
  ['a test of unseen items alone', { unseen: Object.keys(FRUIT) }, 'CSV_EMPTY'],
  ['no item at all', { unseen: [] }, 'OPTION_RANGE'],
  ['a picture both learned and judged', { testSplit: 'train' }, 'PICTURE_TWICE'],
  ['a pack that is not there', { packFile: join(folder, 'none') }, 'MODEL_UNUSABLE'],
  ['a list that is not there', { learn: join(folder, 'none.csv') }, 'CSV_MISSING'],
])('%s is refused in words', async (_name, change, code) => {
  await expect(calibrate(asked(change))).rejects.toMatchObject({ code });
});
