import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../ledger/shop.fixture.ts';
import { checkConfig, millimetresPerPixel, readConfig } from './config.ts';

const device = { id: 'scale-1', driver: 'enq-dc1', address: 'pty:/dev/null' };
const counter = { id: 'counter-1', scale: 'scale-1' };
const good = {
  store: { id: 'store-1', name: { zh: '店', en: 'Store' } },
  devices: [device],
  counters: [counter],
};

describe('a store’s configuration', () => {
  it('is filled in with defaults and nothing else', () => {
    expect(checkConfig(good, 'store.json')).toEqual({
      ok: true,
      value: {
        ...good,
        store: { ...good.store, timeZone: 'Asia/Shanghai', phone: '' },
        lanes: [],
        cabinets: [],
        listen: { host: '127.0.0.1', kioskPort: 8080, adminPort: 8090 },
        stock: { coldChain: [] },
        losses: {
          ...{ fewestLines: 20, fewestRemoved: 5, timesUsual: 2, leastGrams: 20, ownBagGrams: 300 },
        },
      },
    });
  });

  it.each([
    ['idleMs', 40_000],
    ['answerMs', 20_000],
    ['shownMs', 10_000],
    ['parkMinutes', 5],
    ['undoMs', 5_000],
    ['orderMs', 60_000],
    ['unknownMs', 30_000],
  ])('hurries nobody: %s of a lane is %i at least', (key, least) => {
    const check = (value: number) =>
      checkConfig({ ...good, lanes: [{ id: 'lane-1', policy: { [key]: value } }] }, 'store.json');
    expect(check(least).ok).toBe(true);
    const short = check(least - 1);
    expect(short.ok ? '' : JSON.stringify(short.refusal)).toContain(`policy.${key}`);
  });

  it.each([
    ['notOpenedMs', 8_000],
    ['orderMs', 60_000],
    ['shownMs', 10_000],
  ])('hurries nobody at a door: %s of a cabinet is %i at least', (key, least) => {
    const check = (value: number) =>
      checkConfig({ ...good, cabinets: [{ id: 'cabinet-1', [key]: value }] }, 'store.json').ok;
    expect([check(least), check(least - 1)]).toEqual([true, false]);
  });

  it.each<[string, unknown, string]>([
    ['that is no object', 'hello', 'must be object'],
    ['that is nothing', null, 'must be object'],
    ['without a store', { devices: [] }, 'store'],
    [
      'with a cold chain watched by no device',
      { ...good, stock: { coldChain: [{ cabinet: 'cabinet-1', cooler: 'nobody' }] } },
      'stock.coldChain names "nobody"',
    ],
    ['with an option nobody knows', { ...good, colour: 'red' }, 'there is no option "colour"'],
    [
      'with an option misspelt inside',
      { ...good, listen: { kioskport: 80 } },
      'there is no option "listen.kioskport"',
    ],
    [
      'with an option too many at a device',
      { ...good, devices: [{ ...device, baud: 9600 }] },
      'there is no option "devices.0.baud',
    ],
    ['with a port as text', { ...good, listen: { kioskPort: '8080' } }, 'listen.kioskPort'],
    ['with a port too high', { ...good, listen: { kioskPort: 65_536 } }, 'listen.kioskPort'],
    ['with half a port', { ...good, listen: { adminPort: 80.5 } }, 'listen.adminPort'],
    ['with a store id in Chinese', { ...good, store: { ...good.store, id: '一店' } }, 'store.id'],
    [
      'with a time zone that is none',
      { ...good, store: { ...good.store, timeZone: 'Asia/Shanghi' } },
      'store.timeZone "Asia/Shanghi" is no time zone',
    ],
    ['with a name in one language', { ...good, store: { id: 's', name: { zh: '店' } } }, 'name'],
    ['with a device id in capitals', { ...good, devices: [{ ...device, id: 'S1' }] }, 'id'],
    [
      'with a plate that weighs nothing',
      { ...good, devices: [{ ...device, plate: { minGrams: 0, maxGrams: 0, divisionGrams: 1 } }] },
      'devices.0.plate.maxGrams',
    ],
    ['with one id twice', { ...good, devices: [device, device] }, '"scale-1" is used twice'],
    [
      'with a counter named like its scale',
      { ...good, counters: [{ ...counter, id: 'scale-1' }] },
      '"scale-1" is used twice',
    ],
    [
      'with a counter on a scale that is not there',
      { ...good, counters: [{ ...counter, scale: 'scale-9' }] },
      'counter-1.scale names "scale-9", which is not in devices',
    ],
    [
      'with a lane on a printer that is not there',
      { ...good, lanes: [{ id: 'lane-1', printer: 'p' }] },
      'lane-1.printer names "p"',
    ],
    [
      'with a head office by telephone',
      { ...good, headOffice: { url: 'tel:110', token: 'a'.repeat(16) } },
      'headOffice.url',
    ],
    [
      'with a token anybody could guess',
      { ...good, headOffice: { url: 'https://hq', token: 'short' } },
      'headOffice.token',
    ],
  ])('%s is refused and says where', (_, config, where) => {
    const outcome = checkConfig(config, 'store.json');
    expect(outcome).toMatchObject({ ok: false, refusal: { code: 'CONFIG_INVALID' } });
    if (outcome.ok) return;
    expect(outcome.refusal.message.en).toContain('store.json');
    expect(outcome.refusal.message.en).toContain(where);
  });

  it('never repeats a secret while it complains', () => {
    const token = 'hunter2';
    const config = { ...good, headOffice: { url: 'https://hq', token } };
    expect(JSON.stringify(checkConfig(config, 'store.json'))).not.toContain(token);
  });

  it('is read from its file, or says why not', () => {
    const { dir, free } = temporaryDirectory();
    const file = join(dir, 'store.json');
    expect(readConfig(file)).toMatchObject({ ok: false, refusal: { code: 'CONFIG_INVALID' } });
    writeFileSync(file, '{"store":');
    expect(readConfig(file)).toMatchObject({ ok: false, refusal: { code: 'CONFIG_INVALID' } });
    writeFileSync(file, JSON.stringify(good));
    expect(readConfig(file)).toMatchObject({ ok: true });
    free();
  });
});

it.each([
  [
    '21.5 inches, full HD on its side',
    { diagonalInches: 21.5, widthPx: 1080, heightPx: 1920 },
    0.2479,
  ],
  ['10.1 inches', { diagonalInches: 10.1, widthPx: 1280, heightPx: 800 }, 0.17],
  ['a panel nobody measured', undefined, 0.248],
])('a pixel of %s has its true size', (_, panel, millimetres) => {
  expect(millimetresPerPixel(panel)).toBe(millimetres);
});
