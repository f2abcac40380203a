/**
 * The shoppers' server beside bare `node:http`: what a lane shows, asked for over 50 connections,
 * and one change sent to 100 screens. Both servers and the load run as processes of their own, in
 * turn. The bare one makes its JSON at each question; ours makes it at each change.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createBareServer, get, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { arch, cpus, platform } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { systemClock } from '../edge/runtime.ts';
import { createServer } from '../edge/server/http.ts';
import { shop } from '../edge/server/shop.ts';
import { percentile } from '../models/metrics.ts';
import type { BenchReport } from './recognition.ts';

/** As compiled, wherever the command that runs it was bundled to. */
const SELF = join(import.meta.dirname, 'http.js');
const CONNECTIONS = 50;
const SCREENS = 100;
const AT_ONCE = 20;
const CHANGES = 40;
const LOAD_MS = 1500;
const GOAL_RATE_RATIO = 0.9;
const GOAL_FAN_RATIO = 1.2;

const LANE = '/api/lanes/lane-1';
const STREAM = `${LANE}/stream`;

const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6;
const ANSWER = {
  id: 'lane-1',
  totalFen: 12_345,
  lines: Array.from({ length: 8 }, (_, n) => ({ sku: `sku-${n}`, quantity: 1, amountFen: 99 * n })),
};

type Side = 'bare' | 'ours';
type Shown = { sentMs: number } & typeof ANSWER;

/** One of the two servers; on a message it changes what its screens show, 40 times, 5 ms apart. */
async function serve(side: Side): Promise<void> {
  const shown: Shown = { sentMs: 0, ...ANSWER };
  const publish = side === 'bare' ? await bareServer(shown) : await ownServer(shown);
  process.on('message', () => {
    for (let change = 0; change < CHANGES; change += 1)
      setTimeout(() => {
        shown.sentMs = nowMs();
        publish();
      }, change * 5);
  });
}

async function bareServer(shown: Shown): Promise<() => void> {
  const screens = new Set<ServerResponse>();
  const server = createBareServer((request, response) => {
    if (request.url === STREAM) {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      screens.add(response);
      response.on('close', () => screens.delete(response));
      return;
    }
    const body = JSON.stringify(shown);
    const length = Buffer.byteLength(body);
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': length });
    response.end(body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  process.send?.((server.address() as AddressInfo).port);
  return () => {
    const data = `data: ${JSON.stringify({ sentMs: shown.sentMs })}\n\n`;
    for (const screen of screens) screen.write(data);
  };
}

async function ownServer(shown: Shown): Promise<() => void> {
  const log = pino({ level: 'info' }, pino.destination({ dest: '/dev/null', sync: false }));
  const clock = systemClock();
  // One address asks for more than its budget here: time passes fast enough for that.
  const hurried = { ...clock, monoMs: () => clock.monoMs() * 100 };
  const server = createServer({ log, clock: hurried });
  const listeners: (() => void)[] = [];
  const lane = {
    id: 'lane-1',
    view: () => shown,
    onChange: (fn: () => void) => listeners.push(fn),
    handle: async () => ({ ok: true as const }),
  };
  await server.register(shop, {
    ...{ lanes: [lane], counters: [], items: () => [], oftenSold: () => new Map() },
    ...{ receipt: () => undefined, clock, boot: 'bench' },
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  process.send?.((server.server.address() as AddressInfo).port);
  return () => {
    for (const fn of listeners) fn();
  };
}

/** Requests a second over 50 connections that each wait for the answer before asking again. */
async function load(port: number): Promise<void> {
  const request = Buffer.from(`GET ${LANE} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
  const endMs = nowMs() + LOAD_MS;
  let answers = 0;
  const one = () =>
    new Promise<void>((done) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      let heard = '';
      socket.on('connect', () => socket.write(request));
      socket.on('data', (bytes) => {
        heard += bytes.toString('latin1');
        const head = heard.indexOf('\r\n\r\n');
        const length = Number(/content-length: (\d+)/i.exec(heard)?.[1] ?? Number.NaN);
        if (head < 0 || heard.length < head + 4 + length) return;
        heard = '';
        answers += 1;
        if (nowMs() < endMs) socket.write(request);
        else {
          socket.destroy();
          done();
        }
      });
    });
  await Promise.all(Array.from({ length: CONNECTIONS }, one));
  process.send?.((answers / LOAD_MS) * 1000);
}

/** Milliseconds from a change to each of 100 screens; says `ready` first. */
async function watch(port: number): Promise<void> {
  const lags: number[] = [];
  const hear = (text: string) => {
    // The first message is a snapshot of what was sent long ago.
    const changes = text.split('\n\n').filter((message) => !message.includes('event: snapshot'));
    for (const [, sent] of changes.join().matchAll(/"sentMs":(\d+\.?\d*)/g))
      lags.push(nowMs() - Number(sent));
    if (lags.length >= SCREENS * CHANGES * 0.9) process.send?.(percentile(lags, 0.99));
  };
  const screen = () =>
    new Promise<void>((open) =>
      get({ port, path: STREAM, host: '127.0.0.1', agent: false }, (response) => {
        let held = '';
        response.on('data', (bytes) => {
          held += bytes;
          const whole = held.lastIndexOf('\n\n');
          if (whole >= 0) hear(held.slice(0, whole));
          if (whole >= 0) held = held.slice(whole);
        });
        open();
      }),
    );
  // A few at a time: who asks in a crowd gives way to whoever asks later.
  for (let open = 0; open < SCREENS; open += AT_ONCE)
    await Promise.all(Array.from({ length: AT_ONCE }, screen));
  process.send?.('ready');
}

async function child(...words: (string | number)[]) {
  const started = fork(SELF, words.map(String));
  const ended = once(started, 'exit').then(([code]) => {
    throw new Error(`${words.join(' ')} ended with ${code}`);
  });
  const [said] = await Promise.race([once(started, 'message'), ended]);
  return { process: started, said };
}

/** Both servers, asked in turn for `rounds` rounds. */
export async function benchHttp(rounds = 5): Promise<BenchReport> {
  const sides = { bare: await child('serve', 'bare'), ours: await child('serve', 'ours') };
  const rate: Record<Side, number[]> = { bare: [], ours: [] };
  const fan: Record<Side, number[]> = { bare: [], ours: [] };
  for (let round = 0; round < rounds; round += 1)
    for (const side of ['bare', 'ours'] as const) {
      const asked = await child('load', sides[side].said);
      rate[side].push(Number(asked.said));
      asked.process.kill();
      const screens = await child('watch', sides[side].said);
      sides[side].process.send('change');
      const [p99Ms] = await once(screens.process, 'message');
      fan[side].push(Number(p99Ms));
      screens.process.kill();
    }
  for (const { process: server } of Object.values(sides)) server.kill();
  const mid = (values: number[]) => percentile(values, 0.5);
  const ratios = (a: number[], b: number[]) => mid(a.map((value, at) => value / (b[at] ?? 1)));
  const [speed, lag] = [ratios(rate.ours, rate.bare), ratios(fan.ours, fan.bare)];
  return {
    machine: `${cpus()[0]?.model ?? arch()} × ${cpus().length}, ${platform()}, Node ${process.version}`,
    rounds,
    rows: [
      {
        ...{ name: `GET over ${CONNECTIONS} connections, logged`, unit: 'req/s' },
        ...{ value: mid(rate.ours), limit: mid(rate.bare), ratio: speed },
        ...{ goal: GOAL_RATE_RATIO, met: speed >= GOAL_RATE_RATIO },
      },
      {
        ...{ name: `change to ${SCREENS} screens, p99`, unit: 'ms' },
        ...{ value: mid(fan.ours), limit: mid(fan.bare), ratio: lag },
        ...{ goal: GOAL_FAN_RATIO, met: lag <= GOAL_FAN_RATIO },
      },
    ],
  };
}

const [, script, what, word] = process.argv;
if (script === SELF && process.send) {
  if (what === 'serve') await serve(word as Side);
  else if (what === 'load') await load(Number(word));
  else await watch(Number(word));
}
