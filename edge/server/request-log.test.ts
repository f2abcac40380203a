import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createServer } from './http.ts';

let server: FastifyInstance;
let nowMs = 0;
let minuteOver = () => {};
const lines: object[] = [];
const clock = {
  monoMs: () => nowMs,
  after(_delayMs: number, fn: () => void) {
    minuteOver = fn;
    return () => {};
  },
};
const config = { audience: 'shopper' as const, summary: 'test' };
const ask = (method: 'GET' | 'POST', url: string) => server.inject({ method, url });

beforeEach(() => {
  nowMs = 0;
  lines.length = 0;
  const log = { error() {}, info: (fields: object) => lines.push(fields) };
  server = createServer({ log, clock });
  server.get('/api/receipts/:id', { config }, () => ({}));
  server.get('/api/slow', { config }, () => {
    nowMs += 400;
    return {};
  });
  server.post('/api/lanes/:id', { config }, () => ({}));
});
afterEach(() => server.close());

it('a change, a refusal and what took long have a line, by the route and never the address', async () => {
  await ask('POST', '/api/lanes/lane-1?code=secret');
  await ask('GET', '/api/slow');
  await ask('GET', '/nowhere/secret');
  const strange = { host: 'strange.example' };
  await server.inject({ url: '/nowhere/secret', headers: strange });
  await server.inject({ url: '/api/receipts/r-1', headers: strange });
  expect(lines).toEqual([
    { method: 'POST', route: '/api/lanes/:id', status: 200, ms: 0 },
    { method: 'GET', route: '/api/slow', status: 200, ms: 400 },
    { method: 'GET', route: 'none', status: 404, ms: 0 },
    { method: 'GET', route: 'none', status: 421, ms: 0 },
    { method: 'GET', route: '/api/receipts/:id', status: 421, ms: 0 },
  ]);
});

it('looks are counted, and told once a minute and at the end', async () => {
  for (let n = 0; n < 3; n += 1) await ask('GET', `/api/receipts/r-${n}`);
  expect(lines).toEqual([]);
  minuteOver();
  expect(lines).toEqual([{ looks: { '/api/receipts/:id': 3 } }]);
  await ask('GET', '/api/receipts/r-9');
  await server.close();
  expect(lines.slice(1)).toEqual([{ looks: { '/api/receipts/:id': 1 } }]);
});

it('a flood fills the log with sixty lines a minute, and how many more there were', async () => {
  for (let n = 0; n < 75; n += 1) await ask('GET', '/nowhere');
  expect(lines).toHaveLength(60);
  minuteOver();
  expect(lines.at(-1)).toEqual({ looks: {}, unlogged: 15 });
  minuteOver();
  await ask('POST', '/api/lanes/lane-1');
  expect(lines).toHaveLength(62);
});
