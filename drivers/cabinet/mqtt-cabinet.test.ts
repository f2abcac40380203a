import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type ManualClock, manualClock, settle } from '../clock-for-tests.ts';
import { conforms } from '../conformance.ts';
import type { CabinetUnit, DeviceEvent, TopicWire } from '../contract.ts';
import { parseGolden } from '../golden.ts';
import { supervise } from '../supervise.ts';
import { mqttCabinet } from './mqtt-cabinet.ts';

const GOLDEN = join(import.meta.dirname, 'golden/mqtt-cabinet.txt');
conforms(mqttCabinet, GOLDEN, { messages: true, heldBytes: 66_000 });

const ROOT = 'store/s1/edge-1';
const BASE = `${ROOT}/dev/cab-1`;

interface Sent {
  topic: string;
  body: { commandId: string; session: number; notAfterUptimeMs: number };
  qos: number;
  retain: boolean;
}

/** A broker of one wire: what the test says arrives, what the driver says is kept. */
function memoryBroker(clock: ManualClock) {
  const retained = new Map<string, Uint8Array>();
  const sent: Sent[] = [];
  let hear: (topic: string, payload: Uint8Array, retained: boolean) => void = () => undefined;
  let shut: (why: string) => void = () => undefined;
  const bytes = (body: object) => new TextEncoder().encode(JSON.stringify(body));
  const open = async (): Promise<TopicWire> => ({
    kind: 'topics',
    address: 'mqtt://broker',
    async publish(topic, payload, { qos, retain = false }) {
      sent.push({ topic, body: JSON.parse(new TextDecoder().decode(payload)), qos, retain });
    },
    async subscribe(filter) {
      for (const [topic, payload] of retained) if (topic === filter) hear(topic, payload, true);
    },
    onMessage: (listener) => {
      hear = listener;
    },
    onClose: (listener) => {
      shut = listener;
    },
    close: async () => shut('closed'),
  });
  let seq = 0;
  const broker = {
    open,
    sent,
    cut: () => shut('hung up'),
    /** Says a message as the device would. */
    say(topic: string, body: object, { retain = false, session = 7, at = 0 } = {}) {
      seq = at || seq + 1;
      const head = { v: 1, session, seq, uptimeMs: clock.monoMs() + 5000 };
      const payload = bytes({ ...head, ...body });
      if (retain) retained.set(`${BASE}/${topic}`, payload);
      hear(`${BASE}/${topic}`, payload, false);
    },
    raw: (topic: string, text: string) => hear(topic, new TextEncoder().encode(text), false),
    birth(session = 7, more: object = {}) {
      const about = { v: 1, kind: 'description', session, locks: 1, cells: 2, probes: 1, ...more };
      retained.set(`${BASE}/description`, bytes(about));
      hear(`${BASE}/description`, bytes(about), false);
      const locks = [{ lock: 1, state: 'locked' }];
      broker.say('state', { kind: 'state', online: true, locks }, { retain: true, session });
    },
    will(session = 7) {
      const payload = bytes({ v: 1, kind: 'state', session, online: false });
      retained.set(`${BASE}/state`, payload);
      hear(`${BASE}/state`, payload, false);
    },
    answer(outcome: string, state = 'open', session = 7) {
      const { commandId } = sent.at(-1)!.body;
      const locks = [{ lock: 1, state }];
      broker.say(`resp/${commandId}`, { kind: 'answer', commandId, outcome, locks }, { session });
    },
  };
  return broker;
}

function bench() {
  const clock = manualClock();
  const broker = memoryBroker(clock);
  const events: DeviceEvent[] = [];
  const kept = supervise<CabinetUnit>({
    driver: mqttCabinet,
    address: 'mqtt://broker',
    open: broker.open,
    options: { root: ROOT, deviceId: 'cab-1', staleMs: 5000, minPulseGapMs: 1000 },
    clock,
    log: { debug: () => undefined, warn: () => undefined },
    random: () => 0.5,
    onEvent: (event) => events.push(event),
    onStatus: () => undefined,
  });
  return { clock, broker, events, kept };
}

/** Connected and well. */
async function ready() {
  const made = bench();
  await settle();
  made.broker.birth();
  await settle();
  expect(made.kept.status().state).toBe('ok');
  return made;
}

const open = (kept: Awaited<ReturnType<typeof ready>>['kept'], deadlineMs = 2000) =>
  kept.device()!.open(1, { deadlineMs });

test('a cabinet that was never there is no device, one that says hello is', async () => {
  const { clock, broker, kept } = bench();
  await clock.advance(6000);
  expect(kept.status()).toMatchObject({ state: 'offline', reason: 'NO_REPLY' });
  await clock.advance(2000);
  broker.birth();
  await settle();
  expect(kept.status().state).toBe('ok');
  await kept.close();
  expect(clock.timers()).toBe(0);
});

test('its door, weights and temperature come as those of three devices would', async () => {
  const { broker, events, kept } = await ready();
  broker.say('reading', {
    kind: 'weights',
    cells: [
      { cell: 1, state: 'stable', grams: 4310 },
      { cell: 2, state: 'moving', grams: 7 },
      { cell: 3, state: 'fault', fault: 'sensor' },
    ],
  });
  broker.say('reading', { kind: 'temperature', probe: 1, deciCelsius: 42 });
  broker.say('event', { kind: 'lock', lock: 1, state: 'open' });
  const bare = events.map(({ atMs: _at, ...event }) => event);
  expect(bare).toEqual([
    { kind: 'lock-state', lockNumber: 1, state: 'locked' },
    { kind: 'shelf-weight', cell: 1, state: 'stable', grams: 4310 },
    { kind: 'shelf-weight', cell: 2, state: 'moving' },
    { kind: 'shelf-weight', cell: 3, state: 'fault', fault: 'sensor' },
    { kind: 'temperature', probe: 1, deciCelsius: 42 },
    { kind: 'lock-state', lockNumber: 1, state: 'open' },
  ]);
  await kept.close();
});

test('a will of this session is MQTT_LWT; that of an older one is nothing', async () => {
  const { clock, broker, kept } = await ready();
  broker.will(6);
  expect(kept.status()).toMatchObject({ state: 'ok', statistics: { M_OldSessionCount: 1 } });
  broker.will(7);
  expect(kept.status()).toMatchObject({ state: 'offline', reason: 'MQTT_LWT' });
  await clock.advance(30_000);
  expect(kept.status()).toMatchObject({ state: 'offline', reason: 'MQTT_LWT' });
  // The store waits for it: the moment it is back it is there.
  for (let ms = 0; kept.status().state !== 'ok' && ms < 20_000; ms += 1000) {
    broker.birth(8);
    await clock.advance(1000);
  }
  expect(kept.status().state).toBe('ok');
  await kept.close();
});

test('a cabinet whose will lies there at our start is away at once', async () => {
  const { clock, broker, kept } = bench();
  broker.will(7);
  await clock.advance(0);
  await settle();
  expect(kept.status()).toMatchObject({ state: 'offline', reason: 'MQTT_LWT' });
  await kept.close();
});

test('connected but silent is MQTT_STALE, and stays so on the word of a retained state', async () => {
  const { clock, broker, kept } = await ready();
  await clock.advance(5100);
  expect(kept.status()).toMatchObject({ state: 'offline', reason: 'MQTT_STALE' });
  await clock.advance(40_000);
  expect(kept.status()).toMatchObject({ state: 'offline', reason: 'MQTT_STALE' });
  expect(broker.sent).toEqual([]);
  await kept.close();
  expect(clock.timers()).toBe(0);
});

test('a command is the golden one, once, QoS 1 and never retained', async () => {
  const { broker, kept } = await ready();
  const opening = open(kept);
  await settle();
  const [asked] = parseGolden(readFileSync(GOLDEN, 'utf8')).lines.filter(
    ({ direction }) => direction === 'tx',
  );
  const golden = asked?.meaning[0] as { topic: string; command: object };
  const [command] = broker.sent;
  expect(command).toMatchObject({ topic: golden.topic, qos: 1, retain: false });
  expect(command?.body).toEqual({ ...golden.command, notAfterUptimeMs: 7000 });
  broker.answer('done');
  expect(await opening).toEqual({ ok: true, state: 'open' });
  await kept.close();
});

test('lights are the golden command, and only of a cabinet that says it has them', async () => {
  const { clock, broker, kept } = await ready();
  expect(kept.device()?.lights).toBeUndefined();
  broker.cut();
  await clock.advance(1000);
  broker.birth(8, { lights: true });
  await clock.advance(1000);
  const switching = kept.device()?.lights?.(false);
  await settle();
  const golden = parseGolden(readFileSync(GOLDEN, 'utf8')).lines.flatMap(({ meaning }) => meaning);
  const [wanted] = (golden as { topic?: string; command?: object }[]).filter(({ topic }) =>
    topic?.endsWith('cmd/lights'),
  );
  const [command] = broker.sent;
  expect(command).toMatchObject({ topic: wanted?.topic, qos: 1, retain: false });
  const mine = expect.any(String);
  expect(command?.body).toEqual({
    ...{ ...wanted?.command, session: 8, notAfterUptimeMs: expect.any(Number) },
    ...{ commandId: mine, answerTo: mine },
  });
  broker.answer('done', 'locked', 8);
  expect(await switching).toEqual({ ok: true });
  const unanswered = kept.device()?.lights?.(true);
  await clock.advance(1500);
  expect(await unanswered).toEqual({ ok: false, reason: 'no-answer' });
  await kept.close();
});

test.each([
  ['done', 'locked', { ok: false, reason: 'still-locked', sent: true }],
  ['stuck', 'locked', { ok: false, reason: 'still-locked', sent: true }],
  ['expired', 'locked', { ok: false, reason: 'deadline', sent: false }],
  ['wrong-session', 'locked', { ok: false, reason: 'closed', sent: false }],
  ['repeated', 'locked', { ok: false, reason: 'no-answer', sent: true }],
  ['no-such-lock', 'locked', { ok: false, reason: 'no-such-lock', sent: false }],
])('an answer "%s" with the bolt %s', async (outcome, state, told) => {
  const { broker, kept } = await ready();
  const opening = open(kept);
  await settle();
  broker.answer(outcome, state);
  expect(await opening).toEqual(told);
  await kept.close();
});

test('no answer by the deadline: sent, perhaps; the lock is read before another pulse', async () => {
  const { clock, broker, kept } = await ready();
  const opening = open(kept, 60_000);
  await clock.advance(2000);
  expect(await opening).toEqual({ ok: false, reason: 'no-answer', sent: true });
  broker.say('reading', { kind: 'weights', cells: [] });
  const again = open(kept);
  await settle();
  expect(broker.sent.map(({ topic }) => topic.split('/').at(-1))).toEqual(['unlock', 'read']);
  broker.answer('done', 'open');
  expect(await again).toEqual({ ok: true, state: 'open' });
  expect(broker.sent).toHaveLength(2);
  await kept.close();
});

test('an unlock is not sent again after a reconnect, and its late answer opens nothing', async () => {
  const { clock, broker, kept } = await ready();
  const opening = open(kept);
  await settle();
  broker.cut();
  expect(await opening).toEqual({ ok: false, reason: 'closed', sent: true });
  await clock.advance(1000);
  broker.birth(8);
  await clock.advance(1000);
  expect(kept.status().state).toBe('ok');
  expect(broker.sent).toHaveLength(1);
  await kept.close();
});

test('a device that came back meanwhile is another session: what was asked is closed', async () => {
  const { broker, kept } = await ready();
  const opening = open(kept);
  await settle();
  broker.birth(8);
  expect(await opening).toEqual({ ok: false, reason: 'closed', sent: true });
  await kept.close();
});

test('duplicates, late and lost messages are counted, and not believed', async () => {
  const { broker, events, kept } = await ready();
  const weigh = (grams: number, at: number) =>
    broker.say(
      'reading',
      { kind: 'weights', cells: [{ cell: 1, state: 'stable', grams }] },
      { at },
    );
  weigh(100, 10);
  weigh(100, 10);
  weigh(90, 9);
  weigh(110, 13);
  // MQTT keeps no order between QoS 0 and 1: another subject may come late.
  broker.say('event', { kind: 'lock', lock: 1, state: 'open' }, { at: 12 });
  expect(events.at(-1)).toMatchObject({ kind: 'lock-state', state: 'open' });
  for (let seq = 14; seq < 90; seq++) weigh(110, seq);
  broker.raw(`${BASE}/reading`, '{"kind":"weights"');
  broker.raw(`${BASE}/reading`, '['.repeat(3000));
  expect(events.flatMap((event) => ('grams' in event ? [event.grams] : []))).toEqual([
    100,
    ...Array(77).fill(110),
  ]);
  expect(kept.status().statistics).toMatchObject({
    M_DuplicateCount: 1,
    M_OutOfOrderCount: 1,
    // 2 to 8, and 11: the birth was number 1, and 9 and 12 came late.
    M_LostMessageCount: 8,
    CommunicationErrorCount: 2,
  });
  await kept.close();
});

test('a leap of the running number costs no time', async () => {
  const { broker, events, kept } = await ready();
  const cells = [{ cell: 1, state: 'stable', grams: 5 }];
  broker.say('reading', { kind: 'weights', cells }, { at: Number.MAX_SAFE_INTEGER });
  expect(events.at(-1)).toMatchObject({ grams: 5 });
  await kept.close();
});

test('nobody else’s topic is heard', async () => {
  const { broker, events, kept } = await ready();
  const said = events.length;
  const body = JSON.stringify({
    ...{ kind: 'lock', v: 1, session: 7, seq: 99, uptimeMs: 1 },
    ...{ lock: 1, state: 'open' },
  });
  broker.raw(`${ROOT}/dev/cab-2/event`, body);
  broker.raw(`${BASE}/cmd/unlock`, body);
  expect(events).toHaveLength(said);
  await kept.close();
});
