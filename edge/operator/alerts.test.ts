/** Alerts over real ways: an HTTP server that fails first, the store's own broker, a restart between. */
import { createHmac } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keepBroker } from '../broker.ts';
import { conditionsIn } from '../core/alert-conditions.ts';
import type { Condition } from '../core/views/alert-views.ts';
import { temporaryDirectory } from '../ledger/shop.fixture.ts';
import { silentLog } from '../log.ts';
import { systemClock } from '../runtime.ts';
import { STATUS_VIEWS } from '../web/status.fixture.ts';
import { alertChannels, topicOf } from './alert-channels.ts';
import { type Alerts, type AlertsParts, openAlerts } from './alerts.ts';

const SECRET = 'a-secret-of-the-webhook';
const DOWN: Condition = {
  ...{ key: 'device:scale-1:NO_REPLY', code: 'NO_REPLY', severity: 'bad', subject: 'scale-1' },
  text: { zh: '没有回应', en: 'silent' },
};

let dir: ReturnType<typeof temporaryDirectory>;
let server: Server;
let url: string;
let answer = 200;
let heard: { id: string; signature: string; body: string }[];
let monoMs: number;
let timers: { at: number; fn: () => void }[];
let conditions: Condition[];
let changed: () => void;
let alerts: Alerts | undefined;
let number = 0;

const clock = {
  monoMs: () => monoMs,
  wallMs: () => 1_790_000_000_000 + monoMs,
  wallQuality: () => 'trusted' as const,
  after(delayMs: number, fn: () => void) {
    const timer = { at: monoMs + delayMs, fn };
    timers.push(timer);
    return () => {
      timers = timers.filter((each) => each !== timer);
    };
  },
};

/** A message that was sent and of which nobody knows yet how it went. */
const isUnderWay = () =>
  alerts
    ?.deliveries()
    .some(
      ({ attempts, doneWallMs, gaveUp, nextWallMs = 0 }) =>
        attempts > 0 && !doneWallMs && !gaveUp && nextWallMs < clock.wallMs(),
    ) ?? false;

/** Lets time pass, timer by timer, and real I/O between them. */
async function pass(ms: number): Promise<void> {
  const end = monoMs + ms;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    for (let look = 0; look < 50 && isUnderWay(); look += 1)
      await new Promise((resolve) => setTimeout(resolve, 20));
    const next = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
    if (!next) break;
    monoMs = Math.max(monoMs, next.at);
    timers = timers.filter((each) => each !== next);
    next.fn();
  }
  monoMs = end;
}

/** The same where nothing leaves the process. */
async function passDry(ms: number): Promise<void> {
  const end = monoMs + ms;
  for (;;) {
    await new Promise((resolve) => setImmediate(resolve));
    const next = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
    if (!next) break;
    monoMs = Math.max(monoMs, next.at);
    timers = timers.filter((each) => each !== next);
    next.fn();
  }
  monoMs = end;
}

function open(
  openWire = () => Promise.reject(new Error('no broker')),
  webhook?: AlertsParts['send']['webhook'],
) {
  const ways = alertChannels({ storeId: 'store-1', clock, openWire, root: 'store/a/b' });
  alerts = openAlerts({
    ...{ dataDir: dir.dir, clock, ids: (prefix) => `${prefix}-${++number}`, random: () => 0.5 },
    log: { error: () => undefined },
    conditions: () => conditions,
    onChange: (listener) => {
      changed = listener;
    },
    send: { ...ways, ...(webhook && { webhook }) },
  });
  return alerts;
}

beforeEach(async () => {
  dir = temporaryDirectory();
  [heard, timers, conditions] = [[], [], []];
  monoMs = 0;
  answer = 200;
  server = createServer(async (request, response) => {
    let body = '';
    for await (const bytes of request) body += bytes;
    const id = String(request.headers['yike-delivery']);
    heard.push({ id, signature: String(request.headers['yike-signature']), body });
    response.writeHead(answer).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
});
afterEach(async () => {
  alerts?.close();
  alerts = undefined;
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  dir.free();
});

const toWebhook = () => {
  const rule = { ...alerts!.settings().rules[0]!, channels: ['webhook' as const] };
  alerts!.change({ rules: [rule], webhook: { on: true, url, secret: SECRET } });
};
const set = (now: Condition[]) => {
  conditions = now;
  changed();
};

/** What an earlier run of so many alerts left on the disk: each over, none of it delivered. */
function leaveBehind(count: number): void {
  const numbers = Array.from({ length: count }, (_, n) => n);
  const told = { sinceWallMs: 0, raisedWallMs: clock.wallMs(), told: 1 };
  const history = numbers.map((n) => ({ ...DOWN, id: `old-${n}`, ...told }));
  const deliveries = history.map((alert, n) => ({
    ...{ id: `old-message-${n}`, channel: 'webhook', kind: 'raised', alert },
    ...{ atWallMs: clock.wallMs(), attempts: 1 },
  }));
  const state = JSON.stringify({ open: [], history, deliveries });
  writeFileSync(join(dir.dir, 'alerts', 'state.json'), state);
}

describe('an alert', () => {
  it('is posted once, signed so that the far side can check it', async () => {
    open();
    toWebhook();
    set([DOWN]);
    await pass(9_000);
    expect(heard).toEqual([]);
    await pass(2_000);
    await expect.poll(() => heard.length).toBe(1);
    const [{ signature, body } = { signature: '', body: '' }] = heard;
    const [, seconds, mac] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(signature) ?? [];
    expect(createHmac('sha256', SECRET).update(`${seconds}.${body}`).digest('hex')).toBe(mac);
    expect(JSON.parse(body)).toMatchObject({
      kind: 'raised',
      store: 'store-1',
      alert: { code: 'NO_REPLY', subject: 'scale-1' },
    });
    await pass(60_000);
    expect(heard).toHaveLength(1);
  });

  it('that cannot be delivered is tried again under the same id, with longer and longer waits', async () => {
    open();
    toWebhook();
    answer = 503;
    set([DOWN]);
    await pass(11_000);
    await expect.poll(() => heard.length).toBe(1);
    await pass(40_000);
    expect(heard.length).toBeGreaterThanOrEqual(3);
    expect(heard.length).toBeLessThanOrEqual(5);
    expect(alerts!.deliveries()[0]).toMatchObject({ lastError: 'HTTP 503' });
    answer = 204;
    await pass(320_000);
    expect(new Set(heard.map(({ id }) => id)).size).toBe(1);
    expect(alerts!.deliveries()[0]?.doneWallMs).toBeDefined();
    const tried = heard.length;
    await pass(600_000);
    expect(heard).toHaveLength(tried);
  });

  it('raised while nothing answers outlives a restart, and is delivered then', async () => {
    open();
    toWebhook();
    alerts!.change({ webhook: { on: true, url: 'http://127.0.0.1:1/', secret: SECRET } });
    set([DOWN]);
    await pass(12_000);
    const [waiting] = alerts!.deliveries();
    expect(waiting).toMatchObject({ kind: 'raised', attempts: 1 });
    alerts!.close();
    timers = [];
    open();
    expect(alerts!.open()).toHaveLength(1);
    alerts!.change({ webhook: { on: true, url, secret: SECRET } });
    await pass(15_000);
    await expect.poll(() => heard.map(({ id }) => id)).toEqual([waiting?.id]);
    set([]);
    await pass(30_000);
    await expect.poll(() => heard.length).toBe(2);
    expect(JSON.parse(heard[1]?.body ?? '').kind).toBe('cleared');
    expect([alerts!.open(), alerts!.history().length]).toEqual([[], 1]);
  });

  it('is given up after three days, and says so', { timeout: 60_000 }, async () => {
    open();
    toWebhook();
    answer = 500;
    alerts!.test('webhook');
    await expect.poll(() => heard.length).toBe(1);
    monoMs += 4 * 86_400_000;
    await pass(1_000);
    expect(alerts!.deliveries()[0]).toMatchObject({ gaveUp: true });
  });

  it('is on the topic of the store’s own broker', async () => {
    mkdirSync(join(dir.dir, 'broker'));
    const broker = keepBroker({
      config: { mqtt: { host: '127.0.0.1', port: 0, root: 'store/a/b' } },
      ...{ dataDir: join(dir.dir, 'broker'), clock: systemClock(), log: silentLog },
    });
    const wire = await broker.open('broker:');
    if (wire.kind !== 'topics') throw new Error('no topics');
    const said: string[] = [];
    wire.onMessage((topic, payload) => said.push(`${topic} ${Buffer.from(payload)}`));
    await wire.subscribe(topicOf('store/a/b'));
    open(() => broker.open('broker:') as never);
    alerts!.test('mqtt');
    await expect.poll(() => said.length).toBe(1);
    expect(said[0]).toMatch(/^store\/a\/b\/alerts \{"id":"message-\d+","kind":"test"/);
    await broker.close();
  });

  it('that is always refused holds up no other', async () => {
    open();
    toWebhook();
    answer = 400;
    alerts!.test('webhook');
    await expect.poll(() => heard.length).toBe(1);
    await pass(60_000);
    answer = 200;
    alerts!.test('webhook');
    await expect.poll(() => new Set(heard.map(({ id }) => id)).size).toBe(2);
  });

  it('of a device that changes its reason again and again fills no disk, and the newest still goes out', async () => {
    const sent: string[] = [];
    let up = false;
    open();
    toWebhook();
    alerts!.close();
    leaveBehind(290);
    open(undefined, async ({ alert }) => {
      if (!up) throw new Error('nothing answers');
      sent.push(alert.code);
    });
    for (let n = 0; n < 20; n += 1) {
      set([{ ...DOWN, key: `device:scale-1:R${n}`, code: `R${n}` }]);
      await passDry(11_000);
      set([]);
      await passDry(11_000);
    }
    expect(alerts!.history()).toHaveLength(200);
    const waiting = alerts!.deliveries().filter(({ gaveUp }) => !gaveUp);
    expect(waiting).toHaveLength(300);
    expect(alerts!.deliveries().length).toBeLessThanOrEqual(600);
    up = true;
    await passDry(600_000);
    expect(sent).toHaveLength(300);
    expect(sent.filter((code) => code === 'R19')).toHaveLength(2);
  });
});

it('what the status says is told, and nothing on a good day', () => {
  expect(conditionsIn(STATUS_VIEWS.good!)).toEqual([]);
  const codes = conditionsIn(STATUS_VIEWS.bad!).map(({ code }) => code);
  expect(codes).toEqual(expect.arrayContaining(['PORT_MISSING', 'PAPER_LOW', 'SYNC_DOWN']));
});
