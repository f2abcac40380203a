/** The configuration as people change it: form, secrets, checks, history, and what others changed. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { settingsForm } from '../config/form.ts';
import { SETTING_LABELS, wordsAt } from '../config/words.ts';
import type { Outcome } from '../core/ports.ts';
import { changesBetween, withSecretsOf } from '../core/settings-changes.ts';
import type { SettingsEventBodies } from '../core/settings-events.ts';
import { HIDDEN, type SettingField } from '../core/views/settings-views.ts';
import { temporaryDirectory } from '../ledger/shop.fixture.ts';
import { type Draft, openSettings } from './settings.ts';
import { SETTINGS_REFUSALS, settingsRefusal } from './settings-refusals.ts';

const TOKEN = 'a-token-of-head-office-1';
const FIRST = {
  store: { id: 'store-1', name: { zh: '一号店', en: 'Store one' } },
  devices: [
    { id: 'printer-1', driver: 'escpos', address: 'tcp:10.0.0.9:9100' },
    { id: 'scanner-1', driver: 'serial-scanner', address: 'tcp:10.0.0.9:4001' },
  ],
  lanes: [{ id: 'lane-1', printer: 'printer-1', scanner: 'scanner-1' }],
  headOffice: { url: 'https://hq.example', token: TOKEN },
  cabinets: [{ id: 'cabinet-1', staffCodes: ['refill-12345'] }],
};

let dir: ReturnType<typeof temporaryDirectory>;
let told: SettingsEventBodies['SettingsChanged'][];
const seen = new Set<string>();
const file = () => join(dir.dir, 'store.json');
const onDisk = () => JSON.parse(readFileSync(file(), 'utf8'));
let wallMs = 1_790_000_000_000;

const open = (withFile = true) =>
  openSettings({
    dataDir: join(dir.dir, 'data'),
    clock: { wallMs: () => (wallMs += 1000) },
    ...(withFile && { file: file(), running: onDisk() }),
    tell: (body) => told.push(body),
  });

/** `ok`, or the code of the refusal. */
function said(outcome: Outcome<unknown>): string {
  if (outcome.ok) return 'ok';
  seen.add(outcome.refusal.code);
  expect(outcome.refusal.message.zh && outcome.refusal.next.en).toBeTruthy();
  return outcome.refusal.code;
}

beforeEach(() => {
  dir = temporaryDirectory();
  told = [];
  writeFileSync(file(), JSON.stringify(FIRST), { mode: 0o640 });
});
afterEach(() => dir.free());

/** Every option's place, `*` for an entry of a list. */
function pathsOf(fields: readonly SettingField[], path: readonly string[] = []): string[][] {
  return fields.flatMap((field) => {
    const here = [...path, field.key];
    if (field.kind === 'group') return [here, ...pathsOf(field.fields, here)];
    if (field.kind !== 'list') return [here];
    const { item } = field;
    return [here, ...(item.kind === 'group' ? pathsOf(item.fields, [...here, '*']) : [])];
  });
}

describe('the form', () => {
  it('holds every option of the schema, each with a name in both languages', () => {
    const paths = pathsOf(settingsForm());
    expect(paths.length).toBeGreaterThan(90);
    const nameless = paths.filter((path) => wordsAt(SETTING_LABELS, path) === undefined);
    expect(nameless.map((path) => path.join('.'))).toEqual([]);
  });

  it('has bounds, units, defaults and choices where the schema has them', () => {
    const fields = new Map(settingsForm().map((field) => [field.key, field]));
    const lanes = fields.get('lanes');
    const lane = lanes?.kind === 'list' && lanes.item.kind === 'group' ? lanes.item : undefined;
    const policy = lane?.fields.find(({ key }) => key === 'policy');
    expect(policy?.kind === 'group' && policy.fields[0]).toEqual({
      key: 'parkMinutes',
      label: { zh: '挂单保留', en: 'Parked baskets are kept' },
      help: { zh: '挂起的购物篮保留多久', en: 'How long a parked basket is kept' },
      ...{ optional: true, kind: 'whole', minimum: 5, maximum: 240, default: 15 },
      unit: { zh: '分钟', en: 'min' },
    });
    const office = fields.get('headOffice');
    expect(office).toMatchObject({ optional: true, kind: 'group' });
    const token = office?.kind === 'group' && office.fields.find(({ key }) => key === 'token');
    expect(token).toMatchObject({ secret: true, minLength: 16 });
  });
});

describe('what differs', () => {
  it.each([
    [{ a: 1 }, { a: 2 }, [{ path: 'a', before: 1, after: 2 }]],
    [{}, { a: { b: 1 } }, [{ path: 'a', after: { b: 1 } }]],
    [{ a: 1 }, {}, [{ path: 'a', before: 1 }]],
    [{ l: [1, 2] }, { l: [1] }, [{ path: 'l', before: [1, 2], after: [1] }]],
    [
      { l: [{ id: 'x', n: 1 }] },
      { l: [{ id: 'y' }, { id: 'x', n: 2 }] },
      [
        { path: 'l.x.n', before: 1, after: 2 },
        { path: 'l.y', after: { id: 'y' } },
      ],
    ],
    [{ a: 1 }, { a: 1 }, []],
  ])('%j → %j', (before, after, changes) => {
    expect(changesBetween(before, after)).toEqual(changes);
  });

  it('a hidden secret goes with its thing, and is lost where that is another', () => {
    const known = {
      l: [
        { id: 'a', pin: '1' },
        { id: 'b', pin: '2' },
      ],
      codes: ['x'],
    };
    const swapped = {
      l: [
        { id: 'b', pin: HIDDEN },
        { id: 'c', pin: HIDDEN },
      ],
      codes: [HIDDEN],
    };
    expect(withSecretsOf(swapped, known)).toEqual({
      value: {
        l: [
          { id: 'b', pin: '2' },
          { id: 'c', pin: HIDDEN },
        ],
        codes: ['x'],
      },
      lost: ['l.1.pin'],
    });
  });
});

describe('the settings', () => {
  it('show everything but the secrets', () => {
    const view = open().view();
    expect(JSON.stringify(view)).not.toMatch(/a-token-of|refill-12345/);
    expect(view.values).toMatchObject({
      headOffice: { token: HIDDEN },
      cabinets: [{ staffCodes: [HIDDEN] }],
    });
    expect([view.file, view.history, view.waiting]).toEqual([file(), [], []]);
  });

  it('change one value: the file, the ledger, the history; the secrets stay', () => {
    const settings = open();
    const { values, basedOn } = settings.view();
    const draft: Draft = { ...values, store: { ...FIRST.store, phone: '021-5555' } };
    const changes = [{ path: 'store.phone', after: '021-5555' }];
    expect(settings.check(draft)).toEqual({ ok: true, value: changes });
    expect(settings.apply(draft, basedOn, '李梅')).toMatchObject({
      value: { version: 1, changes },
    });
    expect(onDisk()).toEqual({ ...FIRST, store: { ...FIRST.store, phone: '021-5555' } });
    expect(statSync(file()).mode & 0o777).toBe(0o640);
    expect(told).toMatchObject([{ by: '李梅', version: 1, paths: ['store.phone'] }]);
    const { history, waiting } = settings.view();
    expect(history.map(({ version, by }) => [version, by])).toEqual([
      [1, '李梅'],
      [0, ''],
    ]);
    expect(waiting).toEqual(changes);
    expect(JSON.stringify([history, told])).not.toContain(TOKEN);
    expect(open().view().waiting).toEqual([]);
  });

  it('have every earlier version back, with its secrets', () => {
    const settings = open();
    const change = (draft: Draft) => settings.apply(draft, settings.view().basedOn, '李梅');
    const { headOffice: _, ...alone } = settings.view().values;
    expect(said(change(alone))).toBe('ok');
    expect(onDisk().headOffice).toBeUndefined();
    const first = settings.earlier(0);
    if (!first.ok) throw new Error('no first version');
    // The token went with its head office: the hidden one of the old version cannot be had by sight.
    expect(said(change(first.value))).toBe('SECRET_LOST');
    const typed = { ...first.value, headOffice: { url: 'https://hq.example', token: TOKEN } };
    expect(said(change(typed))).toBe('ok');
    expect(onDisk()).toEqual(FIRST);
    expect(said(settings.earlier(9))).toBe('VERSION_UNKNOWN');
  });

  it.each<[string, (draft: Draft) => Draft, string]>([
    ['a key that is none', (draft) => ({ ...draft, colour: 'red' }), 'CONFIG_INVALID'],
    [
      'a number out of range',
      (draft) => ({ ...draft, listen: { kioskPort: 70_000 } }),
      'CONFIG_INVALID',
    ],
    [
      'a device that is none',
      (draft) => ({ ...draft, lanes: [{ id: 'l', scale: 'x' }] }),
      'CONFIG_INVALID',
    ],
    [
      'a driver that is none',
      (draft) => ({
        ...draft,
        devices: [{ id: 'x', driver: 'none', address: 'tcp:a:1' }],
        lanes: [],
      }),
      'DRIVER_UNKNOWN',
    ],
    ['no change', (draft) => draft, 'NOTHING_CHANGED_HERE'],
  ])('refuse %s, and the file stays', (_, change, code) => {
    const settings = open();
    const { values, basedOn } = settings.view();
    expect(said(settings.apply(change(values), basedOn, '李梅'))).toBe(code);
    expect(onDisk()).toEqual(FIRST);
    expect(told).toEqual([]);
  });

  it('refuse to write over what somebody else changed meanwhile', () => {
    const settings = open();
    const { values, basedOn } = settings.view();
    writeFileSync(file(), JSON.stringify({ ...FIRST, lanes: [] }));
    expect(said(settings.apply({ ...values, counters: [] }, basedOn, '李梅'))).toBe(
      'SETTINGS_CHANGED',
    );
  });

  it('of a store without a file can only be looked at', () => {
    const settings = open(false);
    const { values, basedOn } = settings.view();
    expect(said(settings.apply(values, basedOn, '李梅'))).toBe('NO_SETTINGS_FILE');
  });

  it('keep the newest fifty versions and the first', { timeout: 60_000 }, () => {
    const settings = open();
    for (let n = 1; n <= 55; n += 1) {
      const { values, basedOn } = settings.view();
      const store = { ...FIRST.store, phone: String(n) };
      expect(said(settings.apply({ ...values, store }, basedOn, '李梅'))).toBe('ok');
    }
    const versions = settings.view().history.map(({ version }) => version);
    expect([versions[0], versions.at(-1), versions.length]).toEqual([55, 0, 51]);
  });
});

it('every refusal was met above, but for the restart that the door refuses', () => {
  said(settingsRefusal('CANNOT_RESTART'));
  expect(SETTINGS_REFUSALS.filter((code) => !seen.has(code))).toEqual([]);
});
