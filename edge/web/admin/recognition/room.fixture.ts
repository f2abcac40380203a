/** A recognition room with something in every corner of it. */

import { composeFrame } from '../../../../simulator/camera-frame.ts';
import { demoGoods } from '../../../../simulator/goods.ts';
import { createRandom } from '../../../../simulator/random.ts';
import type {
  LearntView,
  PackView,
  RecognitionRoomView,
  VersionView,
} from '../../../core/views/recognition-view.ts';
import { AFTERNOON_WALL_MS } from '../../views.fixture.ts';

const article = (sku: string, zh: string, en: string, picture: string, pinyin: string) => ({
  ...{ sku, name: { zh, en }, picture },
  pinyin: [pinyin],
});
const APPLE = article('apple', '红富士苹果', 'Fuji apple', '1f34e.webp', 'hfspg');
const PEAR = article('snow-pear', '雪梨', 'Snow pear', '1f350.webp', 'xl');
const PEACH = article('peach', '水蜜桃', 'Peach', '1f351.webp', 'smt');
const TOMATO = article('tomato', '西红柿', 'Tomato', '1f345.webp', 'xhs');

const learnt = (of: typeof APPLE, samples: number): LearntView => ({ ...of, samples, plu: '4131' });

export const ROOM: RecognitionRoomView = {
  model: { state: 'ready', packId: 'produce-mnv2-r', packSha256: 'a3' },
  ...{ version: 7, items: 38, samples: 402, toLearn: 40, unpublished: true, waitingFromSales: 12 },
  keeps: { hours: 48, most: 500 },
  queue: [
    {
      ...{ reviewId: 'review-1', atWallMs: AFTERNOON_WALL_MS - 600_000, at: 'counter-1' },
      ...{ why: 'contradicted', chosen: PEAR, grams: 612, pictured: true },
      candidates: [
        { ...APPLE, confidenceBp: 9_100 },
        { ...PEACH, confidenceBp: 420 },
        { ...TOMATO, confidenceBp: 180 },
      ],
    },
    {
      ...{ reviewId: 'review-2', atWallMs: AFTERNOON_WALL_MS - 9_600_000, at: 'lane-1' },
      ...{ why: 'unsure', chosen: TOMATO, grams: 388, pictured: false },
      candidates: [{ ...TOMATO, confidenceBp: 3_100 }],
    },
  ],
  decided: [
    {
      ...{ reviewId: 'review-9', atWallMs: AFTERNOON_WALL_MS - 900_000, at: 'counter-1' },
      ...{ why: 'unsure', chosen: PEACH, pictured: true, candidates: [] },
      decided: { verdict: 'relabelled', as: APPLE, wallMs: AFTERNOON_WALL_MS },
    },
    {
      ...{ reviewId: 'review-8', atWallMs: AFTERNOON_WALL_MS - 1_900_000, at: 'counter-1' },
      ...{ why: 'unsure', chosen: PEACH, pictured: false, candidates: [] },
      decided: { verdict: 'skipped', wallMs: AFTERNOON_WALL_MS },
    },
  ],
  confused: [
    { a: APPLE, b: PEACH, times: 14, asked: 6, kept: 4, cheaper: 9 },
    { a: PEAR, b: TOMATO, times: 2, asked: 0, kept: 0 },
  ],
  heavier: [{ ...PEACH, asked: 5, kept: 2 }],
  days: Array.from({ length: 14 }, (_, at) => ({
    day: `2026-11-${10 + at}`,
    ...{ seen: 100, first: 81 + Math.min(at, 7), firstFour: 95 + (at % 4), unknown: 4 - (at % 3) },
    ...{ byHand: 11 - Math.min(at, 8), sales: 120, helped: 3 },
  })),
  counters: [{ id: 'counter-1' }],
  learnt: [learnt(APPLE, 24), learnt(PEACH, 12), learnt(TOMATO, 10), learnt(PEAR, 0)],
};

export const VERSIONS: VersionView[] = [
  { version: 7, savedWallMs: AFTERNOON_WALL_MS - 3_600_000, items: 38, samples: 402 },
  { version: 6, savedWallMs: AFTERNOON_WALL_MS - 90_000_000, items: 37, samples: 388 },
  { version: 5, savedWallMs: AFTERNOON_WALL_MS - 190_000_000, items: 30, samples: 300 },
];

const pack = { id: 'produce-mnv2-r', items: 0 };

/** After an update: the model that knows the goods answers, the one that came with it waits. */
export const PACKS: PackView[] = [
  { ...pack, name: 'shipped-3', state: 'current', counter: 3, sha256: 'a3', items: 38 },
  { ...pack, name: 'shipped', state: 'newer', counter: 4, sha256: 'a4' },
];

/** What the simulated camera sees of two apples. */
export function panPicture(): Promise<Buffer> {
  const { picture = '' } = demoGoods().find(({ sku }) => sku === '1001') ?? {};
  const piece = (xRatio: number, turnDegrees: number) => ({
    ...{ pieceId: `p-${xRatio}`, sku: '1001', picture, scale: 0.9 },
    ...{ xRatio, yRatio: 0.5, turnDegrees },
  });
  const pieces = [piece(0.36, 20), piece(0.62, 140)];
  return composeFrame({ pieces, pressed: false }, createRandom(1));
}
