import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../edge/runtime.ts';
import { PICTURE_MAX_BYTES } from './child-protocol.ts';
import type { Recogniser } from './contract.ts';
import { buildChild, fruitPicture } from './fixtures.ts';
import { DEFAULT_PACK_DIR } from './pack.ts';
import { startRecogniser } from './recogniser.ts';
import { dot } from './whitening.ts';

const clock = systemClock();
const patience = 20_000;
let recogniser: Recogniser;
let apple: Uint8Array;

beforeAll(async () => {
  buildChild();
  recogniser = startRecogniser({ packDir: DEFAULT_PACK_DIR, clock, runLimitMs: patience });
  apple = await fruitPicture({ r: 200, g: 40, b: 30 });
  await recogniser.embed(apple, patience);
});
afterAll(() => recogniser.close());

test('a picture becomes 256 numbers of length one, the same ones every time', async () => {
  const [first, second] = [
    await recogniser.embed(apple, patience),
    await recogniser.embed(apple, patience),
  ];
  expect(recogniser.state().state).toBe('ready');
  if (!first.ok || !second.ok) throw new Error(JSON.stringify([first, second]));
  expect(first.embedding).toHaveLength(256);
  expect(dot(first.embedding, first.embedding)).toBeCloseTo(1, 4);
  expect(second.embedding).toEqual(first.embedding);
});

test('the pack says which model it is by its SHA-256', () => {
  expect(recogniser.packId).toBe('produce-mnv2-r');
  expect(recogniser.packSha256).toMatch(/^306472bcec87b585[0-9a-f]{48}$/);
});

test('a covered lens is dark and a blurred one is not sharp', async () => {
  const black = await sharp({
    create: { width: 320, height: 240, channels: 3, background: '#000' },
  })
    .jpeg()
    .toBuffer();
  const blurred = await sharp(apple).blur(6).jpeg().toBuffer();
  const [dark, soft, clear] = [
    await recogniser.embed(black, patience),
    await recogniser.embed(blurred, patience),
    await recogniser.embed(apple, patience),
  ];
  if (!dark.ok || !soft.ok || !clear.ok) throw new Error('no answer');
  expect(dark.luminance).toBeLessThan(5);
  expect(clear.luminance).toBeGreaterThan(50);
  expect(soft.sharpness).toBeLessThan(clear.sharpness / 5);
});

test.each<[string, () => Promise<Uint8Array> | Uint8Array]>([
  ['bytes that are no picture', () => new Uint8Array(1000).fill(7)],
  ['no bytes at all', () => new Uint8Array()],
  ['a JPEG cut off by the network', () => apple.subarray(0, apple.length >> 1)],
  ['a JPEG header and then rubbish', () => Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3, 4, 5])],
  ['more bytes than a camera sends', () => new Uint8Array(PICTURE_MAX_BYTES + 1).fill(0xff)],
  ['more pixels than are decoded', () => blank(3000, 2000)],
])('%s is a bad picture, and the next one is recognised', async (_name, make) => {
  expect(await recogniser.embed(await make(), patience)).toMatchObject({
    ok: false,
    code: 'PICTURE_BAD',
  });
  expect(await recogniser.embed(apple, patience)).toMatchObject({ ok: true });
});

function blank(width: number, height: number): Promise<Uint8Array> {
  return sharp({ create: { width, height, channels: 3, background: '#888' } })
    .jpeg()
    .toBuffer();
}

test('a newer live picture takes the place of one still waiting, never of one being taught', async () => {
  const outcomes = await Promise.all([
    recogniser.embed(apple, patience, 'lane-1'),
    recogniser.embed(apple, patience, 'lane-1'),
    recogniser.embed(apple, patience, 'teaching'),
    recogniser.embed(apple, patience, 'lane-1'),
  ]);
  const codes = outcomes.map((outcome) => (outcome.ok ? 'seen' : outcome.code));
  expect(codes).toEqual(['seen', 'SUPERSEDED', 'seen', 'seen']);
});

test('the memory of the child can be read', async () => {
  const bytes = (await recogniser.residentBytes()) ?? 0;
  expect(bytes).toBeGreaterThan(30e6);
  expect(bytes).toBeLessThan(400e6);
});

test('a child grown beyond its memory limit is replaced and recognition goes on', async () => {
  const reports: string[] = [];
  const small = startRecogniser({
    packDir: DEFAULT_PACK_DIR,
    clock,
    maxResidentMb: 1,
    onReport: (code, detail) => void reports.push(`${code} ${detail}`),
  });
  expect(await small.embed(apple, patience)).toMatchObject({ ok: true });
  expect(reports[0]).toMatch(/^MODEL_CRASHED replaced at \d+ bytes/);
  await expect.poll(() => small.state().state, { timeout: patience }).toBe('ready');
  expect(await small.embed(apple, patience)).toMatchObject({ ok: true });
  await small.close();
});

test('after closing every picture is answered with CLOSED, those under way too', async () => {
  const other = startRecogniser({ packDir: DEFAULT_PACK_DIR, clock });
  const underWay = other.embed(apple, patience);
  await other.close();
  expect(await underWay).toMatchObject({ ok: false, code: 'CLOSED' });
  expect(await other.embed(apple)).toMatchObject({ ok: false, code: 'CLOSED' });
  expect(other.state().state).toBe('unavailable');
});
