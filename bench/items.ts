/** Finding one of five thousand articles, a keystroke at a time: `yike bench items`. */
import { arch, cpus, platform } from 'node:os';
import { searchReadings } from '../edge/core/catalogue/initials.ts';
import { type Findable, searchItems } from '../edge/core/catalogue/search.ts';
import { percentile } from '../models/metrics.ts';
import { createRandom, pick } from '../simulator/random.ts';
import { nowMs } from './clock.ts';
import type { BenchReport, BenchRow } from './recognition.ts';

const ARTICLES = 5000;
const QUERIES = 400;
/** A screen's page of results. */
const SHOWN = 24;
const LIMIT_MS = 50;
const WORDS = [...'红黄青白大小甜酸脆苹果香蕉葡萄番茄土豆牛奶矿泉水面包酱油饼干'];

/** A book of articles with names of two to six characters, every reading worked out. */
function book(random: () => number): Findable[] {
  return Array.from({ length: ARTICLES }, (_, n) => {
    const zh = Array.from({ length: 2 + (n % 5) }, () => pick(random, WORDS)).join('');
    const named = {
      name: { zh, en: `Article ${zh.length} of kind ${n}` },
      aliases: [`俗名${n % 97}`],
    };
    const codes =
      n % 3 === 0 ? { plu: String(10_000 + n) } : { gtin: String(6_901_000_000_000 + n) };
    return { ...named, ...codes, pinyin: searchReadings({ ...named, pinyin: [] }) };
  });
}

/** What fingers type: initials, parts of names, beginnings of codes, words nobody has. */
function queryOf(random: () => number, items: Findable[]): string {
  const { name, pinyin = [], plu, gtin = '' } = pick(random, items);
  const whole = pick(random, [pinyin[0] ?? '', name.zh, name.en, plu ?? gtin, 'zzzz']);
  return whole.slice(0, 1 + Math.floor(random() * whole.length));
}

export async function benchItems(rounds = 5): Promise<BenchReport> {
  const random = createRandom(1);
  const items = book(random);
  const tookMs: number[] = [];
  const began = nowMs();
  searchItems(items, 'a', SHOWN);
  const firstMs = nowMs() - began;
  for (let n = 0; n < rounds * QUERIES; n += 1) {
    const query = queryOf(random, items);
    const begunMs = nowMs();
    searchItems(items, query, SHOWN);
    tookMs.push(nowMs() - begunMs);
  }
  const row = (name: string, value: number): BenchRow => ({
    ...{ name, value, unit: 'ms', limit: LIMIT_MS, ratio: value / LIMIT_MS },
    ...{ goal: 1, met: value <= LIMIT_MS },
  });
  return {
    machine: `${cpus()[0]?.model ?? arch()} × ${cpus().length}, ${platform()}, Node ${process.version}`,
    rounds,
    rows: [
      row('the first search of a new book', firstMs),
      row(`one of ${ARTICLES} articles, p50`, percentile(tookMs, 0.5)),
      row(`one of ${ARTICLES} articles, p99`, percentile(tookMs, 0.99)),
    ],
  };
}
