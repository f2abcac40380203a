import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { eachLanguage } from './both-languages.ts';

it.each([
  [
    'tcp:10.0.0.9:9100: 打印机没有应答 The printer does not answer',
    'tcp:10.0.0.9:9100: 打印机没有应答',
    'tcp:10.0.0.9:9100: The printer does not answer',
  ],
  [
    '应答不是 TSPL 状态 The answer is no TSPL status',
    '应答不是 TSPL 状态',
    'The answer is no TSPL status',
  ],
  ['换了一台秤 Another scale: A-2, not B-1', '换了一台秤', 'Another scale: A-2, not B-1'],
  [
    'connect ECONNREFUSED 10.0.0.9:80',
    'connect ECONNREFUSED 10.0.0.9:80',
    'connect ECONNREFUSED 10.0.0.9:80',
  ],
  ['停用：李 2026-11-29', '停用：李 2026-11-29', '停用：李 2026-11-29'],
])('%s', (text, zh, en) => expect(eachLanguage(text)).toEqual({ zh, en }));

/** Everything that drivers say in both languages, as their sources have it. */
const said = (): string[] => {
  const root = join(import.meta.dirname, '../../drivers');
  const files = (readdirSync(root, { recursive: true }) as string[]).filter(
    (path) => path.endsWith('.ts') && !/test|fixture/.test(path),
  );
  return files.flatMap((path) => {
    const found = readFileSync(join(root, path), 'utf8').matchAll(
      /(?:DriverError\(\s*'\w+',\s*|text = |advice: )(['`])((?:(?!\1).)*\p{Script=Han}(?:(?!\1).)*)\1/gu,
    );
    return [...found].map(([, , text = '']) => text.replaceAll(/\$\{[^}]*\}/g, '7'));
  });
};

it('every driver’s words for a failure come apart', () => {
  const all = said();
  expect(all.length).toBeGreaterThan(25);
  const together = all.filter((text) => {
    const { zh, en } = eachLanguage(text);
    return zh === en || /\p{Script=Han}/u.test(en) || /[a-z]{2,} [a-z]{2,} [a-z]{2,}/.test(zh);
  });
  expect(together).toEqual([]);
});
