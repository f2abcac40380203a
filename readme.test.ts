/** The documents are true: their commands exist and run, their pictures and pages are there. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from './edge/cli/commands/commands.ts';

const root = import.meta.dirname;
const DOCUMENTS = [
  'README.md',
  'ARCHITECTURE.md',
  'SECURITY.md',
  'drivers/README.md',
  'models/README.md',
];
const text = (document: string) => readFileSync(join(root, document), 'utf8');

/** Shell lines of a document's fenced `sh` blocks, without their trailing remarks. */
const shellLines = (document: string): string[] =>
  [...text(document).matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = '']) =>
    block
      .split('\n')
      .map((line) => line.replace(/\s+#.*$/, '').trim())
      .filter((line) => line !== ''),
  );

const yikeLines = DOCUMENTS.flatMap(shellLines).flatMap((line) => {
  const [, words] = /^npx yike (.*)$/.exec(line) ?? [];
  return words === undefined ? [] : [words];
});

describe('a command in a document', () => {
  it('is found in README at all, so that a silent green is impossible', () => {
    expect(yikeLines.length).toBeGreaterThan(8);
    expect(shellLines('README.md')).toEqual(
      expect.arrayContaining(['npm ci && npm start', 'npm ci && npm test']),
    );
  });

  it.each(yikeLines)('yike %s names a command and its flags', (line) => {
    const words = line.split(' ');
    const command = COMMANDS.find(({ path }) => path.every((word, at) => words[at] === word));
    expect(command).toBeDefined();
    const flags = words.filter((word) => word.startsWith('--')).map((word) => word.slice(2));
    const known = [...Object.keys(command?.options ?? {}), 'data', 'json', 'lang'];
    expect(flags.filter((flag) => !known.includes(flag))).toEqual([]);
  });

  const alone = yikeLines.filter((line) => /^(decode|code|driver list|sim list)/.test(line));
  it.each(alone)('yike %s does what it says', (line) => {
    const args = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(
      ([, quoted, bare]) => quoted ?? bare ?? '',
    );
    const run = spawnSync(process.execPath, [join(root, 'dist/run/main.js'), ...args], {
      encoding: 'utf8',
    });
    expect(run.stderr).toBe('');
    expect(run.status).toBe(0);
    expect(run.stdout.length).toBeGreaterThan(10);
  });
});

describe('the documents', () => {
  it.each(DOCUMENTS)('%s links only to what is there', (document) => {
    const links = [...text(document).matchAll(/\]\((?!http|#|mailto)([^)\s]+)\)/g)];
    const missing = links
      .map(([, target = '']) => target)
      .filter((target) => !existsSync(join(root, dirname(document), target)));
    expect(missing).toEqual([]);
  });

  it('name every npm script and package that README explains', () => {
    const manifest = JSON.parse(text('package.json')) as Record<string, Record<string, string>>;
    const named = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies });
    expect(named.filter((name) => !text('README.md').includes(`\`${name}\``))).toEqual([]);
  });

  it('and the code name no registry host and no path of one machine', () => {
    const machine = new RegExp(['/wo', 'rk/|/ro', 'ot/|registry\\.npm', 'js'].join(''));
    const skipped = /^(node_modules|dist|\.git|data|models\/packs)(\/|$)|\.(onnx|webp|f32)$/;
    const files = (
      readdirSync(root, { recursive: true, withFileTypes: true }) as import('node:fs').Dirent[]
    )
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
      .filter((path) => !skipped.test(path));
    const wrong = files.filter((path) => machine.test(readFileSync(join(root, path), 'utf8')));
    expect(wrong).toEqual([]);
  });
});
