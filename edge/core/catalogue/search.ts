/** Finding an article by what people call it. */
import type { Text } from '../ports.ts';

/** What a shopper can search by; a catalogue item and a screen's item both fit. */
export interface Findable {
  name: Text;
  pinyin?: string[];
  aliases?: string[];
  plu?: string;
  gtin?: string;
}

/** A line each. */
interface Words {
  /** Everything it is found by. */
  all: string;
  /** In small letters. */
  names: string;
}

/** Worked out once for an article of a book's edition, and not at each keystroke. */
const known = new WeakMap<Findable, Words>();

function wordsOf(item: Findable): Words {
  const held = known.get(item);
  if (held) return held;
  const { name, plu = '', gtin = '', pinyin = [], aliases = [] } = item;
  const names = [name.zh, name.en, ...aliases].join('\n').toLowerCase();
  const words = { all: [plu, gtin, ...pinyin, names].join('\n'), names };
  known.set(item, words);
  return words;
}

/** 0 is the best place, undefined no match. */
function rank(item: Findable, words: Words, query: string): number | undefined {
  const { plu = '', gtin = '', pinyin = [] } = item;
  const names = words.names.split('\n');
  if (plu === query || gtin === query || pinyin.includes(query)) return 0;
  if (plu.startsWith(query) || gtin.startsWith(query)) return 1;
  if (pinyin.some((reading) => reading.startsWith(query))) return 1;
  if (names.includes(query)) return 0;
  if (names.some((each) => each.startsWith(query))) return 2;
  return names.some((each) => each.includes(query)) ? 3 : undefined;
}

/**
 * At most `limit` items whose names, pinyin initials, PLU or GTIN match: whole codes first, then
 * beginnings, then parts of names; within each, the order of the book. No query finds all.
 */
export function searchItems<Item extends Findable>(
  items: readonly Item[],
  query: string,
  limit: number,
): Item[] {
  const wanted = query.trim().toLowerCase();
  if (wanted === '') return items.slice(0, limit);
  const ranked: Item[][] = [[], [], [], []];
  for (const item of items) {
    const words = wordsOf(item);
    const place = words.all.includes(wanted) ? rank(item, words, wanted) : undefined;
    if (place !== undefined) ranked[place]?.push(item);
  }
  return ranked.flat().slice(0, limit);
}
