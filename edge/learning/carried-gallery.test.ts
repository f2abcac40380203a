/** One picture asked about from the command line, by what a store has learnt. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildChild, fruitPicture } from '../../models/fixtures.ts';
import { DEFAULT_PACK_DIR, galleryPack, openPack } from '../../models/pack.ts';
import { startRecogniser } from '../../models/recogniser.ts';
import { galleryFolder } from '../recognition/gallery-folder.ts';
import { createRecognition } from '../recognition/recognition.ts';
import { systemClock, systemIds } from '../runtime.ts';
import { lookOnce, openCarried } from './carried-gallery.ts';
import { timeLooks } from './timing-looks.ts';

const COLOURS = { apple: { r: 200, g: 40, b: 30 }, lime: { r: 60, g: 190, b: 40 } };
const dir = mkdtempSync(join(tmpdir(), 'yike-look-'));
beforeAll(buildChild);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

async function teach(): Promise<void> {
  const clock = systemClock();
  const pack = openPack(DEFAULT_PACK_DIR);
  if (!pack.ok) throw new Error(pack.detail);
  const recogniser = startRecogniser({ packDir: DEFAULT_PACK_DIR, clock });
  const recognition = createRecognition({
    ...{ recogniser, clock, ids: systemIds, pack: galleryPack(pack.pack) },
    ...{ store: galleryFolder(join(dir, 'gallery')), onSale: () => new Set(Object.keys(COLOURS)) },
  });
  for (const [sku, colour] of Object.entries(COLOURS))
    for (const shade of [0, 8, 16])
      await recognition.teach(sku, await fruitPicture({ ...colour, b: colour.b + shade }));
  expect(await recognition.publish()).toMatchObject({ ok: true });
  await recogniser.close();
}

it('says that nothing is taught yet, then what the picture looks like, and writes nothing', async () => {
  const lime = await fruitPicture({ ...COLOURS.lime, b: COLOURS.lime.b + 4 });
  const before = await lookOnce(dir, lime);
  expect(before).toMatchObject({ state: 'unavailable', reason: 'NOTHING_TAUGHT' });
  expect(before.why?.zh).toMatch(/\p{Script=Han}/u);
  await teach();
  const { version, samples } = openCarried(dir).stats();
  expect((await lookOnce(dir, lime)).candidates[0]).toMatchObject({ sku: 'lime' });
  expect(openCarried(dir).stats()).toMatchObject({ version, samples });
}, 60_000);

it('times every part of a look, with what is learnt, and says which picture it cannot read', async () => {
  const lime = await fruitPicture(COLOURS.lime);
  const outcome = await timeLooks(dir, [lime], 3);
  if (!outcome.ok) throw new Error(outcome.refusal.code);
  const { photo, prepare, run, rest, ...facts } = outcome.value;
  const { items, samples } = openCarried(dir).stats();
  expect(facts).toMatchObject({ pictures: 1, looks: 3, items, samples });
  for (const { p50Ms, p95Ms } of [photo, prepare, run, rest]) {
    expect(p50Ms).toBeGreaterThan(0);
    expect(p95Ms).toBeGreaterThanOrEqual(p50Ms);
  }
  expect(photo.p95Ms).toBeGreaterThan(run.p50Ms);
  expect(await timeLooks(dir, [Buffer.from('no picture')], 3)).toMatchObject({
    refusal: { code: 'PICTURE_BAD' },
  });
}, 60_000);
