/** Where a command's file cannot be written, it says why and does not crash. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { notWritten } from './out-file.ts';

const dir = mkdtempSync(join(tmpdir(), 'yike-out-'));
afterAll(() => rmSync(dir, { recursive: true }));
writeFileSync(join(dir, 'file'), '');

test.each([
  ['no such folder', 'nowhere/a.ytrace', /没有这个文件夹/],
  ['a folder', '.', /这是一个文件夹/],
  ['below a file', 'file/a.ytrace', /不是文件夹/],
])('%s', (_, name, words) => {
  const answer = notWritten(join(dir, name), 'x');
  expect(answer).toMatchObject({ exit: 111, error: { code: 'E_NOT_WRITTEN' } });
  expect(answer?.error?.message.zh).toMatch(words);
});

test('it is there, with the folder it was to be in', () => {
  expect(notWritten(join(dir, 'new/folder/a'), 'x', { folder: true })).toBeUndefined();
  expect(existsSync(join(dir, 'new/folder/a'))).toBe(true);
});
