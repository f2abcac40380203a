/** The pan is all that recognition ever sees of a camera's picture. */
import sharp from 'sharp';
import { beforeAll, expect, test } from 'vitest';
import { systemClock } from '../edge/runtime.ts';
import type { Area } from './child-protocol.ts';
import { buildChild } from './fixtures.ts';
import { DEFAULT_PACK_DIR } from './pack.ts';
import { panJpeg, prepare } from './picture.ts';
import { startRecogniser } from './recogniser.ts';

const size = { shortSide: 256, inputSize: 224 };
const pan: Area = { left: 250, top: 200, width: 500, height: 600 };
beforeAll(buildChild);

/** A green pan in a frame of which everything else is `around`; lossless, so edges stay edges. */
async function scene(around: string, orientation?: number): Promise<Uint8Array> {
  const goods = await sharp({
    create: { width: 320, height: 288, channels: 3, background: '#3a3' },
  })
    .png()
    .toBuffer();
  const frame = { width: 640, height: 480, channels: 3, background: around } as const;
  const whole = sharp({ create: frame }).composite([{ input: goods, left: 160, top: 96 }]);
  const jpeg = whole.jpeg({ quality: 100, chromaSubsampling: '4:4:4' });
  return orientation ? jpeg.withMetadata({ orientation }).toBuffer() : jpeg.toBuffer();
}

const redIn = (rgb: Uint8Array): number => {
  let red = 0;
  for (let at = 0; at < rgb.length; at += 3) if (rgb[at]! > 150 && rgb[at + 1]! < 100) red += 1;
  return red;
};

test('a person beside the scale is in no pixel that leaves the decoder', async () => {
  const busy = await scene('#f00');
  const [cut, whole] = [await prepare(busy, pan, size), await prepare(busy, undefined, size)];
  expect(redIn(whole.rgb)).toBeGreaterThan(5_000);
  expect(redIn(cut.rgb)).toBe(0);
  const kept = await sharp(await panJpeg(busy, pan))
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect([kept.info.width, kept.info.height]).toEqual([320, 288]);
  expect(redIn(kept.data)).toBe(0);
});

test('what the camera says of itself and of the place is not kept', async () => {
  const told = await sharp(await scene('#f00', 3))
    .withExif({ IFD0: { Copyright: 'Wang' } })
    .toBuffer();
  expect((await sharp(await panJpeg(told, pan)).metadata()).exif).toBeUndefined();
});

test('the answer is the same whoever stands beside the pan', async () => {
  const recogniser = startRecogniser({
    ...{ packDir: DEFAULT_PACK_DIR, clock: systemClock(), runLimitMs: 20_000 },
  });
  const look = async (around: string) => {
    const seen = await recogniser.embed(await scene(around), 20_000, 'a', {
      area: pan,
      keep: true,
    });
    if (!seen.ok) throw new Error(seen.detail);
    return seen;
  };
  const [empty, crowded] = [await look('#777'), await look('#fff')];
  expect(crowded.embedding).toEqual(empty.embedding);
  expect(crowded.kept).toEqual(empty.kept);
  await recogniser.close();
});

test.each<[string, Area]>([
  ['reaching beyond the frame', { left: 900, top: 900, width: 900, height: 900 }],
  ['of no size', { left: 500, top: 500, width: 0, height: 0 }],
])('an area %s is cut to the frame', async (_name, area) => {
  expect((await prepare(await scene('#777'), area, size)).rgb).toHaveLength(224 * 224 * 3);
});
