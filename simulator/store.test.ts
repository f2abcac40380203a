import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { demoGoods } from './goods.ts';
import type { Act, WorldSnapshot } from './hands-api.ts';
import { ptyUnavailable } from './pty.ts';
import { createSimulatedClock } from './simulated-clock.ts';
import type { SimulatedStore } from './store.ts';
import { createMemoryStore, startStore } from './store.ts';
import { hex } from './testing/golden.ts';

const missing = ptyUnavailable();
if (missing) console.warn(`SKIPPED, ${missing}: the store's own tests need pseudo-terminals`);

describe.skipIf(missing !== undefined)('the simulated store', () => {
  let store: SimulatedStore;
  let dir = '';
  beforeAll(async () => {
    dir = fs.mkdtempSync(path.join(os.tmpdir(), 'yike-store-'));
    const pagesDir = path.join(dir, 'pages');
    fs.mkdirSync(pagesDir);
    fs.writeFileSync(path.join(pagesDir, 'index.html'), '<!doctype html>手');
    fs.writeFileSync(path.join(dir, 'secret.txt'), 'secret');
    store = await startStore({ goods: demoGoods(), dir, seed: 1, handsPort: 0, pagesDir });
  });
  afterAll(() => store?.close());

  const get = (address: string) => fetch(`${store.handsUrl}${address}`);
  const world = async (): Promise<WorldSnapshot> => (await get('/api/world')).json();
  const post = async (body: string, type = 'application/json') => {
    const init = { method: 'POST', body, headers: { 'content-type': type } };
    const answer = await fetch(`${store.handsUrl}/api/act`, init);
    return { status: answer.status, body: await answer.json() };
  };
  const act = (body: Act) => post(JSON.stringify(body));

  it('lists its devices as a configuration wants them, each where it says', () => {
    const { devices } = store;
    expect(devices.map(({ id, driver }) => `${id} ${driver}`)).toEqual([
      'scale-1 enq-dc1',
      'scale-2 enq-dc1',
      'camera-1 mjpeg',
      'camera-2 mjpeg',
      'scanner-1 serial-scanner',
      'printer-1 escpos',
      'printer-2 escpos',
      'payment-1 code-pay',
      'terminal-1 zvt',
    ]);
    for (const { address } of devices) {
      if (address.startsWith('pty:')) expect(fs.existsSync(address.slice(4))).toBe(true);
      else expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+/);
    }
  });

  it('weighs three apples laid down by hand, over a cable like a real one', async () => {
    const { plates, goods } = await world();
    const apple = goods.find((good) => good.plu === '4131') ?? goods[0];
    const place = { plateId: 'plate-2', sku: apple?.sku ?? '', pieces: 3, totalGrams: 612 };
    expect(plates.map(({ plateId, kind }) => `${plateId} ${kind}`)).toEqual([
      'plate-1 counter',
      'plate-2 lane',
    ]);
    expect((await act({ act: 'place', ...place })).status).toBe(200);
    const link = store.devices.find(({ id }) => id === 'scale-2')?.address.slice(4) ?? '';
    const fd = fs.openSync(
      link,
      fs.constants.O_RDWR | fs.constants.O_NOCTTY | fs.constants.O_NONBLOCK,
    );
    const heard: number[] = [];
    const read = () => {
      const buffer = Buffer.alloc(256);
      try {
        heard.push(...buffer.subarray(0, fs.readSync(fd, buffer)));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      }
    };
    const wanted = '01 02 53 20 30 30 2E 36 31 32 6B 67 64 03 04';
    await vi.waitFor(
      () => {
        fs.writeSync(fd, Uint8Array.of(0x05));
        fs.writeSync(fd, Uint8Array.of(0x11));
        read();
        expect(hex(Uint8Array.from(heard))).toContain(wanted);
      },
      { timeout: 8000, interval: 50 },
    );
    fs.closeSync(fd);
    const plate = (await world()).plates.find(({ plateId }) => plateId === 'plate-2');
    expect(plate).toMatchObject({ shownGrams: 612, stable: true, pressedGrams: 0 });
    expect(plate?.pieces).toHaveLength(3);
    expect((await get(plate?.pieces[0]?.picture ?? '')).headers.get('content-type')).toMatch(
      /^image\//,
    );
    await act({ act: 'take', plateId: 'plate-2', pieceId: 'all' });
  });

  it('pulls a cable out and puts it back, presses, lets go and breaks things', async () => {
    const address = path.join(dir, 'dev', 'scanner-1');
    await act({ act: 'unplug', deviceId: 'scanner-1' });
    expect(fs.existsSync(address)).toBe(false);
    await act({ act: 'plug', deviceId: 'scanner-1' });
    expect(fs.existsSync(address)).toBe(true);
    await act({ act: 'press', plateId: 'plate-1', grams: 200 });
    expect((await world()).plates[0]?.pressedGrams).toBe(200);
    await act({ act: 'release', plateId: 'plate-1' });
    for (const device of (await world()).devices) {
      for (const { fault } of device.faults)
        expect((await act({ act: 'fault', deviceId: device.id, fault })).status).toBe(200);
      expect((await act({ act: 'fault', deviceId: device.id })).status).toBe(200);
    }
    expect((await world()).devices.filter(({ fault }) => fault)).toEqual([]);
  });

  it('shows paper as a picture until it is torn off, and after', async () => {
    const printer = store.devices.find(({ id }) => id === 'printer-1');
    const receipt = Buffer.concat([
      Buffer.from([0x1b, 0x40, 0xba, 0xcf, 0xbc, 0xc6]),
      Buffer.from([0x0a, 0x1d, 0x56, 0x42, 0x00]),
    ]);
    fs.writeFileSync(printer?.address.slice(4) ?? '', receipt);
    const hanging = async () => {
      const printers = (await world()).printers;
      return printers.find(({ id }) => id === 'printer-1')?.receipts ?? [];
    };
    await vi.waitFor(async () => expect(await hanging()).toHaveLength(1), { timeout: 5000 });
    const [paper] = await hanging();
    const picture = await get(paper?.url ?? '');
    expect(picture.headers.get('content-type')).toBe('image/svg+xml');
    expect(await picture.text()).toContain('合计');
    expect((await act({ act: 'tear', printerId: 'printer-1' })).status).toBe(200);
    expect((await hanging())[0]?.torn).toBe(true);
  });

  it('holds up a payment code once: the phone shows another one after', async () => {
    const wallet = (await world()).wallets[0];
    const held = { act: 'pay-code', scannerId: 'scanner-1', code: wallet?.code ?? '' } as const;
    expect(wallet?.code).toMatch(/^1300\d{14}$/);
    expect((await act(held)).status).toBe(200);
    expect((await act(held)).body.code).toBe('WALLET_UNKNOWN');
    expect(new Set((await world()).wallets.map(({ code }) => code)).size).toBe(24);
  });

  it('has a cabinet on cables and one on the network, and hands for both', async () => {
    const { cabinets } = await world();
    expect(cabinets.map(({ cabinetId, locked }) => [cabinetId, locked])).toEqual([
      ['cabinet-1', true],
      ['cabinet-2', true],
    ]);
    const drivers = store.cabinets.map(({ devices }) => devices.map(({ driver }) => driver));
    expect(drivers[1]).toEqual(['mqtt-cabinet', 'serial-scanner']);
    const pull = { act: 'cabinet-pull', cabinetId: 'cabinet-1' } as const;
    expect((await act(pull)).status).toBe(200);
    expect((await world()).cabinets[0]?.open).toBe(false);
    const nowhere = await act({ ...pull, cabinetId: 'cabinet-9' });
    expect(nowhere.body).toMatchObject({ code: 'CABINET_UNKNOWN', detail: 'cabinet-9' });
  });

  it('tells everybody who watches, at once and after every change', async () => {
    const stop = new AbortController();
    const stream = await fetch(`${store.handsUrl}/api/stream`, { signal: stop.signal });
    let seen = '';
    const reader = stream.body?.getReader();
    const until = async (what: RegExp) => {
      while (!what.test(seen)) seen += new TextDecoder().decode((await reader?.read())?.value);
    };
    await until(/event: world\ndata: \{.*\}\n\n/);
    expect(stream.headers.get('content-type')).toBe('text/event-stream');
    seen = '';
    store.setScreens([{ title: { zh: '收银', en: 'Lane' }, url: 'http://127.0.0.1:8080/' }]);
    await until(/收银/);
    seen = '';
    await act({ act: 'place', plateId: 'plate-1', sku: demoGoods()[0]?.sku ?? '', pieces: 1 });
    await until(/"pieceId".*"stable":false/);
    seen = '';
    await until(/"pieceId".*"shownGrams":[1-9]\d*,"stable":true/);
    stop.abort();
  });

  it.each([
    ['', 'not JSON'],
    ['[]', 'act: undefined'],
    ['null', 'not an object'],
    ['{"act":"fly"}', 'act: "fly"'],
    ['{"act":"toString"}', 'act: "toString"'],
    ['{"act":"place","plateId":"plate-1","sku":"x","pieces":"3"}', 'pieces'],
    ['{"act":"place","plateId":"plate-1","pieces":3}', 'sku'],
    ['{"act":"release","plateId":"plate-1","force":3}', 'force'],
    [`{"act":"scan","scannerId":"scanner-1","code":"${'9'.repeat(20_000)}"}`, 'body'],
  ])('refuses the act %.60s in words, naming what is wrong', async (body, detail) => {
    const { status, body: said } = await post(body);
    expect(status).toBe(400);
    expect(said).toMatchObject({ ok: false, code: 'BAD_REQUEST', detail });
    expect(said.message.zh.length * said.next.en.length).toBeGreaterThan(0);
  });

  it('refuses acts that no page of its own would send, and files that are not its own', async () => {
    expect((await post('{"act":"tear"}', 'text/plain')).body.detail).toBe('content-type');
    expect((await act({ act: 'tear', printerId: 'printer-2' })).body.code).toBe('NO_RECEIPT');
    expect(await (await get('/')).text()).toContain('手');
    for (const address of ['/..%2fsecret.txt', '/%2e%2e/secret.txt', '/receipts/99.svg', '/%ff']) {
      const answer = await get(address);
      expect(answer.status).toBe(404);
      expect((await answer.json()).code).toBe('PAGE_UNKNOWN');
    }
  });

  it('says so when the port for the hands page is taken', async () => {
    const port = Number(new URL(store.handsUrl).port);
    const other = { goods: demoGoods(), dir: path.join(dir, 'other'), seed: 2, handsPort: port };
    await expect(startStore(other)).rejects.toThrow(/EADDRINUSE/);
    expect(fs.existsSync(path.join(dir, 'other', 'dev', 'scale-1'))).toBe(false);
  });
});

describe('the same store in memory', () => {
  it('has every cable to join, and an acquirer that is a function', () => {
    const clock = createSimulatedClock();
    const store = createMemoryStore({ goods: demoGoods(), seed: 1, clock });
    const heard: number[] = [];
    const host = store.cables.get('scale-1')?.connect();
    host?.onBytes((bytes) => heard.push(...bytes));
    host?.write(Uint8Array.of(0x05));
    clock.advance(100);
    expect(heard).toEqual([0x06]);
    expect(store.devices).toHaveLength(9);
    expect([...store.cables.keys()].sort()).toEqual(
      store.devices
        .filter(({ kind }) => kind !== 'camera' && kind !== 'payment')
        .map(({ id }) => id)
        .sort(),
    );
    expect(store.wallets.codeOf('alipay', 'pays')).toMatch(/^2800\d{14}$/);
    store.close();
  });
});
