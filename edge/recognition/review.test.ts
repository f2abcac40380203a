/** A second look at what the camera was unsure of: it teaches, can be undone, and does not stay. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { createSimulatedClock } from '../../simulator/simulated-clock.ts';
import { keptPictures } from './kept-pictures.ts';
import { createReviewQueue, REVIEW_MOST, type ReviewParts, type ReviewQueue } from './review.ts';

const HOUR_MS = 3_600_000;
const pan = Uint8Array.from([0xff, 0xd8, 0xff]);
let parts: ReviewParts;
let clock: ReturnType<typeof createSimulatedClock>;
let queue: ReviewQueue;
/** Sample → what it was taught as, with its first number. */
let taught: Map<string, string>;

const embedding = Float32Array.from([0.6, -0.8]);
const doubtful = (sightingId: string) => ({
  ...{ sightingId, at: 'counter-1', chosenSku: 'pear', why: 'contradicted' as const },
});

beforeEach(() => {
  clock = createSimulatedClock();
  taught = new Map();
  let made = 0;
  const folder = mkdtempSync(join(tmpdir(), 'yike-review-'));
  parts = {
    ...{ folder, clock, ids: (prefix) => `${prefix}-${++made}` },
    kept: keptPictures(join(folder, 'pan'), { hours: 1, most: 9 }, clock),
    recognition: {
      sighting: (id) =>
        id.startsWith('gone')
          ? undefined
          : {
              ...{ embedding, state: 'unsure', grams: 612, pan },
              candidates: [{ sku: 'apple', confidenceBp: 4_100 }],
            },
      learnSeen(sku, sightingId, numbers) {
        const sampleId = `of-${sightingId}`;
        taught.set(sampleId, `${sku} ${numbers.length} ${numbers[1]?.toFixed(1)}`);
        return { sampleId, samples: taught.size };
      },
      removeSample(sampleId) {
        taught.delete(sampleId);
        return { ok: true, value: { samples: taught.size } };
      },
    },
  };
  queue = createReviewQueue(parts);
});

it('takes each sighting once, with its picture, and none that is forgotten', async () => {
  expect(await queue.offer(doubtful('seen-1'))).toBe(true);
  expect(await queue.offer(doubtful('seen-1'))).toBe(false);
  expect(await queue.offer(doubtful('gone-1'))).toBe(false);
  const [entry] = queue.entries();
  expect(entry).toMatchObject({ chosenSku: 'pear', grams: 612, candidates: [{ sku: 'apple' }] });
  expect(queue.picture(entry!.reviewId)).toEqual(Buffer.from(pan));
  expect([...queue.pictured()]).toEqual([entry!.reviewId]);
});

it('the picture of a choice is found by its sighting, doubtful or not, for as long as the policy says', async () => {
  await queue.offer(doubtful('seen-1'));
  await queue.keepChosen('seen-2', 'fig');
  await queue.keepChosen('gone-3', 'fig');
  const found = () => ['seen-1', 'seen-2', 'gone-3'].map((id) => queue.pictureOf(id)?.length);
  expect(found()).toEqual([pan.length, pan.length, undefined]);
  await clock.run(HOUR_MS);
  parts.kept?.prune();
  expect(found()).toEqual([undefined, undefined, undefined]);
});

it('the picture of a basket given up goes at once; one under review stays, and all where the store says so', async () => {
  await queue.offer(doubtful('seen-1'));
  await queue.keepChosen('seen-2', 'fig');
  await queue.keepChosen('seen-3', 'fig');
  const found = () => ['seen-1', 'seen-2', 'seen-3'].map((id) => queue.pictureOf(id)?.length);
  createReviewQueue({ ...parts, keepsAbandoned: true }).dropChosen(['seen-1', 'seen-2']);
  expect(found()).toEqual([pan.length, pan.length, pan.length]);
  queue.dropChosen(['seen-1', 'seen-2', 'gone-3']);
  expect(found()).toEqual([pan.length, undefined, pan.length]);
});

it('a relabel teaches, also after a restart, and an undo takes the sample back', async () => {
  await queue.offer(doubtful('seen-1'));
  queue = createReviewQueue(parts);
  const { reviewId } = queue.entries()[0]!;
  expect(await queue.relabel(reviewId, 'fig')).toEqual({ ok: true, value: { samples: 1 } });
  expect([...taught]).toEqual([['of-seen-1', 'fig 2 -0.8']]);
  expect(queue.entries()[0]?.decided).toMatchObject({ verdict: 'relabelled', sku: 'fig' });
  expect(await queue.skip(reviewId)).toMatchObject({ refusal: { code: 'REVIEW_DECIDED' } });
  expect(await queue.undo(reviewId)).toMatchObject({ ok: true });
  expect([taught.size, queue.entries()[0]?.decided]).toEqual([0, undefined]);
  expect(await queue.undo(reviewId)).toMatchObject({ refusal: { code: 'REVIEW_DECIDED' } });
  expect(await queue.skip('nothing')).toMatchObject({ refusal: { code: 'REVIEW_UNKNOWN' } });
});

it('pictures go with the policy, entries after 72 hours, and never are there too many', async () => {
  await queue.offer(doubtful('seen-0'));
  await clock.run(HOUR_MS);
  parts.kept?.prune();
  expect([queue.entries().length, queue.pictured().size]).toEqual([1, 0]);
  for (let at = 0; at < REVIEW_MOST + 5; at += 1) await queue.offer(doubtful(`seen-${at}`));
  expect(queue.entries()).toHaveLength(REVIEW_MOST);
  await clock.run(72 * HOUR_MS);
  expect(queue.entries()).toEqual([]);
});

it('begins anew where its file is damaged', () => {
  writeFileSync(join(parts.folder, 'review.json'), '[{"reviewId":');
  expect(createReviewQueue(parts).entries()).toEqual([]);
});
