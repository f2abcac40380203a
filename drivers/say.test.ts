/** What drivers say to people stands in two languages, never both in one string. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DriverError, WireError, wordsOf } from './errors.ts';
import { at, say } from './say.ts';

const sources = (readdirSync(import.meta.dirname, { recursive: true }) as string[]).filter(
  (path) => path.endsWith('.ts') && !/test|fixture/.test(path),
);
/** `中文 English words`; what is printed on paper is for whoever reads it. */
const JOINED =
  /(['`])(?!\*\*\*)(?:(?!\1).)*\p{Script=Han}(?:(?!\1).)* [A-Za-z]+ [a-z]+ (?:(?!\1).)*\1/u;

test('no sentence of a driver is two languages in one string', () => {
  expect(sources.length).toBeGreaterThan(80);
  const joined = sources.flatMap((path) =>
    readFileSync(join(import.meta.dirname, path), 'utf8')
      .split('\n')
      .filter((line) => !/^\s*(\*|\/\/|\/\*)/.test(line) && JOINED.test(line))
      .map((line) => `${path}: ${line.trim()}`),
  );
  expect(joined).toEqual([]);
});

test('an error keeps both sentences, and its message is the English one', () => {
  const said = at('tcp:10.0.0.9: ', say('打印机没有应答', 'The printer does not answer'));
  for (const error of [new WireError('CLOSED', said), new DriverError('NO_REPLY', said)]) {
    expect(wordsOf(error)).toEqual({
      zh: 'tcp:10.0.0.9: 打印机没有应答',
      en: 'tcp:10.0.0.9: The printer does not answer',
    });
    expect(error.message).toBe('tcp:10.0.0.9: The printer does not answer');
  }
  expect(wordsOf(new TypeError('x is undefined'))).toEqual(say('x is undefined', 'x is undefined'));
});
