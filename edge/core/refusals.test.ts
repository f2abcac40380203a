import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { REFUSALS, refuse, WEIGH_REFUSALS } from './refusals.ts';

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

  it('of every kind is used by the core, or says why there is no weight', () => {
    const sources = readdirSync(import.meta.dirname)
      .filter((name) => name.endsWith('.ts') && !/\.test\.|refusals/.test(name))
      .map((name) => readFileSync(`${import.meta.dirname}/${name}`, 'utf8'))
      .join();
    const ofWeights: string[] = Object.values(WEIGH_REFUSALS);
    const unused = Object.keys(REFUSALS).filter(
      (code) => !sources.includes(`'${code}'`) && !ofWeights.includes(code),
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
    return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '');
  });
  expect(paths.length).toBeGreaterThan(40);
  expect(paths.filter((path) => !/^\.\/(weigh\/)?[a-z.-]+\.ts$/.test(path))).toEqual([]);
});
