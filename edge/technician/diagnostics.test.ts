/** The technician's routes behind the operator's door: who may, and what is answered. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demoCatalogue, demoGoods } from '../../simulator/goods.ts';
import { setUpOperator, type Visitor } from '../access/access.fixture.ts';
import { silentLog } from '../log.ts';
import { type Served, serve } from '../serve.ts';
import { openTestStore, type TestStore } from '../store.fixture.ts';

let store: TestStore;
let served: Served;
let visitor: Visitor;

beforeAll(async () => {
  store = await openTestStore({ goods: demoGoods(), catalogue: demoCatalogue() });
  await store.ready();
  await store.run(10_000, () => false);
  const running = store.controller();
  const ports = { host: '127.0.0.1', kioskPort: 0, adminPort: 0 };
  const controller = { ...running, config: { ...running.config, listen: ports } };
  const outcome = await serve({
    controller,
    dataDir: store.dir,
    clock: store.clock,
    log: silentLog,
  });
  if (!outcome.ok) throw new Error(outcome.refusal.message.en);
  served = outcome.value;
  visitor = await setUpOperator(served.adminUrl, served.setupCode ?? '');
}, 60_000);
afterAll(async () => {
  await served.close();
  await store.free();
});

const at = (path: string) => `${served.adminUrl}/api/diag${path}`;
const post = (path: string, body: object, headers: Record<string, string> = visitor.headers) =>
  fetch(at(path), {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const get = (path: string) => fetch(at(path), { headers: visitor.headers });

test('nobody looks or acts without having signed in, and shoppers have no such door', async () => {
  expect((await fetch(at('/devices'))).status).toBe(401);
  expect((await fetch(at('/support'))).status).toBe(401);
  expect((await post('/devices/scale-1/act', { act: 'restart' }, {})).status).toBe(401);
  expect((await fetch(`${served.kioskUrl}/api/diag/devices`)).status).toBe(404);
});

test('every device is listed with its driver, life and trace', async () => {
  const { devices } = (await (await get('/devices')).json()) as { devices: { id: string }[] };
  const scale = devices.find(({ id }) => id === 'scale-1');
  expect(scale).toMatchObject({
    driver: 'enq-dc1',
    lifecycle: 'enabled',
    upos: 0,
    can: expect.any(Array),
  });
  const payment = JSON.stringify(devices.find(({ id }) => id === 'payment-1'));
  expect(payment).toContain('[redacted]');
});

test('the monitor shows the wire, and the newest lines follow', async () => {
  const heard = (await (await get('/devices/scale-1/lines?after=-1&limit=50')).json()) as {
    value: { lines: { seq: number; direction: string; text: string }[] };
  };
  const { lines } = heard.value;
  expect(lines.length).toBe(50);
  expect(lines.some(({ direction, text }) => direction === 'rx' && text.includes('kind'))).toBe(
    true,
  );
  const seq = lines.at(-1)?.seq ?? 0;
  const later = (await (await get(`/devices/scale-1/lines?after=${seq}`)).json()) as typeof heard;
  expect(later.value.lines.every((line) => line.seq > seq)).toBe(true);
});

test('what cannot be done is refused in words, with what to do next', async () => {
  const refusals: [string, object, string][] = [
    ['/devices/nobody/act', { act: 'restart' }, 'DEVICE_UNKNOWN'],
    ['/devices/scanner-1/act', { act: 'zero' }, 'NOT_ABLE'],
    ['/devices/scale-1/act', { act: 'confirm' }, 'NOTHING_CHANGED'],
    ['/devices/scale-1/rename', { to: 'scale-9' }, 'DEVICE_USED'],
    ['/devices/scale-1/remove', {}, 'DEVICE_USED'],
    ['/devices', { id: 'x-1', driver: 'escpos', address: 'pty:/x' }, 'NO_CONFIG_FILE'],
    ['/devices', { id: 'scale-1', driver: 'escpos', address: 'pty:/x' }, 'ID_TAKEN'],
    ['/ports/probe', { path: 'pty:/nowhere' }, 'PORT_FAILED'],
    ['/replay', { text: 'x' }, 'TRACE_BAD'],
  ];
  for (const [path, body, code] of refusals) {
    const answer = (await (await post(path, body)).json()) as {
      ok: boolean;
      refusal: { code: string };
    };
    expect({ path, code: answer.refusal?.code }).toEqual({ path, code });
  }
  expect((await post('/devices/scale-1/check', { level: 'deep' })).status).toBe(400);
});

test('files come as files: traces in three formats, and the bundle', async () => {
  for (const [path, start] of [
    ['/devices/scale-1/trace/ytrace', '{"ytrace":1'],
    ['/devices/scale-1/trace/txt', ' '],
    ['/support', '\u001f'],
  ] as const) {
    const response = await get(path);
    expect(response.headers.get('content-disposition')).toContain('attachment');
    expect(
      Buffer.from(await response.arrayBuffer())
        .toString('latin1')
        .startsWith(start),
    ).toBe(true);
  }
  const capture = Buffer.from(await (await get('/devices/scale-1/trace/pcapng')).arrayBuffer());
  expect(capture.readUInt32LE(0)).toBe(0x0a0d0d0a);
});
