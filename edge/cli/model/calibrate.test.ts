/** `yike model calibrate`, and `refit` with what it wrote: numbers in a file, refusals in words. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fruitPicture } from '../../../models/fixtures.ts';
import { DEFAULT_PACK_DIR } from '../../../models/pack.ts';
import { build } from '../built.fixture.ts';
import { envelopeOf, temporaryDirectory, yike } from '../cli.fixture.ts';

const { dir, free } = temporaryDirectory();
const csv = join(dir, 'index.csv');
const fruit = { tomato: { r: 210, g: 40, b: 30 }, lemon: { r: 235, g: 215, b: 60 } };

beforeAll(async () => {
  await build();
  const rows = ['path,split,fine,coarse'];
  for (const [fine, colour] of Object.entries(fruit)) {
    mkdirSync(join(dir, fine));
    for (let shot = 0; shot < 8; shot += 1) {
      writeFileSync(join(dir, fine, `${shot}.jpg`), await fruitPicture(colour, shot));
      rows.push(`${fine}/${shot}.jpg,${shot < 6 ? 'train' : 'val'},${fine},round`);
    }
  }
  writeFileSync(csv, rows.join('\n'));
});
afterAll(free);

const lists = ['--learn', csv, '--learn-split', 'train', '--test', csv, '--test-split', 'val'];
const calibrate = (...more: string[]) =>
  yike(['model', 'calibrate', '--pack', DEFAULT_PACK_DIR, ...lists, ...more]);

test('writes the numbers that the next refit takes', async () => {
  const out = join(dir, 'calibration.json');
  const { data, exit } = envelopeOf(await calibrate('--unseen', 'lemon', '-o', out, '--json'));
  expect(exit).toBe(0);
  expect(JSON.parse(readFileSync(out, 'utf8'))).toEqual({ calibration: data.calibration });
  const { stdout } = await calibrate('--unseen', 'lemon');
  expect(stdout).toMatch(/● temperature 0\.\d{3} {2}loss \d/);
});

test.each([
  ['an item that is in no list', ['--unseen', 'durian'], 'E_OPTION_RANGE'],
  ['a file that cannot be written', ['--unseen', 'lemon', '-o', '/proc/none'], 'E_NOT_WRITTEN'],
])('%s is refused', async (_name, more, code) => {
  expect(envelopeOf(await calibrate(...more, '--json')).error?.code).toBe(code);
});

test.each([
  ['no number', '{"calibration":{"temperature":"warm","unknown":{}}}'],
  ['another file', '[]'],
])('a calibration that is %s makes no pack', async (_name, text) => {
  const file = join(dir, 'bad.json');
  writeFileSync(file, text);
  const model = join(DEFAULT_PACK_DIR, 'model.onnx');
  const golden = join(DEFAULT_PACK_DIR, 'golden-1.jpg');
  const asked = ['--model', model, '--learn', csv, '--golden', golden, '--calibration', file];
  const { error } = envelopeOf(
    await yike(['model', 'refit', join(dir, 'pack'), ...asked, '--json']),
  );
  expect(error).toMatchObject({ code: 'E_REFIT', reason: `${file}: no calibration` });
});
