import { expect, it } from 'vitest';
import { en } from './en.ts';
import { zh } from './zh.ts';

const slots = (sentence: string) => (sentence.match(/\{\w+\}/g) ?? []).sort();
const keys = Object.keys(zh) as (keyof typeof zh)[];
/** Chinese counts sales with a word that English leaves out. */
const ENGLISH_SILENT = ['s.sales_unit'];

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
