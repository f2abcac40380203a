import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { startCamera } from '../../simulator/camera.ts';
import { realClock } from '../../simulator/runtime.ts';

import { manualClock, settle } from '../clock-for-tests.ts';
import { conforms } from '../conformance.ts';
import type { DeviceEvent, WireRequest, WireResponse } from '../contract.ts';
import { WireError } from '../contract.ts';
import { parseGolden } from '../golden.ts';
import { supervise } from '../supervise.ts';
import { openHttpWire } from '../wire/request.ts';
import { MAX_PICTURE_BYTES } from './jpeg-stream.ts';
import { snapshot } from './snapshot.ts';

const goldenPath = fileURLToPath(new URL('./golden/snapshot.txt', import.meta.url));
const pictures = parseGolden(readFileSync(goldenPath, 'utf8')).lines.map((line) => line.bytes);
const [first = new Uint8Array(), second = new Uint8Array()] = pictures;

conforms(snapshot, goldenPath, { heldBytes: 2 * MAX_PICTURE_BYTES, messages: true });

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

type Answer = Partial<WireResponse> | WireError;

/** The driver, supervised, on a camera played by hand. */
function bench(options: Record<string, unknown> = {}) {
  const clock = manualClock();
  const asked: WireRequest[] = [];
  const events: DeviceEvent[] = [];
  let answer: Answer = { body: first };
  const kept = supervise({
    driver: snapshot,
    address: 'http://camera',
    open: async () => ({
      kind: 'request' as const,
      address: 'http://camera',
      async request(request: WireRequest) {
        asked.push(request);
        if (answer instanceof WireError) throw answer;
        const headers = { 'content-type': 'image/jpeg' };
        return { status: 200, headers, body: new Uint8Array(), ...answer };
      },
      stream: () => Promise.reject(new WireError('CLOSED', 'no stream')),
      close: async () => undefined,
    }),
    options: { path: '/snap.jpg', user: '', password: '', everyMs: 250, ...options },
    clock,
    log: { debug: () => undefined, warn: () => undefined },
    random: () => 0.5,
    onEvent: (event) => void events.push(event),
    onStatus: () => undefined,
  });
  closers.push(() => kept.close());
  const say = (next: Answer) => {
    answer = next;
  };
  return { clock, asked, events, kept, say };
}

test('a picture is taken every time it is asked for, and the newest is at hand', async () => {
  const { clock, asked, events, kept, say } = bench({ user: 'u', password: 'p' });
  await clock.advance(1000);
  expect(asked.length).toBeGreaterThanOrEqual(4);
  expect(asked[0]).toMatchObject({ path: '/snap.jpg', headers: { authorization: 'Basic dTpw' } });
  expect(kept.device()?.latest(300)?.jpeg).toEqual(first);
  say({ body: second });
  await clock.advance(300);
  expect(kept.device()?.latest(300)?.jpeg).toEqual(second);
  expect(new Set(events.map((event) => event.kind))).toEqual(new Set(['frame']));
});

test.each<[string, Answer, string, string]>([
  ['a login that is wanted', { status: 401 }, 'fault', 'AUTH_REFUSED'],
  ['another page', { headers: { 'content-type': 'text/html' } }, 'fault', 'WRONG_DEVICE'],
  ['no such path', { status: 404 }, 'offline', 'NO_REPLY'],
  ['half a picture', { body: first.subarray(0, 150) }, 'offline', 'NO_REPLY'],
  ['nobody there', new WireError('UNREACHABLE', 'refused'), 'offline', 'NO_REPLY'],
])('%s at the start is told: %s', async (_, answer, state, reason) => {
  const { clock, kept, say } = bench();
  say(answer);
  await clock.advance(100);
  expect(kept.status()).toMatchObject({ state, reason });
  expect(kept.device()).toBeUndefined();
});

test('a picture that is cut off is no picture, three in a row are told, and it mends', async () => {
  const { clock, kept, say } = bench();
  await clock.advance(500);
  say({ body: first.subarray(0, first.length - 9) });
  await clock.advance(700);
  expect(kept.status().state).toBe('ok');
  expect(kept.device()?.latest(400)).toBeUndefined();
  await clock.advance(1500);
  expect(kept.status()).toMatchObject({ state: 'warn', reason: 'CAM_LOST' });
  say({ body: second });
  await clock.advance(1000);
  expect(kept.status()).toMatchObject({ state: 'ok', connection: 1 });
});

test('a camera that answers nothing more is offline, and comes back by itself', async () => {
  const { clock, kept, say } = bench();
  await clock.advance(500);
  say(new WireError('REQUEST_TIMEOUT', 'late'));
  await clock.advance(7000);
  expect(kept.status().state).toBe('offline');
  say({ body: first });
  await clock.advance(60_000);
  expect(kept.status().state).toBe('ok');
  await kept.close();
  await settle();
  expect(clock.timers()).toBe(0);
});

test('the simulated camera is seen through its snapshot address', async () => {
  const clock = realClock();
  const camera = await startCamera({
    scene: () => ({ pieces: [], pressed: false }),
    clock,
    random: () => 0.5,
  });
  closers.push(() => camera.close());
  const address = camera.url.replace(/\/stream$/, '');
  const wire = openHttpWire(address, clock);
  const device = await snapshot.connect(
    wire,
    { path: '/frame.jpg' },
    {
      clock,
      log: { debug: () => undefined, warn: () => undefined },
      signal: new AbortController().signal,
      connection: 1,
      alive: () => undefined,
      emit: () => undefined,
      warn: () => undefined,
      count: () => undefined,
    },
  );
  expect(device.latest(1000)?.jpeg.length).toBeGreaterThan(1000);
  await device.close();
});
