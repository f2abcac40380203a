/** What the pages can say: every saying has its clip, every clip is said, and numbers read well. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { amountClips, digitClips, pieceClips } from '../shared/voice/numbers.ts';
import sayings from './sayings.json' with { type: 'json' };

const RELEASE_BYTES = 2 * 1024 * 1024;
const here = import.meta.dirname;

describe.each(['zh', 'en'] as const)('in %s', (language) => {
  const files = readdirSync(join(here, language)).map((file) => join(here, language, file));

  it('every saying has its clip, and no clip is without one', () => {
    const keys = files.map((file) => file.replace(/^.*\/|\.mp3$/g, ''));
    expect(keys.sort()).toEqual(Object.keys(sayings[language]).sort());
  });

  it('every clip is sound of some length: MPEG audio frames, and none cut to nothing', () => {
    const bad = files.filter((file) => {
      const bytes = readFileSync(file);
      return bytes.length < 1000 || bytes.readUInt16BE(0) >> 5 !== 0x7ff;
    });
    expect(bad).toEqual([]);
  });
});

it('both languages say the same things, but for how they count', () => {
  const words = (language: 'zh' | 'en') =>
    Object.keys(sayings[language]).filter((key) => !key.startsWith('n.'));
  expect(words('en')).toEqual(words('zh'));
});

it('the clips are small enough to come with a release', () => {
  const bytes = ['zh', 'en'].flatMap((language) =>
    readdirSync(join(here, language)).map((file) => statSync(join(here, language, file)).size),
  );
  expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(RELEASE_BYTES);
});

it('no saying is left over: each is said somewhere', () => {
  const web = join(here, '..');
  const sources = readdirSync(web, { recursive: true, encoding: 'utf8' }).filter(
    (path) => /\.tsx?$/.test(path) && !/\.test\.|i18n/.test(path),
  );
  const said = sources.map((path) => readFileSync(join(web, path), 'utf8')).join('\n');
  const words = Object.keys(sayings.zh).filter((key) => !/^n\./.test(key));
  expect(words.filter((key) => !said.includes(`'${key}'`))).toEqual([]);
});

const read = (clips: readonly string[], language: 'zh' | 'en', gap: string) =>
  clips.map((clip) => Reflect.get(sayings[language], clip)).join(gap);

it.each([
  [0, '零元', 'zero yuan'],
  [5, '五分', 'zero point zero five yuan'],
  [20, '两角', 'zero point two yuan'],
  [50, '五角', 'zero point five yuan'],
  [200, '两元', 'two yuan'],
  [305, '三元零五分', 'three point zero five yuan'],
  [350, '三元五角', 'three point five yuan'],
  [1000, '十元', 'ten yuan'],
  [1225, '十二元两角五分', 'twelve point two five yuan'],
  [2225, '二十二元两角五分', 'twenty two point two five yuan'],
  [10_000, '一百元', 'one hundred yuan'],
  [10_500, '一百零五元', 'one hundred five yuan'],
  [11_000, '一百一十元', 'one hundred ten yuan'],
  [17_705, '一百七十七元零五分', 'one hundred seventy seven point zero five yuan'],
  [22_010, '二百二十元一角', 'two hundred twenty point one yuan'],
  [200_000, '两千元', 'two thousand yuan'],
  [200_500, '两千零五元', 'two thousand five yuan'],
  [201_000, '两千零一十元', 'two thousand ten yuan'],
  [1_002_000, '一万零二十元', 'ten thousand twenty yuan'],
  [
    9_999_999,
    '九万九千九百九十九元九角九分',
    'ninety nine thousand nine hundred ninety nine point nine nine yuan',
  ],
])('%i fen is read as a person reads it', (amountFen, zh, en) => {
  expect(read(amountClips(amountFen, 'zh'), 'zh', '')).toBe(zh);
  expect(read(amountClips(amountFen, 'en'), 'en', ' ')).toBe(en);
});

it('every amount up to 1 000 yuan is made of clips that are there', () => {
  for (const language of ['zh', 'en'] as const) {
    const known = new Set(Object.keys(sayings[language]));
    for (let amountFen = 0; amountFen <= 100_000; amountFen += 1)
      for (const clip of amountClips(amountFen, language))
        if (!known.has(clip)) throw new Error(`${amountFen} fen: no ${language}/${clip}`);
  }
});

it('what is too much, or no amount, is left to the screen', () => {
  expect(amountClips(10_000_000, 'zh')).toEqual([]);
  expect(amountClips(-1, 'en')).toEqual([]);
});

it('pieces and codes', () => {
  expect(read(pieceClips(2, 'zh'), 'zh', '')).toBe('两件');
  expect(read(pieceClips(12, 'zh'), 'zh', '')).toBe('十二件');
  expect(read(pieceClips(3, 'en'), 'en', ' ')).toBe('three items');
  expect(read(digitClips('4071'), 'zh', '')).toBe('四零七一');
});
