/** Finding an article by what people call it. */
import type { Text } from './ports.ts';

/** What a shopper can search by; a catalogue item and a screen's item both fit. */
export interface Findable {
  name: Text;
  pinyin?: string[];
  aliases?: string[];
  plu?: string;
  gtin?: string;
}

/** 0 is the best place, undefined no match. */
function rank(item: Findable, query: string): number | undefined {
  const { plu = '', gtin = '', pinyin = [], aliases = [] } = item;
  const names = [item.name.zh, item.name.en, ...aliases].map((each) => each.toLowerCase());
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
  const ranked = items.flatMap((item) => {
    const place = rank(item, wanted);
    return place === undefined ? [] : [{ item, place }];
  });
  ranked.sort((one, other) => one.place - other.place);
  return ranked.slice(0, limit).map(({ item }) => item);
}
