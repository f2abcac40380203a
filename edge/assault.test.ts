/**
 * A store's process under attack over HTTP, as a deep run with all of it, as every run with a
 * tenth: it lives, it sells meanwhile, it holds no more connections and memory than before.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoCatalogue } from '../simulator/goods.ts';
import { createRandom, whole } from '../simulator/random.ts';
import { build } from './cli/cli.fixture.ts';

const PART = process.env.YIKE_DEEP === '1' ? 1 : 0.1;
const MALFORMED = 10_000 * PART;
const SLOW_HEADERS = 1_000 * PART;
const SLOW_BODIES = 200 * PART;
const SEED = Number(process.env.SEED ?? 20_261_129);
/** Garbage that was not yet collected, and what a busy heap keeps. */
const RSS_GROWTH_MB = 64;
const MAIN = join(import.meta.dirname, '../dist/edge/cli/main.js');
/** The attacker is another machine than the kiosk. */
const ATTACKER = '127.0.0.9';

const dir = mkdtempSync(join(tmpdir(), 'yike-assault-'));
const catalogue = demoCatalogue();
const bottle = catalogue.items.find((item) => item.priceBasis === 'each' && item.onSale)!;
const kiosk = new Agent({ keepAlive: true, maxSockets: 1 });
let child: ChildProcess;
let port: number;
let ended: string | undefined;

beforeAll(async () => {
  build();
  const catalogueFile = join(dir, 'catalogue.json');
  writeFileSync(catalogueFile, JSON.stringify(catalogue));
  const config = {
    store: { id: catalogue.storeId, name: { zh: '店', en: 'Store' } },
    lanes: [{ id: 'lane-1' }],
    listen: { host: '127.0.0.1', kioskPort: 0, adminPort: 0 },
    catalogueFile,
  };
  writeFileSync(join(dir, 'store.json'), JSON.stringify(config));
  const args = ['start', '--config', join(dir, 'store.json'), '--data', join(dir, 'data')];
  child = spawn(process.execPath, [MAIN, ...args, '--lang', 'en']);
  let said = '';
  await new Promise<void>((up, failed) => {
    child.stderr?.on('data', (bytes) => {
      said += bytes;
      if (said.includes('Controller up')) up();
    });
    child.once('exit', (code, signal) => {
      ended = `${code ?? signal}: ${said}`;
      failed(new Error(ended));
    });
  });
  port = Number(/kiosk http:\/\/[^:]+:(\d+)/.exec(said)?.[1]);
}, 120_000);
afterAll(async () => {
  kiosk.destroy();
  if (ended === undefined) {
    child.kill('SIGTERM');
    await new Promise((done) => child.once('exit', done));
  }
  rmSync(dir, { recursive: true, force: true });
});

const rssMb = () =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024;

let keys = 0;

/** One tap at the kiosk; the answer's status and body. */
function tap(command: object): Promise<{ status: number; body: { ok?: boolean } }> {
  const text = JSON.stringify(command);
  keys += 1;
  const headers = {
    'content-type': 'application/json',
    'idempotency-key': `assault-${String(keys).padStart(6, '0')}`,
    'content-length': Buffer.byteLength(text),
  };
  const path = '/api/lanes/lane-1/commands';
  return new Promise((resolve, reject) => {
    const asked = request(
      { host: '127.0.0.1', port, path, method: 'POST', headers, agent: kiosk },
      async (answer) => {
        let heard = '';
        for await (const bytes of answer) heard += bytes;
        resolve({ status: answer.statusCode ?? 0, body: JSON.parse(heard) });
      },
    );
    asked.on('error', reject);
    asked.end(text);
  });
}

/** A basket with one bottle in it, and it is put back: four commits of the ledger. */
async function shop(): Promise<void> {
  for (const command of [
    { kind: 'start' },
    { kind: 'choose', sku: bottle.sku, by: 'list', quantity: 1 },
    { kind: 'undo' },
    { kind: 'discard' },
  ]) {
    const { status, body } = await tap(command);
    expect([command.kind, status, body.ok ?? body]).toEqual([command.kind, 200, true]);
  }
}

/** Twenty taps a second are a very quick shopper, and within what one address may ask. */
const SHOP_EVERY_MS = 200;
const pause = (ms: number) => new Promise((later) => setTimeout(later, ms));

/** Shops until the attack is over, at least once. */
async function shopWhile<T>(attack: Promise<T>): Promise<T> {
  let over = false;
  const done = attack.finally(() => {
    over = true;
  });
  do {
    await shop();
    await pause(SHOP_EVERY_MS);
  } while (!over);
  return done;
}

const attacker = (onHeard: (text: string) => void = () => {}): Promise<Socket> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', localAddress: ATTACKER });
    socket.on('error', () => resolve(socket));
    socket.on('data', (bytes) => onHeard(bytes.toString('latin1')));
    socket.once('connect', () => resolve(socket));
  });

const closed = (socket: Socket, ms: number): Promise<boolean> =>
  new Promise((resolve) => {
    if (socket.closed || socket.destroyed) return resolve(true);
    const late = setTimeout(() => resolve(false), ms);
    socket.once('close', () => {
      clearTimeout(late);
      resolve(true);
    });
  });

function dribble(socket: Socket): void {
  if (socket.writable) socket.write('a');
}

const GOOD = (path: string, body: string) =>
  `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\n` +
  `Idempotency-Key: attack-000001\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

const ODD = [
  'GET / HTTP/9.9\r\n\r\n',
  'GET /\u0000 HTTP/1.1\r\nHost: x\r\n\r\n',
  '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003',
  'POST /api/lanes/lane-1/commands HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\nffffffffffffffff\r\n',
  'POST /api/lanes/lane-1/commands HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nx\r\n',
  'GET /api/lanes HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n',
  'CONNECT evil.example:443 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n',
  'GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n',
  'GET /api/lanes/lane-1/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nLast-Event-ID: \u00ff\u00fe-1\r\n\r\n',
  'OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
  `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`,
  `GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n${'X: y\r\n'.repeat(3000)}\r\n`,
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
];

/** A right request, or an odd one, with one to six bytes of it changed, lost or doubled. */
function malformed(below: (n: number) => number): Buffer {
  const deep = `${'['.repeat(below(5000))}`;
  const body = [`{"kind":"choose","sku":"${bottle.sku}","by":"list"}`, '{"kind":"pay"}', deep];
  const right = GOOD('/api/lanes/lane-1/commands', body[below(3)] ?? '');
  const text = below(4) === 0 ? (ODD[below(ODD.length)] ?? '') : right;
  const bytes = [...Buffer.from(text, 'latin1')];
  for (let change = 0; change <= below(6); change += 1) {
    const at = below(bytes.length);
    const what = below(3);
    if (what === 0) bytes[at] = below(256);
    else if (what === 1) bytes.splice(at, 1);
    else bytes.splice(at, 0, below(256));
  }
  return Buffer.from(bytes);
}

describe('a store under attack', { timeout: 600_000 }, () => {
  it(`of ${MALFORMED} malformed requests lives, sells, and forgets them (SEED=${SEED})`, async () => {
    await shop();
    const beforeMb = rssMb();
    const random = createRandom(SEED);
    const one = async () => {
      const socket = await attacker();
      socket.end(malformed((n) => whole(random, 0, n - 1)));
      if (!(await closed(socket, 8_000))) socket.destroy();
    };
    const all = async () => {
      for (let sent = 0; sent < MALFORMED; sent += 50)
        await Promise.all(Array.from({ length: 50 }, one));
    };
    await shopWhile(all());
    await shop();
    expect(ended).toBeUndefined();
    expect(rssMb() - beforeMb).toBeLessThan(RSS_GROWTH_MB);
  });

  it(`of ${SLOW_HEADERS} that never finish their headers sells, and cuts them`, async () => {
    const sockets = await Promise.all(Array.from({ length: SLOW_HEADERS }, () => attacker()));
    for (const socket of sockets) socket.write('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ');
    const drip = setInterval(() => sockets.forEach(dribble), 500);
    const cut = await shopWhile(Promise.all(sockets.map((socket) => closed(socket, 12_000))));
    clearInterval(drip);
    expect(cut.filter((each) => !each)).toEqual([]);
    expect(ended).toBeUndefined();
  });

  it(`of ${SLOW_BODIES} that drip their bodies sells to newcomers, and cuts them`, async () => {
    const sockets = await Promise.all(Array.from({ length: SLOW_BODIES }, () => attacker()));
    const head = GOOD('/api/lanes/lane-1/commands', 'x'.repeat(9999)).split('x')[0] ?? '';
    for (const socket of sockets) socket.write(head);
    const drip = setInterval(() => sockets.forEach(dribble), 200);
    kiosk.destroy();
    const cut = await shopWhile(Promise.all(sockets.map((socket) => closed(socket, 14_000))));
    clearInterval(drip);
    expect(cut.filter((each) => !each)).toEqual([]);
    expect(ended).toBeUndefined();
  });
});
