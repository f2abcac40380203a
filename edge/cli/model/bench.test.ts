/** `yike model bench` at a bare box: the shipped pack, looking at the pictures it brings. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { build } from '../built.fixture.ts';
import { envelopeOf, temporaryDirectory, yike } from '../cli.fixture.ts';

const { dir, free } = temporaryDirectory();
beforeAll(build);
afterAll(free);

test('a box says what a look costs it, part by part, with nothing taught yet', async () => {
  const { data, exit } = envelopeOf(
    await yike(['model', 'bench', '--count', '8', '--data', dir, '--json']),
  );
  const { photo, limitMs } = data as { photo: { p95Ms: number }; limitMs: number };
  expect(exit).toBe(photo.p95Ms > limitMs ? 3 : 0);
  expect(data).toMatchObject({ looks: 8, pictures: 4, items: 0, samples: 0 });
  for (const part of ['photo', 'prepare', 'run', 'rest'])
    expect(data[part]).toMatchObject({ p50Ms: expect.any(Number), p95Ms: expect.any(Number) });
});

test('people read it as a table, and a file that is no picture is named', async () => {
  const file = join(dir, 'note.jpg');
  writeFileSync(file, 'not a picture');
  const { stdout } = await yike(['model', 'bench', '--count', '1', '--data', dir]);
  expect(stdout).toMatch(/^produce-mnv2-r \d+ .*\n看了 4 次，4 张图片；学会 0 种、0 张\n一次 +p50/);
  const bad = envelopeOf(await yike(['model', 'bench', file, '--data', dir, '--json']));
  expect(bad).toMatchObject({ exit: 111, error: { code: 'E_PICTURE_BAD' } });
  expect(bad.error?.hint.zh).toContain('JPEG');
});
