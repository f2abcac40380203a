import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

/** A bundle of two scripts, with the real launcher beside them. */
let dir: string;
const script = (body: string) =>
  `(function(exports,require,importFrom,module,__filename,__dirname){${body}\n})`;
const run = (...words: string[]) =>
  spawnSync(process.execPath, [join(dir, 'main.js'), ...words], { encoding: 'utf8' });
const CODE = 'yike.js.code';
const inode = () => statSync(join(dir, CODE)).ino;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'yike-launch-'));
  copyFileSync(join(import.meta.dirname, 'launch.cjs'), join(dir, 'main.js'));
  writeFileSync(join(dir, 'word.js'), script("exports.word=()=>'apples'"));
  const body =
    "importFrom('node:path').then(({sep})=>process.stdout.write(require('./word.js').word()+sep))";
  writeFileSync(join(dir, 'yike.js'), script(body));
  writeFileSync(join(dir, 'package.json'), '{"type":"commonjs"}');
});
afterEach(() => rmSync(dir, { recursive: true }));

it('a store leaves its compiled code for the next start, other commands leave nothing', () => {
  expect(run('status').stdout).toBe('apples/');
  expect(readdirSync(dir)).not.toContain(CODE);
  expect(run('start').stdout).toBe('apples/');
  expect(readdirSync(dir)).toEqual(expect.arrayContaining([CODE, 'word.js.code']));
  const left = inode();
  expect(run('start').stdout).toBe('apples/');
  expect(inode()).toBe(left);
});

it('a damaged byte, or code of another script, is not run: it is compiled and left anew', () => {
  run('start');
  const file = join(dir, CODE);
  const code = readFileSync(file);
  for (const at of [0, 40, code.length >> 1, code.length - 1]) {
    const damaged = Buffer.from(code);
    damaged[at] = (damaged[at] ?? 0) ^ 4;
    writeFileSync(file, damaged);
    const before = inode();
    expect(run('start')).toMatchObject({ stdout: 'apples/', status: 0 });
    expect(inode(), `damaged at ${at}`).not.toBe(before);
  }
  writeFileSync(join(dir, 'word.js'), script("exports.word=()=>'cherry'"));
  expect(run('start').stdout).toBe('cherry/');
  writeFileSync(file, '');
  expect(run('start').stdout).toBe('cherry/');
});
