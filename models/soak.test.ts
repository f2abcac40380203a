/** Picture after picture and model after model, memory stays where it was. YIKE_DEEP=1: for long. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../edge/runtime.ts';
import { buildChild, fruitPicture } from './fixtures.ts';
import { DEFAULT_PACK_DIR } from './pack.ts';
import { type SwappingRecogniser, startSwapping } from './swapping.ts';

const DEEP = process.env.YIKE_DEEP === '1';
const PICTURES = DEEP ? 100_000 : 2_000;
const SWAPS = DEEP ? 100 : 5;
/** Pictures before memory is first read: caches and pools have their size by then. */
const WARM_UP = DEEP ? 2_000 : 500;
const GROWTH_MAX_BYTES = 20e6;
const patience = 20_000;
let recogniser: SwappingRecogniser;
let apple: Uint8Array;

beforeAll(async () => {
  buildChild();
  apple = await fruitPicture({ r: 200, g: 40, b: 30 });
  const clock = systemClock();
  recogniser = startSwapping({ packDir: DEFAULT_PACK_DIR, clock, runLimitMs: patience });
});
afterAll(() => recogniser.close());

async function look(times: number): Promise<void> {
  for (let seen = 0; seen < times; seen += 1) {
    const outcome = await recogniser.embed(apple, patience);
    if (!outcome.ok) throw new Error(`${outcome.code} ${outcome.detail}`);
  }
}

test(`${PICTURES} pictures leave the child as large as it was`, async () => {
  await look(WARM_UP);
  const before = (await recogniser.residentBytes()) ?? 0;
  await look(PICTURES);
  const after = (await recogniser.residentBytes()) ?? 0;
  expect(after - before).toBeLessThan(GROWTH_MAX_BYTES);
}, 3_600_000);

test(`${SWAPS} swaps answer every picture and leave both processes as large as they were`, async () => {
  const swap = async (): Promise<void> => {
    const [swapped, seen] = await Promise.all([
      recogniser.swapTo(DEFAULT_PACK_DIR),
      recogniser.embed(apple, patience),
    ]);
    expect(swapped).toEqual({ ok: true });
    expect(seen.ok).toBe(true);
  };
  await swap();
  const [own, child] = [process.memoryUsage.rss(), (await recogniser.residentBytes()) ?? 0];
  for (let swaps = 0; swaps < SWAPS; swaps += 1) await swap();
  expect((await recogniser.residentBytes()) ?? 0).toBeLessThan(child + GROWTH_MAX_BYTES);
  expect(process.memoryUsage.rss()).toBeLessThan(own + GROWTH_MAX_BYTES);
}, 3_600_000);

test('a pack that does not start leaves the one that answers', async () => {
  expect(await recogniser.swapTo('/nonexistent')).toMatchObject({ code: 'MODEL_MISSING' });
  expect(await recogniser.embed(apple, patience)).toMatchObject({ ok: true });
});
