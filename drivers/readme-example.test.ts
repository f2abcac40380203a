/** The worked example of README.md: its files are written to a folder, and held to the suite. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { conforms } from './conformance.ts';
import type { Driver } from './contract.ts';
import { parseGolden } from './golden.ts';

const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8');
const block = (language: string): string =>
  new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(readme)?.[1] ?? '';

const folder = mkdtempSync(join(tmpdir(), 'yike-driver-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** As it stands in the README, but for where its neighbours lie. */
const source = block('ts').replaceAll(/from '(\.\.?\/[^']+|typebox)'/g, (_, name: string) => {
  const at = name.startsWith('.')
    ? pathToFileURL(join(import.meta.dirname, 'scale', name)).href
    : import.meta.resolve(name);
  return `from '${at}'`;
});
const golden = join(folder, 'golden', 'acme-line.txt');
mkdirSync(join(folder, 'golden'));
writeFileSync(join(folder, 'acme-line.ts'), source);
writeFileSync(golden, block('golden'));

const { acmeLine }: { acmeLine: Driver } = await import(join(folder, 'acme-line.ts'));
conforms(acmeLine, golden);

test('the example names its sources and is a scale that only speaks', () => {
  expect(parseGolden(readFileSync(golden, 'utf8')).sources).toEqual(['ACME W1 manual']);
  expect(acmeLine).toMatchObject({ name: 'acme-line', kind: 'scale' });
  expect(acmeLine.can).toBeUndefined();
});
