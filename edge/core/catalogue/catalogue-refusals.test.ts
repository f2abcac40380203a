import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';
import { CATALOGUE_REFUSALS, refuseCatalogue } from './catalogue-refusals.ts';

it('says what and what next, in both languages', () => {
  for (const texts of Object.values(CATALOGUE_REFUSALS))
    for (const { zh, en } of texts) {
      expect(zh).toMatch(/\p{Script=Han}/u);
      expect(en).toMatch(/^[\x20-\x7e×]+$/);
    }
  expect(refuseCatalogue('PRICE_LOCKED', { by: 'x' }).refusal.detail).toEqual({ by: 'x' });
});

it('refuses with every code of its table, and a test has seen each', () => {
  const folders = [import.meta.dirname, join(import.meta.dirname, '../../catalogue')];
  const text = (wanted: (name: string) => boolean) =>
    folders
      .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
      .filter((path) => wanted(basename(path)) && !/catalogue-refusals/.test(path))
      .map((path) => readFileSync(path, 'utf8'))
      .join();
  const tests = text((name) => name.endsWith('.test.ts'));
  const sources = text((name) => /^[a-z-]+\.ts$/.test(name));
  const unused = Object.keys(CATALOGUE_REFUSALS).filter(
    (code) => !sources.includes(`'${code}'`) || !tests.includes(`'${code}'`),
  );
  expect(unused).toEqual([]);
});
