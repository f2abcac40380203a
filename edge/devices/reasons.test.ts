/** The catalogue of reasons: in words, with a next step, and each one brought about in a test. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { REASON_CODES } from '../../drivers/reason-codes.ts';
import { resultCodeOf } from '../../drivers/unified-pos.ts';
import { REASONS } from './reasons.ts';

const root = join(import.meta.dirname, '../..');
const tests = ['drivers', 'edge'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true })
    .map(String)
    .filter((path) => /\.test\.ts$/.test(path) && !path.endsWith('devices/reasons.test.ts'))
    .map((path) => readFileSync(join(root, folder, path), 'utf8')),
);

test.each(REASON_CODES)('%s is brought about', (code) => {
  expect(tests.some((text) => text.includes(`'${code}'`))).toBe(true);
});

test.each(REASON_CODES)(
  '%s is said in both languages, with a next step and a result code',
  (code) => {
    const { why, next } = REASONS[code];
    for (const { zh, en } of [why, next]) {
      expect(zh).toMatch(/\p{Script=Han}/u);
      expect(en).not.toMatch(/\p{Script=Han}/u);
    }
    const upos = resultCodeOf({ state: 'warn', reason: code });
    expect(upos).toBeGreaterThanOrEqual(101);
    expect(upos).toBeLessThanOrEqual(115);
  },
);
