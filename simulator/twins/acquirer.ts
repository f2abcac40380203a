/**
 * The far side of code payment: one acquirer that speaks both dialects, as a function from request
 * to answer, and the same function behind a real HTTP server on the loopback.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PaymentFault } from '../faults.ts';
import { between, pick } from '../random.ts';
import type { Clock, Random } from '../runtime.ts';
import { serveAlipay } from './acquirer-alipay.ts';
import { acquirerBill } from './acquirer-bill.ts';
import { createDeposits, type Deposit } from './acquirer-deposit.ts';
import type { JournalEntry, Safe } from './acquirer-orders.ts';
import { createOrders, sharedSafe } from './acquirer-orders.ts';
import type { WechatAccount } from './acquirer-wechat.ts';
import { serveWechat } from './acquirer-wechat.ts';

export interface AcquirerRequest {
  method: string;
  path: string;
  body?: Uint8Array;
}

export interface AcquirerResponse {
  status: number;
  headers: Record<string, string>;
  body: Uint8Array;
}

export interface AcquirerAccount extends WechatAccount {
  alipayAppId: string;
}

export interface Acquirer {
  /** Resolves after a network's delay, or never, as a lost answer does. */
  handle(request: AcquirerRequest): Promise<AcquirerResponse>;
  /** Every movement of money, oldest first. */
  journal(): readonly JournalEntry[];
  /** Money held first, taken or let go. */
  deposits(): readonly Deposit[];
}

/** A made-up merchant; the same on both sides of the demonstration store. */
export const DEMO_ACCOUNT: AcquirerAccount = {
  appId: 'wxd930ea5d5a258f4f',
  mchId: '10000100',
  key: '0123456789abcdef0123456789abcdef',
  alipayAppId: '2021000000000001',
};

const ANSWER_FROM_MS = 60;
const ANSWER_TO_MS = 350;
const MAX_BODY_BYTES = 65_536;
const NONCE_LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'];

/** Makes the acquirer. `fault` is asked at every request. */
export function createAcquirer(options: {
  clock: Clock;
  random: Random;
  account?: AcquirerAccount;
  fault?: () => PaymentFault | undefined;
  /** Keeps the book over a restart; without it everything is forgotten. */
  safe?: Safe;
}): Acquirer {
  const { clock, random, account = DEMO_ACCOUNT, fault = () => undefined } = options;
  const safe = options.safe && sharedSafe(options.safe);
  const orders = createOrders(clock, safe);
  const deposits = createDeposits(safe);
  const nonce = () => Array.from({ length: 32 }, () => pick(random, NONCE_LETTERS)).join('');
  const alipay = (key: string) => ({ appId: account.alipayAppId, key });
  const answer = ({ method, path, body }: AcquirerRequest): AcquirerResponse | undefined => {
    const said = (status: number, type: string, text: string) => ({
      status,
      headers: { 'content-type': `${type}; charset=utf-8` },
      body: Buffer.from(text, 'utf8'),
    });
    const text = Buffer.from(body ?? []).toString('utf8');
    if (fault() === 'server-error') return said(500, 'text/plain', 'Internal Server Error');
    const [, channel, day] = /^\/bill\/(wechat|alipay)\?day=(\d{4}-\d\d-\d\d)$/.exec(path) ?? [];
    if (method === 'GET' && day && (channel === 'wechat' || channel === 'alipay'))
      return said(200, 'text/csv', acquirerBill(orders.journal(), channel, day));
    if (method !== 'POST') return said(405, 'text/plain', 'Method Not Allowed');
    const isAlipay = path === '/gateway';
    const spoken = isAlipay
      ? serveAlipay(orders, alipay(account.key), text, deposits)
      : serveWechat(orders, account, { path, body: text, nonce: nonce() }, deposits);
    if (spoken === undefined) return said(404, 'text/plain', 'Not Found');
    if (spoken === 'silent') return undefined;
    return said(200, isAlipay ? 'application/json' : 'text/xml', spoken);
  };
  return {
    journal: orders.journal,
    deposits: deposits.all,
    handle: (request) =>
      new Promise((resolve) => {
        clock.after(between(random, ANSWER_FROM_MS, ANSWER_TO_MS), () => {
          const response = fault() === 'silence' ? undefined : answer(request);
          if (!response) return;
          resolve(fault() === 'wrong-sign' ? forged(response) : response);
        });
      }),
  };
}

/** The same answer with one character of its sign changed. */
function forged(response: AcquirerResponse): AcquirerResponse {
  const text = Buffer.from(response.body).toString('utf8');
  const body = text.replace(
    /(<sign><!\[CDATA\[|"sign":")(.)/,
    (_, head: string, first: string) => head + (first === 'A' ? 'B' : 'A'),
  );
  return { ...response, body: Buffer.from(body, 'utf8') };
}

/** Puts an acquirer behind HTTP on 127.0.0.1; `close` also ends requests without an answer. */
export async function serveAcquirer(acquirer: Acquirer, port = 0) {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_BODY_BYTES) chunks.push(chunk);
      else request.destroy();
    });
    request.on('end', async () => {
      const { method = 'GET', url = '/' } = request;
      const said = await acquirer.handle({ method, path: url, body: Buffer.concat(chunks) });
      if (!response.destroyed) response.writeHead(said.status, said.headers).end(said.body);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
