import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { REFUSALS, refuse } from './refusals.ts';

describe('a refusal', () => {
  it('says what and what next, in both languages', () => {
    for (const { message, next } of Object.values(REFUSALS)) {
      for (const { zh, en } of [message, next]) {
        expect(zh).toMatch(/\p{Script=Han}/u);
        expect(en).toMatch(/^[\x20-\x7e]+$/);
      }
    }
  });

  it('carries its facts only where there are any', () => {
    expect(refuse('BASKET_EMPTY').refusal).not.toHaveProperty('detail');
    expect(refuse('BASKET_FULL', { limit: 200 }).refusal.detail).toEqual({ limit: 200 });
  });

  it('of every kind is given by the core and seen in a test', () => {
    const folder = import.meta.dirname;
    const text = (names: string[]) =>
      names.map((name) => readFileSync(`${folder}/${name}`, 'utf8')).join();
    const all = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    const names = all.filter((name) => name.endsWith('.ts'));
    const mine = /^refusals\./;
    const tests = text(names.filter((name) => name.endsWith('.test.ts') && !mine.test(name)));
    const sources = text(names.filter((name) => !name.endsWith('.test.ts') && !mine.test(name)));
    const unused = Object.keys(REFUSALS).filter(
      (code) => !sources.includes(`'${code}'`) || !tests.includes(`'${code}'`),
    );
    expect(unused).toEqual([]);
  });
});

it('the core imports nothing from outside its folder', () => {
  const folder = import.meta.dirname;
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
  );
  const paths = sources.flatMap((name) => {
    const text = readFileSync(`${folder}/${name}`, 'utf8');
    const found = [...text.matchAll(/(?<!')(?:from|import)\s*\(?\s*'([^']+)'/g)];
    return found.map(([, path = '']) => (path.startsWith('.') ? join(dirname(name), path) : path));
  });
  expect(paths.length).toBeGreaterThan(40);
  expect(paths.filter((path) => !/^([a-z]+\/)?[a-z.-]+\.ts$/.test(path))).toEqual([]);
});
