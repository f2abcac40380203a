/**
 * Photos of articles that the store took itself: checked, turned upright, cut square, stripped of
 * whatever a camera writes into them, and kept small; 512 px for tiles, 128 px for lists.
 */
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../box/durable-file.ts';
import { refuseCatalogue } from '../core/catalogue/catalogue-refusals.ts';
import type { Outcome } from '../core/ports.ts';
import { smallPicture } from '../core/views/catalogue-view.ts';

/** A phone's camera makes 50 megapixels; more is a trap. */
const MAX_PIXELS = 60_000_000;
export const MAX_PICTURE_BYTES = 8 * 1_048_576;
const MIN_SIDE = 64;
const SIDE = 512;
const SMALL_SIDE = 128;
const FORMATS = ['jpeg', 'png', 'webp'];

/** Folder of the store's own photos, made where it is missing. */
export function photosFolder(dataDir: string): string {
  const folder = join(dataDir, 'photos');
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Keeps a photo and answers the file name by which pages show it; refused with PICTURE_BAD. */
export async function keepPhoto(folder: string, bytes: Uint8Array): Promise<Outcome<string>> {
  const made = await squares(bytes).catch((error: unknown) => String(error));
  if (typeof made === 'string')
    return refuseCatalogue('PICTURE_BAD', { reason: made.slice(0, 80) });
  const [whole, small] = made;
  // Named by what is in it: the same photo is the same file, and a file never changes.
  const name = `own-${createHash('sha256').update(whole).digest('hex').slice(0, 24)}.webp`;
  replaceFile(join(folder, smallPicture(name)), small);
  replaceFile(join(folder, name), whole);
  return { ok: true, value: name };
}

/** The library is loaded with the first photo: a box that starts, and most that run, need none. */
async function squares(bytes: Uint8Array): Promise<[Buffer, Buffer]> {
  const { default: sharp } = await import('sharp');
  const picture = sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: 'error' });
  const { format = '', width = 0, height = 0, pages = 1 } = await picture.metadata();
  if (!FORMATS.includes(format) || pages > 1) throw new Error(`is ${format || 'no picture'}`);
  if (Math.min(width, height) < MIN_SIDE) throw new Error(`is ${width}×${height}`);
  const square = (side: number) =>
    picture.clone().rotate().resize(side, side, { fit: 'cover' }).webp({ quality: 82 }).toBuffer();
  return [await square(SIDE), await square(SMALL_SIDE)];
}
