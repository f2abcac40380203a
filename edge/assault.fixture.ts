/**
 * A store's process with one lane and nothing else, its shopper, and those who attack it over HTTP:
 * for the test of what it survives and the bench of what its shopper notices.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { demoCatalogue } from '../simulator/goods.ts';

/** The attacker is another machine than the kiosk. */
const ATTACKER = '127.0.0.9';
/** Twenty taps a second are a very quick shopper, and within what one address may ask. */
export const SHOP_EVERY_MS = 200;

const catalogue = demoCatalogue();
const bottle = catalogue.items.find((item) => item.priceBasis === 'each' && item.onSale)!;

export interface LoneStore {
  process: ChildProcess;
  /** Of the shoppers' pages. */
  port: number;
  /** How it ended, and what it said; undefined while it lives. */
  ended(): string | undefined;
  close(): Promise<void>;
}

/** Starts the built command `main` with its files in `dir`, up and listening. Rejects where it ends instead. */
export async function startLoneStore(main: string, dir: string): Promise<LoneStore> {
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
  const child = spawn(process.execPath, [main, ...args, '--lang', 'en']);
  let said = '';
  let ended: string | undefined;
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
  return {
    process: child,
    port: Number(/kiosk http:\/\/[^:]+:(\d+)/.exec(said)?.[1]),
    ended: () => ended,
    async close() {
      if (ended !== undefined) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

export interface Shopper {
  /** A basket with one bottle in it, and it is put back; how long each of its four commits took, ms. */
  shop(): Promise<number[]>;
  /** The screen's connection is gone; the next tap makes another. */
  hangUp(): void;
}

/** Throws where a tap is not taken. */
export function shopperAt(port: number): Shopper {
  let kiosk = new Agent({ keepAlive: true, maxSockets: 1 });
  let keys = 0;
  const tap = (command: object): Promise<{ status: number; body: { ok?: boolean } }> => {
    const text = JSON.stringify(command);
    keys += 1;
    const headers = {
      'content-type': 'application/json',
      'idempotency-key': `assault-${process.pid}-${String(keys).padStart(6, '0')}`,
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
  };
  return {
    async shop() {
      const took: number[] = [];
      for (const command of [
        { kind: 'start' },
        { kind: 'choose', sku: bottle.sku, by: 'list', quantity: 1 },
        { kind: 'undo' },
        { kind: 'discard' },
      ]) {
        const beganMs = performance.now();
        const { status, body } = await tap(command);
        took.push(performance.now() - beganMs);
        if (status !== 200 || body.ok !== true)
          throw new Error(`${command.kind}: ${status} ${JSON.stringify(body)}`);
      }
      return took;
    },
    hangUp() {
      kiosk.destroy();
      kiosk = new Agent({ keepAlive: true, maxSockets: 1 });
    },
  };
}

export const pause = (ms: number) => new Promise((later) => setTimeout(later, ms));

/** A connection of the attacker's; one that was refused is closed. */
export const attacker = (port: number): Promise<Socket> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', localAddress: ATTACKER });
    socket.on('error', () => resolve(socket));
    socket.on('data', () => undefined);
    socket.once('connect', () => resolve(socket));
  });

/** Whether it is closed within `ms`. */
export const closed = (socket: Socket, ms: number): Promise<boolean> =>
  new Promise((resolve) => {
    if (socket.closed || socket.destroyed) return resolve(true);
    const late = setTimeout(() => resolve(false), ms);
    socket.once('close', () => {
      clearTimeout(late);
      resolve(true);
    });
  });

export function dribble(socket: Socket): void {
  if (socket.writable) socket.write('a');
}

/** Headers that never end. */
export const SLOW_HEADERS = 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ';

const good = (path: string, body: string) =>
  `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n` +
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
export function malformed(below: (n: number) => number): Buffer {
  const deep = `${'['.repeat(below(5000))}`;
  const body = [`{"kind":"choose","sku":"${bottle.sku}","by":"list"}`, '{"kind":"pay"}', deep];
  const right = good('/api/lanes/lane-1/commands', body[below(3)] ?? '');
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

/** The head of a request whose body never comes. */
export const SLOW_BODY = good('/api/lanes/lane-1/commands', 'x'.repeat(9_999)).replace(/x+$/, '');
