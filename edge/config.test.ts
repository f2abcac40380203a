import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { checkConfig, millimetresPerPixel, readConfig } from './config.ts';

const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);

const STORE = { store: { id: 'store-1', name: { zh: '一店', en: 'Store One' } } };
const PLATE = { minGrams: 40, maxGrams: 15_000, divisionGrams: 2 };
const PANEL = { diagonalInches: 21.5, widthPx: 1920, heightPx: 1080 };
const SCALE = { id: 'scale-1', driver: 'enq-dc1', address: 'tcp:10.0.0.7:4001', plate: PLATE };
const WHOLE = {
  ...STORE,
  devices: [SCALE],
  lanes: [{ id: 'lane-1', scale: 'scale-1', panel: PANEL }],
  counters: [{ id: 'counter-1', scale: 'scale-1' }],
  listen: { kioskPort: 8080 },
  headOffice: { url: 'http://127.0.0.1:8070', token: 'sixteen-letters-' },
};

/** Both sentences of the refusal, or a failed test where there is none. */
function refusalOf(config: unknown): { zh: string; en: string } {
  const checked = checkConfig(config, 'store.json');
  if (checked.ok) throw new Error(`accepted: ${JSON.stringify(config)}`);
  expect(checked.refusal.code).toBe('CONFIG_INVALID');
  expect(checked.refusal.message.zh).toMatch(/^配置文件 store\.json：/);
  return checked.refusal.message;
}

describe('a configuration', () => {
  test('of a store alone is enough; the rest has defaults', () => {
    expect(checkConfig(STORE, 'store.json')).toMatchObject({
      ok: true,
      value: {
        devices: [],
        lanes: [],
        counters: [],
        store: { timeZone: 'Asia/Shanghai' },
        listen: { host: '127.0.0.1', kioskPort: 8080, adminPort: 8090 },
      },
    });
  });

  test('is not changed by being checked', () => {
    const given = structuredClone(STORE);
    checkConfig(given, 'store.json');
    expect(given).toEqual(STORE);
  });

  const mistakes: [string, unknown, RegExp, RegExp][] = [
    ['a list instead of an object', [], /必须是 object/, /must be object/],
    ['nothing at all', null, /必须是 object/, /must be object/],
    ['no store', {}, /缺少 store/, /store/],
    ['no English name', { store: { id: 'a', name: { zh: '店' } } }, /「store\.name」缺少 en/, /en/],
    [
      'a store id with a space',
      { store: { ...STORE.store, id: 'a b' } },
      /「store\.id」必须符合/,
      /"store\.id" must match/,
    ],
    [
      'a port written as text',
      { ...STORE, listen: { kioskPort: '8080' } },
      /「listen\.kioskPort」必须是 integer/,
      /"listen\.kioskPort" must be integer/,
    ],
    [
      'a port too high',
      { ...STORE, listen: { adminPort: 99_999 } },
      /「listen\.adminPort」必须 <= 65535/,
      /"listen\.adminPort" must be <= 65535/,
    ],
    [
      'a short token for head office',
      { ...WHOLE, headOffice: { ...WHOLE.headOffice, token: 'x' } },
      /「headOffice\.token」至少 16 个字符/,
      /"headOffice\.token"/,
    ],
    [
      'a plate that weighs nothing, told with its scale',
      { ...STORE, devices: [{ ...SCALE, plate: { ...PLATE, maxGrams: 0 } }] },
      /「devices\.0\.plate\.maxGrams \(scale-1\)」必须 >= 1/,
      /"devices\.0\.plate\.maxGrams \(scale-1\)" must be >= 1/,
    ],
    [
      'a counter without a scale',
      { ...STORE, counters: [{ id: 'counter-1' }] },
      /「counters\.0 \(counter-1\)」缺少 scale/,
      /counters\.0 \(counter-1\).*scale/,
    ],
    [
      'a lane with a scale there is none of',
      { ...WHOLE, devices: [], counters: [] },
      /lane-1 的 scale 指向「scale-1」/,
      /lane-1\.scale names "scale-1"/,
    ],
    [
      'one name for two things',
      { ...WHOLE, lanes: [{ id: 'scale-1' }] },
      /「scale-1」用了两次/,
      /"scale-1" is used twice/,
    ],
  ];
  test.each(mistakes)('with %s is refused in both languages', (_, config, zh, en) => {
    const message = refusalOf(config);
    expect(message.zh).toMatch(zh);
    expect(message.en).toMatch(en);
    expect(message.en).not.toMatch(/[\u4e00-\u9fff]/);
  });

  /** Every object of the configuration, by the keys that lead to it. */
  const places = [
    [],
    ['store'],
    ['store', 'name'],
    ['devices', '0'],
    ['devices', '0', 'plate'],
    ['lanes', '0'],
    ['lanes', '0', 'panel'],
    ['counters', '0'],
    ['listen'],
    ['headOffice'],
  ];
  const put = (value: unknown, [key, ...rest]: string[], added: string): unknown => {
    if (key === undefined) return { ...(value as object), [added]: 1 };
    const inner = (value as Record<string, unknown>)[key];
    const changed = { ...(value as object), [key]: put(inner, rest, added) };
    return Array.isArray(value) ? Object.values(changed) : changed;
  };

  test(`never loses a key it does not know, wherever it stands (SEED=${SEED})`, () => {
    expect(checkConfig(WHOLE, 'store.json').ok).toBe(true);
    const key = fc.stringMatching(/^[a-z]{3,12}X$/);
    fc.assert(
      fc.property(fc.constantFrom(...places), key, (place, added) => {
        const message = refusalOf(put(WHOLE, place, added));
        expect(message.zh).toContain(`没有「${[...place, added].join('.')}`);
        expect(message.en).toContain(`no option "${[...place, added].join('.')}`);
      }),
      { seed: SEED, numRuns: 200 },
    );
  });
});

describe('a configuration file', () => {
  const dir = mkdtempSync(join(tmpdir(), 'yike-config-'));
  afterAll(() => rmSync(dir, { recursive: true }));
  const fileOf = (name: string, text: string) => {
    writeFileSync(join(dir, name), text);
    return join(dir, name);
  };

  test('is read whole', () => {
    expect(readConfig(fileOf('whole.json', JSON.stringify(WHOLE)))).toMatchObject({ ok: true });
  });

  test('that is missing or no JSON is named with the reason', () => {
    expect(readConfig(join(dir, 'none.json'))).toMatchObject({
      refusal: { message: { zh: expect.stringMatching(/none\.json：读不了（ENOENT/) } },
    });
    expect(readConfig(fileOf('cut.json', '{"store":'))).toMatchObject({
      refusal: { message: { en: expect.stringMatching(/cut\.json: cannot be read .*JSON/) } },
    });
  });

  test('may name a price book that is not there yet, but none that is cut off or wrong', () => {
    const naming = (book: string) =>
      readConfig(fileOf('goods.json', JSON.stringify({ ...STORE, catalogueFile: book })));
    expect(naming(join(dir, 'later.json'))).toMatchObject({ ok: true });
    expect(naming(fileOf('book.json', '{"version": 1, "items": ['))).toMatchObject({
      ok: false,
      refusal: { message: { zh: expect.stringMatching(/catalogueFile .*book\.json 有错.*JSON/) } },
    });
    const book = { storeId: 'store-1', version: 1, issuedWallMs: 1, items: [{ sku: 'apple' }] };
    expect(naming(fileOf('book.json', JSON.stringify(book)))).toMatchObject({
      ok: false,
      refusal: { message: { en: expect.stringMatching(/book\.json has a mistake \(items\[0\]/) } },
    });
  });
});

test('a pixel of a 21.5 inch full-HD panel is a quarter of a millimetre', () => {
  expect(millimetresPerPixel(PANEL)).toBe(0.2479);
  expect(millimetresPerPixel(undefined)).toBe(0.248);
});
