import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';
import { refuseStock, STOCK_REFUSALS } from './stock-refusals.ts';

it('says what and what next, in both languages', () => {
  for (const texts of Object.values(STOCK_REFUSALS))
    for (const { zh, en } of texts) {
      expect(zh).toMatch(/\p{Script=Han}/u);
      expect(en).toMatch(/^[\x20-\x7e]+$/);
    }
  expect(refuseStock('SLOT_FULL', { capacity: 8 }).refusal.detail).toEqual({ capacity: 8 });
});

it('refuses with every code of its table, and a test has seen each', () => {
  const folders = [import.meta.dirname, join(import.meta.dirname, '../../stock')];
  const text = (wanted: (name: string) => boolean) =>
    folders
      .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
      .filter((path) => wanted(basename(path)) && !basename(path).startsWith('stock-refusals'))
      .map((path) => readFileSync(path, 'utf8'))
      .join();
  const tests = text((name) => name.endsWith('.test.ts'));
  const sources = text((name) => /^[a-z-]+\.ts$/.test(name));
  const unused = Object.keys(STOCK_REFUSALS).filter(
    (code) => !sources.includes(`'${code}'`) || !tests.includes(`'${code}'`),
  );
  expect(unused).toEqual([]);
});
