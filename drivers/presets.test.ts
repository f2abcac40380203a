import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseGolden } from './golden.ts';
import { fromHex, toHex } from './hex.ts';
import { DRIVERS } from './index.ts';
import { PRESET_DRIVERS, presetsOf } from './presets.ts';

/** What the host says in the golden files of a driver. */
function asked(name: string, kind: string): string[] {
  const folder = join(import.meta.dirname, kind, 'golden');
  return readdirSync(folder)
    .filter((file) => file === `${name}.txt` || file.startsWith(`${name}-`))
    .flatMap((file) => parseGolden(readFileSync(join(folder, file), 'utf8')).lines)
    .filter(({ direction }) => direction === 'tx')
    .map(({ bytes }) => toHex(bytes));
}

test.each(PRESET_DRIVERS)('every preset of %s is one of its golden questions', (name) => {
  const driver = DRIVERS.find((each) => each.name === name);
  const golden = asked(name, driver?.kind ?? '');
  for (const { hex, about } of presetsOf(name).filter((each) => each.hex !== '')) {
    expect(golden).toContain(toHex(fromHex(hex) ?? new Uint8Array()));
    expect(about).toEqual({
      zh: expect.stringMatching(/\p{Script=Han}/u),
      en: expect.stringMatching(/^[A-Z]\P{Script=Han}+$/u),
    });
  }
});

test('no preset speaks to a payment terminal', () => {
  const terminals = DRIVERS.filter(({ kind }) => kind === 'payment').map(({ name }) => name);
  expect(PRESET_DRIVERS.filter((name) => terminals.includes(name))).toEqual([]);
});
