/** Labels against plate and camera: what is asked about, and how seldom an honest shopper is. */
import { describe, expect, it, test } from 'vitest';
import { seeded } from '../../models/chance.ts';
import type { Sighting } from '../recognition/recognition.ts';
import { compareWithLabels, type Labelled } from './comparing.ts';

const DIVISION = 5;
const pear = (grossGrams: number, asked = false): Labelled => ({ sku: 'pear', grossGrams, asked });
const sees = (sku: string, bp: number, own = 0, confident = true): Sighting => ({
  ...{ state: 'ready', confident, ms: 9, sightingId: 'seen-1' },
  candidates: [
    { sku, confidenceBp: bp },
    { sku: 'pear', confidenceBp: own },
  ],
});
const blind: Sighting = { state: 'unavailable', candidates: [], confident: false, ms: 1 };
const compared = (labels: Labelled[], grossGrams: number, sighting?: Sighting) =>
  compareWithLabels(labels, { load: {}, grossGrams, ...(sighting && { sighting }) }, DIVISION).is;

describe('one label and the goods on the plate', () => {
  it.each<[string, string, Labelled[], number, Sighting | undefined]>([
    ['agreed', 'the same goods, the same weight', [pear(600)], 600, sees('pear', 9_900)],
    ['agreed', 'another scale’s three divisions less', [pear(600)], 585, sees('pear', 9_900)],
    ['agreed', 'a bag put round it', [pear(600)], 635, sees('pear', 9_900)],
    ['agreed', 'no camera, and the weight agrees', [pear(600)], 600, undefined],
    ['agreed', 'a covered camera, and the weight agrees', [pear(600)], 600, blind],
    ['unclear', 'a part of it lies there', [pear(600)], 300, sees('pear', 9_900)],
    ['unclear', 'heavier, and nobody saw of what', [pear(600)], 2_000, blind],
    [
      'unclear',
      'heavier, and the camera is not sure',
      [pear(600)],
      900,
      sees('pear', 8_000, 0, false),
    ],
    ['heavier', 'more of the very same', [pear(600)], 900, sees('pear', 9_900)],
    ['looks', 'other goods, strongly', [pear(600)], 600, sees('cherry', 9_900, 40)],
    ['looks', 'other goods, of another weight', [pear(600)], 1_400, sees('cherry', 9_900)],
    ['agreed', 'other goods, not strongly', [pear(600)], 600, sees('cherry', 9_700, 40)],
    [
      'agreed',
      'other goods, though these may be right',
      [pear(600)],
      600,
      sees('cherry', 9_800, 150),
    ],
    ['agreed', 'asked at the counter already', [pear(600, true)], 600, sees('cherry', 9_900)],
    ['agreed', 'two bags, two labels', [pear(600), pear(400)], 1_000, sees('pear', 9_900)],
    [
      'agreed',
      'the other of two bags',
      [pear(600), { ...pear(400), sku: 'fig' }],
      1_000,
      sees('fig', 9_900),
    ],
  ])('%s: %s', (is, _, labels, grossGrams, sighting) => {
    expect(compared(labels, grossGrams, sighting)).toBe(is);
  });
});

/**
 * The 34 of 296 photographs of 81 goods that the shipped model takes for something else, as
 * [what the wrong one was given, what the right one was given] in 1/10 000.
 */
const MISTAKEN = [
  ...[
    9890, 84, 9791, 116, 9773, 1, 9709, 232, 9593, 55, 9512, 473, 9185, 359, 9009, 170, 8915, 754,
  ],
  ...[8778, 947, 8655, 568, 8396, 1533, 7990, 629, 7318, 2340, 7272, 2660, 7251, 1395, 7015, 1264],
  ...[6688, 61, 6411, 1455, 6330, 470, 6201, 889, 5985, 3375, 5936, 783, 5930, 3968, 5626, 3673],
  ...[
    5387, 4050, 5289, 99, 5021, 758, 4977, 4814, 4954, 1777, 4490, 760, 4014, 601, 3990, 500, 3764,
    528,
  ],
];
const PHOTOGRAPHS = 296;

/** What a camera that is as often wrong as in the photographs answers about the labelled goods. */
function lookedAt(random: () => number): Sighting {
  const at = Math.floor(random() * PHOTOGRAPHS);
  const [wrong, own] = [MISTAKEN[2 * at], MISTAKEN[2 * at + 1]];
  if (wrong === undefined) return sees('pear', 9_900, 9_900, random() < 0.8);
  return sees('cherry', wrong, own, wrong >= 9_000);
}

/** One honest visit to the lane's plate: the labelled bag, handled as people do. */
function honestVisit(random: () => number) {
  const between = (least: number, most: number) => least + random() * (most - least);
  const label = pear(DIVISION * Math.round(between(100, 2_000) / DIVISION));
  const wobble = between(-10, 10) - label.grossGrams * between(0, 0.01);
  const how = random();
  // A bag round it; a part of it; a bag of one's own beside it; else as it was weighed.
  if (how < 0.3) return { label, grossGrams: label.grossGrams + wobble + between(0, 20) };
  if (how < 0.35) return { label, grossGrams: label.grossGrams * between(0.2, 0.9) };
  if (how < 0.4) return { label, grossGrams: label.grossGrams + between(200, 3_000), mixed: true };
  return { label, grossGrams: label.grossGrams + wobble };
}

test('an honest shopper is asked at most once in a hundred labels', () => {
  const seed = Number(process.env.SEED ?? 20_261_129);
  const random = seeded(seed);
  const visits = 20_000;
  let asked = 0;
  for (let at = 0; at < visits; at += 1) {
    const { label, grossGrams, mixed } = honestVisit(random);
    // Of a labelled bag beside a bag of one's own, no camera is sure that it is the labelled goods.
    const sighting = mixed && random() < 0.9 ? sees('pear', 6_000, 0, false) : lookedAt(random);
    const is = compared([label], Math.round(grossGrams / DIVISION) * DIVISION, sighting);
    if (is === 'looks' || is === 'heavier') asked += 1;
  }
  expect(asked / visits, `SEED=${seed}`).toBeLessThan(0.01);
  expect(asked, 'the camera’s strongest mistakes are asked about').toBeGreaterThan(0);
});

test('a label on other goods is asked about wherever the camera is sure', () => {
  const random = seeded(7);
  let [asked, sure] = [0, 0];
  for (let at = 0; at < 2_000; at += 1) {
    // In 59 of 100 photographs the model gives the right goods 0.98 or more.
    const confident = random() < 0.59;
    const sighting = sees('cherry', confident ? 9_850 : 8_500, 20, confident);
    const is = compared([pear(600)], 600 + Math.round(random() * 900), sighting);
    if (confident) sure += 1;
    if (is === 'looks') asked += 1;
  }
  expect(asked).toBe(sure);
});
