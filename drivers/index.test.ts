import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { DriverError } from './contract.ts';
import { parseGolden } from './golden.ts';
import { fromHex, toHex } from './hex.ts';
import { DRIVERS, decodeHex, driverList, findDriver, goldenFiles } from './index.ts';
import { checkOptions } from './options.ts';
import type { Text } from './say.ts';

describe('every driver in the list', () => {
  test.each(DRIVERS.map((driver) => [driver.name, driver] as const))(
    '%s can be found, has options with defaults and is held to golden bytes',
    (name, driver) => {
      expect(findDriver(name)).toBe(driver);
      expect(checkOptions(driver, parseGoldenOptions(name)).ok).toBe(true);
      for (const [key, property] of Object.entries(driver.options.properties)) {
        const { zh = '', en = '' } = (property as { about?: Partial<Text> }).about ?? {};
        expect([zh, en], key).toEqual([
          expect.stringMatching(/\p{Script=Han}/u),
          expect.not.stringMatching(/\p{Script=Han}/u),
        ]);
      }
      const listed = driverList().find((one) => one.name === name);
      expect(listed?.vectors).toBeGreaterThan(0);
      expect(listed?.sources, 'a line "# sources: …" in its golden file').not.toEqual([]);
      if (['lock', 'printer', 'camera'].includes(driver.kind))
        expect(listed?.abilities, 'can: […]').not.toEqual([]);
    },
  );

  test('has a name of its own', () => {
    expect(new Set(DRIVERS.map((driver) => driver.name)).size).toBe(DRIVERS.length);
    expect(findDriver('toledo-9999')).toBeUndefined();
  });
});

function parseGoldenOptions(name: string): Record<string, unknown> {
  const driver = findDriver(name);
  const [path] = driver === undefined ? [] : goldenFiles(driver);
  return path === undefined ? {} : parseGolden(readFileSync(path, 'utf8')).options;
}

describe('decoding by hand', () => {
  test('says what the bytes mean and shows the rest', () => {
    const bytes = fromHex('41 01 02 53 20 30 31 2E 32 33 34 6B 67 65 03 04 01 02');
    expect(decodeHex('enq-dc1', bytes ?? new Uint8Array())).toEqual([
      { kind: 'discarded', hex: '41' },
      { kind: 'stable', grams: 1234 },
      { kind: 'discarded', hex: '01 02' },
    ]);
  });

  test.each([
    ['toledo-9999', {}, 'toledo-9999'],
    ['enq-dc1', { dialekt: 'cas' }, 'dialekt'],
  ])('refuses %s %j in words', (name, options, why) => {
    const decoding = (): unknown => decodeHex(name, new Uint8Array(), options);
    expect(decoding).toThrow(DriverError);
    expect(decoding).toThrow(why);
  });

  test.each(['01020D', '01 02 0d', ' 01\n02 0D '])('reads %j as hex', (hex) => {
    expect(toHex(fromHex(hex) ?? new Uint8Array())).toBe('01 02 0D');
  });

  test.each(['0', '0x01', '01 zz'])('%j is no hex', (hex) => {
    expect(fromHex(hex)).toBeUndefined();
  });
});

describe('a golden file', () => {
  test('is read with its check and options', () => {
    const golden = parseGolden(
      '# words\n# check: xor\n# options: {"a":1}\n\nrx 06 ; {"kind":"ack"} ; manual; p.3\ntx 05 ; [] ; manual\n',
    );
    expect(golden).toMatchObject({ check: 'xor', options: { a: 1 } });
    expect(golden.lines).toMatchObject([
      { direction: 'rx', meaning: [{ kind: 'ack' }], source: 'manual; p.3', at: 5 },
      { direction: 'tx', meaning: [], source: 'manual', at: 6 },
    ]);
  });

  test.each(['rx 06', 'rx 0 ; {} ; x', 'up 06 ; {} ; x', 'rx 06 ; {} ;'])(
    'refuses "%s"',
    (line) => {
      expect(() => parseGolden(line)).toThrow('golden line 1');
    },
  );
});
