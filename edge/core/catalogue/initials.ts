/**
 * The initials a shopper types for a Chinese name: every reading, because 车厘子 is looked for as
 * `clz` and as `jlz`. The usual reading comes from the collation order of the Unicode locale data
 * that the runtime carries; characters read in several ways are listed here.
 */
let collation: Intl.Collator | undefined;
const inOrder = (one: string, other: string): number => {
  collation ??= new Intl.Collator('zh-u-co-pinyin');
  return collation.compare(one, other);
};

/** The first character of each initial in pinyin order. No Mandarin syllable begins with i, u, v. */
const firsts = [...'阿八嚓咑妸发旮哈丌咔垃妈拏噢妑七呥仨他屲夕丫帀'];
const letters = [...'abcdefghjklmnopqrstwxyz'];

/** Characters whose readings begin with different letters; the usual one first. */
const heteronyms: Record<string, string> = Object.fromEntries(
  `番fp 茄qj 车cj 乐ly 长cz 调td 重zc 藏cz 弹dt 石sd 参cs 盛cs 卡kq 校xj 降jx
   单ds 解jx 便bp 提td 奇qj 芥jg 荠jq 蛤gh 枸gj 壳kq 臭cx 茜qx 莎sx 行xh 系xj 蚌bm`
    .split(/\s+/)
    .map((entry) => [entry.slice(0, 1), entry.slice(1)]),
);

function usualInitial(character: string): string {
  let initial = '';
  for (const [index, first] of firsts.entries()) {
    if (inOrder(first, character) > 0) break;
    initial = letters[index] ?? '';
  }
  return initial;
}

const known = new Map<string, string[]>();

/** A book of thousands of names has a few hundred characters: each is looked up once. */
function readings(character: string): string[] {
  const found = known.get(character) ?? lookUp(character);
  known.set(character, found);
  return found;
}

function lookUp(character: string): string[] {
  if (/[a-z0-9]/i.test(character)) return [character.toLowerCase()];
  if (!/\p{Script=Han}/u.test(character)) return [''];
  return [...(heteronyms[character] ?? usualInitial(character))];
}

/** A name of many such characters has more readings than anyone types. */
const READINGS_MAX = 32;

/** All initials readings of one name, lower case, usual reading first: `番茄` → `['fq', …]`. */
export function pinyinInitials(name: string): string[] {
  let all = [''];
  for (const character of name) {
    const next = readings(character);
    all = all.flatMap((head) => next.map((tail) => head + tail)).slice(0, READINGS_MAX);
  }
  return [...new Set(all)].filter((initials) => initials !== '');
}

/**
 * Everything an article answers to in plain letters: what head office says, then every reading of
 * its name and of its other names. Sizes after a space (250毫升) are left off.
 */
export function searchReadings(item: {
  name: { zh: string };
  pinyin: readonly string[];
  aliases?: readonly string[];
}): string[] {
  const { name, pinyin, aliases = [] } = item;
  const names = [name.zh.split(' ')[0] ?? '', ...aliases];
  return [...new Set([...pinyin, ...names.flatMap(pinyinInitials)])];
}
