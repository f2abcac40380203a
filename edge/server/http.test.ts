/** The shoppers' server against requests of every kind but the right one. */
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { budgets } from './crowd.ts';
import { createServer } from './http.ts';
import { HTTP_ERRORS } from './http-errors.ts';
import { pages } from './pages.ts';
import { openTestServer, type TestServer } from './server.fixture.ts';

const seen = new Set<string>();
let shop: TestServer;

beforeEach(async () => {
  shop = await openTestServer(['box']);
});
afterEach(() => shop.server.close());

interface Answer {
  statusCode: number;
  json(): { error?: { code: string; message: { zh: string; en: string } } };
}

/** Status and code; an error always speaks both languages. */
function said(answer: Answer): [number, string | undefined] {
  const { error } = answer.json();
  if (error) {
    seen.add(error.code);
    expect(error.message.zh).toMatch(/\p{Script=Han}/u);
    expect(error.message.en).toMatch(/[a-z]/);
  }
  return [answer.statusCode, error?.code];
}

const KEY = { 'idempotency-key': 'a-key-of-the-page' };
const post = (payload: string, headers: Record<string, string> = {}) =>
  shop.server.inject({
    method: 'POST',
    url: '/api/lanes/lane-1/commands',
    headers: { 'content-type': 'application/json', ...KEY, ...headers },
    payload,
  });

const choose = (more: string) => `{"kind":"choose","sku":"apple","by":"list",${more}}`;

describe('a command', () => {
  it('that is right reaches the lane once, under the key of its lane', async () => {
    const answer = await post(choose('"quantity":2'));
    expect(said(answer)).toEqual([200, undefined]);
    expect(shop.handled).toEqual([
      {
        command: { kind: 'choose', sku: 'apple', by: 'list', quantity: 2 },
        key: 'lane-1:a-key-of-the-page',
      },
    ]);
  });

  it.each([
    ['nothing', ''],
    ['null', 'null'],
    ['a word', '"start"'],
    ['a list', '[]'],
    ['an empty object', '{}'],
    ['half an object', '{"kind":'],
    ['no kind', '{"kind":null}'],
    ['a kind of another language', '{"kind":"开始"}'],
    ['a kind that every object has', '{"kind":"constructor"}'],
    ['a prototype', '{"kind":"start","__proto__":{"admin":true}}'],
    ['a key too many', '{"kind":"start","admin":true}'],
    ['a quantity as text', choose('"quantity":"12"')],
    ['a quantity that is true', choose('"quantity":true')],
    ['a quantity that is null', choose('"quantity":null')],
    ['a quantity in a list', choose('"quantity":[1]')],
    ['no pieces', choose('"quantity":0')],
    ['fewer than none', choose('"quantity":-1')],
    ['half a piece', choose('"quantity":1.5')],
    ['a hundred', choose('"quantity":100')],
    ['more pieces than there are atoms', choose('"quantity":1e21')],
    ['a tare below nothing', choose('"tareGrams":-1')],
    ['a tare of a lorry', choose('"tareGrams":100001')],
    ['a tare as text', choose('"tareGrams":"2"')],
    ['an item without a name', '{"kind":"choose","sku":"","by":"list"}'],
    ['an item that is a number', '{"kind":"choose","sku":1,"by":"list"}'],
    ['an endless name', `{"kind":"choose","sku":"${'a'.repeat(65)}","by":"list"}`],
    ['a way of choosing that is none', '{"kind":"choose","sku":"apple","by":"voice"}'],
    ['a line that is missing', '{"kind":"remove"}'],
  ])('of %s is refused in words and reaches nobody', async (_, payload) => {
    expect(said(await post(payload))).toEqual([400, 'BAD_REQUEST']);
    expect(shop.handled).toEqual([]);
  });

  it.each([
    ['too long', 413, 'x'.repeat(65 * 1024), {}],
    ['of another type', 415, '<start/>', { 'content-type': 'application/xml' }],
    ['as plain text', 400, '{"kind":"start"}', { 'content-type': 'text/plain' }],
  ] as const)('%s is refused (%i)', async (_, status, payload, headers) => {
    expect(said(await post(payload, headers))).toEqual([status, 'BAD_REQUEST']);
    expect(shop.handled).toEqual([]);
  });

  it.each(['', 'short', 'with a space in it', 'a'.repeat(65), 'key\u00e4-key\u00e4-key'])(
    'under the key %j is refused',
    async (key) => {
      const headers = { 'idempotency-key': Buffer.from(key, 'utf8').toString('latin1') };
      expect(said(await post('{"kind":"start"}', headers))).toEqual([400, 'KEY_MISSING']);
      expect(shop.handled).toEqual([]);
    },
  );

  it('is followed by a look at what the lane shows from then on', async () => {
    const look = () => shop.server.inject({ url: '/api/lanes/lane-1' });
    expect((await look()).json()).toEqual({ screen: 'attract', help: { sinceWallMs: 1 } });
    shop.show({ screen: '称重', help: undefined });
    const answer = await look();
    expect(answer.json()).toEqual({ screen: '称重' });
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
  });

  it('to a lane that is none finds nothing', async () => {
    const url = '/api/lanes/lane-9/commands';
    const answer = await shop.server.inject({
      ...{ method: 'POST', url, headers: KEY, payload: { kind: 'start' } },
    });
    expect(said(answer)).toEqual([404, 'NOT_FOUND']);
  });

  it('that meets a bug is answered in words, logged, and tells nothing of the house', async () => {
    shop.breakLane();
    const answer = await post('{"kind":"start"}');
    expect(said(answer)).toEqual([500, 'INTERNAL']);
    expect(answer.body).not.toContain('secret');
    expect(JSON.stringify(shop.logged)).toContain('a secret of the house');
  });
});

describe('an address', () => {
  it.each([
    ['evil.example', 421],
    ['evil.example:8080', 421],
    ['127.0.0.1.evil.example', 421],
    ['localhost.evil.example', 421],
    ['127.0.0.1:8080', 200],
    ['[::1]:8080', 200],
    ['localhost', 200],
    ['192.168.1.20:8080', 200],
    ['box', 200],
  ])('of the host %j answers %i', async (host, status) => {
    const answer = await shop.server.inject({ url: '/api/lanes', headers: { host } });
    expect(answer.statusCode).toBe(status);
    if (status === 421) expect(said(answer)).toEqual([421, 'WRONG_HOST']);
    else expect(answer.headers['content-security-policy']).toContain("default-src 'self'");
  });

  it.each(['/api/nothing', '/api/lanes/lane-9', '/api/lanes/lane-9/stream', '/api/receipts/x'])(
    '%s that is none says so',
    async (url) => expect(said(await shop.server.inject({ url }))).toEqual([404, 'NOT_FOUND']),
  );

  it('for whom it is nobody said cannot be opened at all', async () => {
    const server = createServer({ log: { error() {} } });
    server.get('/api/forgotten', () => 'hello');
    await expect(server.ready()).rejects.toThrow('declares no audience');
  });

  it.each([
    ['/api/items?limit=ten', 400],
    ['/api/items?limit=-1', 400],
    ['/api/items?colour=red', 400],
    ['/api/items?sold=dozen', 400],
    [`/api/items?category=${'a'.repeat(65)}`, 400],
    ['/api/items?category=fruit&sold=weight', 200],
    [`/api/items?q=${'a'.repeat(65)}`, 400],
    ['/api/items?q=%E8%8B%B9&limit=5', 200],
  ])('%s answers %i', async (url, status) => {
    expect((await shop.server.inject({ url })).statusCode).toBe(status);
  });
});

describe('files', () => {
  const dir = mkdtempSync(join(tmpdir(), 'yike-pages-'));
  const pictures = join(dir, 'pictures');
  mkdirSync(join(dir, 'web/kiosk/.git'), { recursive: true });
  mkdirSync(pictures);
  writeFileSync(join(dir, 'web/kiosk/index.html'), '<p>kiosk');
  writeFileSync(join(dir, 'web/kiosk/.env'), 'secret');
  writeFileSync(join(dir, 'web/kiosk/.git/config'), 'secret');
  writeFileSync(join(dir, 'secret.txt'), 'secret');
  writeFileSync(join(pictures, 'apple.webp'), 'apple');
  symlinkSync(join(dir, 'secret.txt'), join(pictures, 'link.webp'));
  symlinkSync(dir, join(pictures, 'out'));
  symlinkSync(join(pictures, 'apple.webp'), join(pictures, 'red-apple.webp'));

  it.each([
    ['/', 302],
    ['/kiosk/', 200],
    ['/pictures/apple.webp', 200],
    ['/pictures/red-apple.webp', 200],
    ['/pictures/none.webp', 404],
    ['/kiosk/.env', 403],
    ['/kiosk/.git/config', 403],
    ['/pictures/link.webp', 404],
    ['/pictures/out/secret.txt', 404],
    ['/pictures/%2e%2e/secret.txt', 404],
    ['/pictures/..%2fsecret.txt', 403],
    ['/pictures/..%5csecret.txt', 403],
    ['/pictures/%00', 403],
    ['/pictures/%', 400],
  ])('%s answers %i', async (url, status) => {
    const server = createServer({ log: { error() {} } });
    const folder = join(dir, 'web');
    await server.register(pages, {
      folder,
      apps: ['kiosk', 'absent'],
      pictures: [pictures],
      first: '/kiosk/',
    });
    const answer = await server.inject({ url });
    expect(answer.statusCode).toBe(status);
    expect(answer.body).not.toMatch(/^secret/);
    await server.close();
  });

  it('are cleared away', () => rmSync(dir, { recursive: true }));
});

describe('a crowd', () => {
  it('has a budget for each address, which fills up again', () => {
    let monoMs = 0;
    const waitOf = budgets();
    const taps = (address: string, count: number) =>
      Array.from({ length: count }, () => waitOf(address, true, monoMs)).filter(
        (wait) => wait === 0,
      );
    expect(taps('10.0.0.1', 1000)).toHaveLength(300);
    expect(taps('10.0.0.2', 5)).toHaveLength(5);
    expect(waitOf('10.0.0.1', false, monoMs)).toBe(1);
    monoMs = 1_000;
    expect(taps('10.0.0.1', 1000).length).toBeGreaterThanOrEqual(45);
    monoMs = 60_000;
    expect(taps('10.0.0.1', 300)).toHaveLength(300);
    for (let n = 0; n < 5000; n += 1) waitOf(`10.1.${n >> 8}.${n & 255}`, true, monoMs);
    expect(waitOf('10.0.0.1', true, monoMs)).toBe(0);
  });

  it('that asks too much is told how long to wait', async () => {
    const server = createServer({
      log: { error() {} },
      clock: { monoMs: () => 0, after: () => () => {} },
    });
    const config = { audience: 'shopper' as const, summary: 'test' };
    server.post('/api/tap', { config }, () => ({}));
    for (let tap = 0; tap < 300; tap += 1) await server.inject({ method: 'POST', url: '/api/tap' });
    const answer = await server.inject({ method: 'POST', url: '/api/tap' });
    expect(said(answer)).toEqual([429, 'TOO_MANY']);
    expect(answer.headers['retry-after']).toBe('1');
    await server.close();
  });

  it.each([
    ['ERR_HTTP_REQUEST_TIMEOUT', 408, 'TOO_SLOW'],
    ['HPE_HEADER_OVERFLOW', 431, 'BAD_REQUEST'],
    ['HPE_INVALID_METHOD', 400, 'BAD_REQUEST'],
  ])('whose bytes are no request (%s) is answered %i and cut', async (code, status, name) => {
    let answer = '';
    const socket = new Duplex({
      read() {},
      write(bytes, _encoding, written) {
        answer += bytes;
        written();
      },
    });
    shop.server.server.emit('clientError', Object.assign(new Error(code), { code }), socket);
    await once(socket, 'close');
    const json = () => JSON.parse(answer.slice(answer.indexOf('{')));
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(said({ statusCode: status, json })).toEqual([status, name]);
  });
});

it('every error of the server was met above', () => {
  expect(Object.keys(HTTP_ERRORS).filter((code) => !seen.has(code))).toEqual([]);
});
