import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, expect, it } from 'vitest';
import { smallPicture } from '../core/views/catalogue-view.ts';
import { codeOf } from '../store.fixture.ts';
import { keepPhoto, photosFolder } from './pictures.ts';

const dir = mkdtempSync(join(tmpdir(), 'yike-photos-'));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const plain = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#3a7' } });

it('keeps a photo upright, square, small and without what the camera wrote', async () => {
  const folder = photosFolder(dir);
  // Lying on its side, as a phone writes it, with a place in it.
  const jpeg = await plain(900, 600)
    .jpeg()
    .withExif({ IFD0: { Copyright: 'secret' } })
    .withMetadata({ orientation: 6 })
    .toBuffer();
  const kept = await keepPhoto(folder, jpeg);
  const name = kept.ok ? kept.value : '';
  expect(name).toMatch(/^own-[0-9a-f]{24}\.webp$/);
  for (const [file, side] of [[name, 512] as const, [smallPicture(name), 128] as const]) {
    const bytes = readFileSync(join(folder, file));
    const seen = await sharp(bytes).metadata();
    expect([seen.format, seen.width, seen.height, seen.exif]).toEqual([
      'webp',
      side,
      side,
      undefined,
    ]);
    expect(bytes.length).toBeLessThan(60_000);
  }
  // The same photo again is the same file.
  expect(await keepPhoto(folder, jpeg)).toEqual(kept);
  expect(readdirSync(folder)).toHaveLength(2);
});

it.each([
  ['no picture', async () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
  ['nothing', async () => Buffer.alloc(0)],
  [
    'a drawing',
    async () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99"/>'),
  ],
  ['too small a one', () => plain(63, 300).png().toBuffer()],
  ['half of one', async () => (await plain(300, 300).jpeg().toBuffer()).subarray(0, 500)],
  ['another format', () => plain(100, 100).tiff().toBuffer()],
])('refuses %s', async (_, make) => {
  const folder = photosFolder(dir);
  expect(codeOf(await keepPhoto(folder, await make()))).toBe('PICTURE_BAD');
  expect(readdirSync(folder)).toEqual([]);
});
