import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { en as shopperEn } from './en.ts';
import { operatorEn } from './operator-en.ts';
import { operatorZh } from './operator-zh.ts';
import { zh as shopperZh } from './zh.ts';

const zh = { ...shopperZh, ...operatorZh };
const en = { ...shopperEn, ...operatorEn };

const slots = (sentence: string) => (sentence.match(/\{\w+\}/g) ?? []).sort();
const keys = Object.keys(zh) as (keyof typeof zh)[];
/** Chinese counts sales with a word that English leaves out. */
const ENGLISH_SILENT = ['s.sales_unit'];
/** Of the operator's rooms: keys put together from a way, a kind of message, a role or an act. */
const OF_ROOMS =
  /^al\.(?:way|kind|browser)_|^al\.(?:bad|warn)$|^pe\.may_|^dv\.(?:check|restart|disable|enable|skipped.*|done|passed|not_passed)$/;

it('no sentence of staff is said twice, or would reach a shopper', () => {
  const twice = Object.keys(operatorZh).filter((key) => key in shopperZh);
  expect(twice).toEqual([]);
});

it('every sentence is there in both languages', () => {
  expect(Object.keys(en).sort()).toEqual([...keys].sort());
});

it.each(keys)('%s says the same in both languages', (key) => {
  expect(slots(en[key])).toEqual(slots(zh[key]));
  expect(zh[key].trim()).not.toBe('');
  if (!ENGLISH_SILENT.includes(key)) expect(en[key].trim()).not.toBe('');
});

it('no Chinese is left in the English, but for the button that switches to Chinese', () => {
  const leaks = keys.filter((key) => /\p{Script=Han}/u.test(en[key]));
  expect(leaks).toEqual(['a11y.language']);
});

it('no sentence is left over: every one is said somewhere', () => {
  const web = join(import.meta.dirname, '../..');
  const paths = readdirSync(web, { recursive: true, encoding: 'utf8' });
  const sources = paths.filter((path) => /\.tsx?$/.test(path) && !/i18n|\.test\./.test(path));
  const said = sources.map((path) => readFileSync(join(web, path), 'utf8')).join('\n');
  /** Keys put together from a state, a kind or a unit. */
  const composed =
    /^(?:w|state|screen|kind|basis|r)\.|^or\.(?:s|d|t|by)_|^au\.(?:k|p)_|^ov\.t_|^s\.(?:lane|counter)$|^st\.(?:shelves|refill|dates|cold|stop_|hold_|reason_)|^k\.r_|^pr\.(?:only_|how_|value_|hint_|trouble_|tag_|pinyin|plu|barcode|tare)|^pm\.(?:running|planned|over|kind_|wrong_)|^re\.(?:queue|rates|teach|learnt|versions)$|^lo\.(?:days|saw|next)_|^lo\.(?:pair|removals|weights|stock)$|^g\.(?:tab|level|running|filter|trial|why|reading)_/;
  const isSaid = (key: string) => said.includes(`'${key}'`) || said.includes(`"${key}"`);
  const silent = keys.filter((key) => !composed.test(key) && !OF_ROOMS.test(key) && !isSaid(key));
  expect(silent).toEqual([]);
});

const WEB = join(import.meta.dirname, '../..');

/** The modules that come with one, itself first; what is imported when a person goes there is not among them. */
function comesWith(path: string, seen = new Set<string>()): Set<string> {
  if (seen.has(path)) return seen;
  seen.add(path);
  const text = readFileSync(path, 'utf8');
  for (const [, from = ''] of text.matchAll(
    /^(?:import|export) (?!type)[^;]*?'(\.[^']+\.tsx?)';/gm,
  ))
    if (!from.includes('/core/')) comesWith(join(dirname(path), from), seen);
  return seen;
}

const wordsIn = (paths: Iterable<string>): Set<string> =>
  new Set(
    [...paths]
      .filter((path) => path.includes('/i18n/zh/'))
      .flatMap((path) => [...readFileSync(path, 'utf8').matchAll(/^ {2}'([^']+)':/gm)])
      .map(([, key = '']) => key),
  );

const ADMIN = 'admin/main.tsx';
const ROOM_FILES = [
  ...readFileSync(join(WEB, 'admin/rooms.ts'), 'utf8').matchAll(/import\('\.\/([^']+)'\)/g),
].map(([, path = '']) => join('admin', path));

it.each([ADMIN, 'diag/main.tsx', 'admin/palette/palette.tsx', ...ROOM_FILES])(
  '%s brings every word it says',
  (entry) => {
    const modules = comesWith(join(WEB, entry));
    const before = entry.startsWith('diag/') ? [] : comesWith(join(WEB, ADMIN));
    const brought = wordsIn([...modules, ...before]);
    const sources = [...modules].filter((path) => !path.includes('/i18n/'));
    const text = sources.map((path) => readFileSync(path, 'utf8')).join('\n');
    const composed = [...text.matchAll(/`([a-z]+\.[a-z_]*)\$\{/g)].map(([, start = '']) => start);
    const isSaid = (key: string) =>
      text.includes(`'${key}'`) ||
      text.includes(`"${key}"`) ||
      composed.some((start) => key.startsWith(start));
    const silent = Object.keys(operatorZh).filter((key) => isSaid(key) && !brought.has(key));
    expect(silent).toEqual([]);
  },
);
