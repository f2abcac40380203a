/** Phones that follow a visit over real sockets: live while they look, and nothing left behind. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Clock } from '../core/ports.ts';
import { cabinets } from './cabinets.ts';
import { createServer } from './http.ts';

const still: Clock = {
  ...{ monoMs: () => 0, wallMs: () => 0, wallQuality: () => 'trusted', after: () => () => {} },
};
const listeners: (() => void)[] = [];
let count = 0;
let origin = '';
let server: ReturnType<typeof createServer>;

beforeEach(async () => {
  listeners.length = 0;
  count = 0;
  server = createServer({ hosts: [], log: { error() {} } });
  const view = () => ({ screen: 'open', count });
  const cabinet = {
    ...{ id: 'cabinet-1', view, onChange: (told: () => void) => listeners.push(told) },
    visit: (id: string) => (id === 'visit-1' ? view() : undefined),
  };
  await server.register(cabinets, { cabinets: [cabinet as never], clock: still, boot: 'boot-1' });
  origin = await server.listen({ port: 0, host: '127.0.0.1' });
});
afterEach(() => server.close());

async function phone() {
  const gone = new AbortController();
  const response = await fetch(`${origin}/api/visits/visit-1/stream`, { signal: gone.signal });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let held = '';
  return {
    leave: () => gone.abort(),
    async hears(words: string) {
      while (!held.includes(words)) held += (await reader.read()).value ?? '';
    },
  };
}
const change = (to: number) => {
  count = to;
  for (const told of listeners) told();
};

it('every phone hears of every change; who comes later gets all of it', async () => {
  const first = await phone();
  await first.hears('event: snapshot\ndata: {"screen":"open","count":0}');
  change(1);
  await first.hears('event: patch\ndata: {"count":1}');
  const second = await phone();
  await second.hears('data: {"screen":"open","count":1}');
  change(2);
  await first.hears('{"count":2}');
  await second.hears('{"count":2}');
  first.leave();
  second.leave();
  expect(listeners).toHaveLength(2);
});

it('phones that come and go leave no listener at the cabinet', async () => {
  const before = listeners.length;
  for (let turn = 0; turn < 5; turn += 1) {
    const one = await phone();
    await one.hears('snapshot');
    one.leave();
  }
  expect(listeners).toHaveLength(before);
  change(3);
  const last = await phone();
  await last.hears('"count":3');
  last.leave();
});

it('nobody follows a visit that never was', async () => {
  const response = await fetch(`${origin}/api/visits/visit-2/stream`);
  expect([response.status, await response.json()]).toMatchObject([
    404,
    { error: { code: 'NOT_FOUND' } },
  ]);
});
