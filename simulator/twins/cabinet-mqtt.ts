/**
 * A cabinet that speaks JSON over MQTT, as its protocol note says: a client of its own that comes
 * back after every broken line with a new session number, weighs, watches its bolt and obeys.
 */
import type { Clock } from '../runtime.ts';
import type { Dial, TopicLine } from '../topics.ts';
import { type Bolts, createTimers, pulseBolt } from './lock-8a.ts';

/** What can go wrong with it. */
export type CabinetFault =
  | 'no-answer'
  | 'silent'
  | 'jammed'
  /** Everything is said twice, as QoS 1 allows. */
  | 'twice'
  /** Readings come one after another and not in their order. */
  | 'shuffled'
  /** Obeys, and says so after the host stopped waiting. */
  | 'late'
  /** The network brings commands when their time is over. */
  | 'held';

export interface CabinetMqttOptions {
  dial: Dial;
  root: string;
  deviceId: string;
  clock: Clock;
  bolts: Bolts;
  /** Its lights, where it has some. */
  lamp?: { on: boolean };
  /** Grams that each cell reads now, the first is cell 1. */
  cells(): number[];
  deciCelsius(): number | undefined;
  steadyGrams?: number;
  /** Kept over a power cut of the device; counts its connections. */
  memory?: { session: number };
  fault?: () => CabinetFault | undefined;
  readingMs?: number;
}

const RETRY_MS = 500;
const BOLT_MS = 60;
const LATE_MS = 3000;
const REMEMBER_MS = 24 * 3_600_000;
const STATE_EVERY = 8;
const KELVIN_EVERY = 4;

export interface CabinetMqtt {
  /** Breaks the line without a goodbye, so the broker publishes the will; it dials again. */
  cut(): void;
  /** The same, and it stays away until its plug is back. */
  unplug(): void;
  plug(): void;
  close(): void;
}

export function startCabinetMqtt(options: CabinetMqttOptions): CabinetMqtt {
  const { clock, memory = { session: 0 } } = options;
  const timers = createTimers(clock);
  const commands = new Map<string, number>();
  let powered = false;
  let line: TopicLine | undefined;
  let life: Life | undefined;
  const dial = (): void => {
    if (!powered) return;
    memory.session += 1;
    const session = memory.session;
    let mine: TopicLine | undefined;
    const ended = (): void => {
      if (line !== mine || !powered) return;
      life?.stop();
      life = undefined;
      line = undefined;
      timers.later(RETRY_MS, dial);
    };
    mine = options.dial(helloOf(options, session), {
      connected() {
        if (mine) life = live(mine, options, session, commands);
      },
      message: (topic, payload) => life?.hear(topic, payload),
      closed: ended,
    });
    line = mine;
    if (!mine) ended();
  };
  const unplug = (): void => {
    powered = false;
    timers.stop();
    life?.stop();
    life = undefined;
    line?.cut();
    line = undefined;
  };
  const plug = (): void => {
    if (powered) return;
    powered = true;
    dial();
  };
  plug();
  return { cut: () => line?.cut(), unplug, plug, close: unplug };
}

function helloOf({ root, deviceId }: CabinetMqttOptions, session: number) {
  const will = { v: 1, kind: 'state', session, online: false };
  return {
    clientId: deviceId,
    will: { topic: `${root}/dev/${deviceId}/state`, payload: JSON.stringify(will) },
  };
}

interface Life {
  hear(topic: string, payload: Uint8Array): void;
  stop(): void;
}

/** One connection from its birth to its end. */
function live(
  line: TopicLine,
  options: CabinetMqttOptions,
  session: number,
  seen: Map<string, number>,
): Life {
  const { root, deviceId, clock, bolts } = options;
  const base = `${root}/dev/${deviceId}`;
  const timers = createTimers(clock);
  const locks = () =>
    bolts.locked.map((locked, at) => ({ lock: at + 1, state: locked ? 'locked' : 'open' }));
  const say = sayingOn(line, options, session);
  line.publish(`${base}/description`, describe(options, session), 1, true);
  line.subscribe(`${base}/cmd/+`);
  say('state', { kind: 'state', online: true, locks: locks() }, 1, true);
  watch(options, timers, say, locks);
  return {
    hear(topic, payload) {
      const command = commandOf(payload);
      if (!command) return;
      const name = topic.slice(base.length + 1);
      const act = () => obey({ ...options, session, seen, timers, say, locks }, name, command);
      if (options.fault?.() === 'held') timers.later(LATE_MS, act);
      else act();
    },
    stop: timers.stop,
  };
}

/** Numbers what is said, and sends it as the fault of the day has it. */
function sayingOn(line: TopicLine, options: CabinetMqttOptions, session: number): Say {
  const { root, deviceId, clock, fault } = options;
  let seq = 0;
  let kept: (() => void) | undefined;
  return (topic, body, qos, retain = false) => {
    const head = { v: 1, session, seq: ++seq, uptimeMs: Math.floor(clock.monoMs()) };
    const payload = JSON.stringify({ ...head, ...body });
    const send = () => line.publish(`${root}/dev/${deviceId}/${topic}`, payload, qos, retain);
    if (fault?.() === 'shuffled' && qos === 0 && !kept) {
      kept = send;
      return;
    }
    send();
    if (fault?.() === 'twice') send();
    kept?.();
    kept = undefined;
  };
}

function describe({ bolts, cells, lamp }: CabinetMqttOptions, session: number): string {
  return JSON.stringify({
    kind: 'description',
    v: 1,
    session,
    manufacturer: 'Yike',
    model: 'SC-24',
    serialNumber: 'SIM-0001',
    firmware: '1.0',
    locks: bolts.locked.length,
    cells: cells().length,
    probes: 1,
    ...(lamp && { lights: true }),
  });
}

type Say = (topic: string, body: object, qos: 0 | 1, retain?: boolean) => void;
type Timers = ReturnType<typeof createTimers>;

/** Weighs, measures and looks at its bolts, round after round. */
function watch(options: CabinetMqttOptions, timers: Timers, say: Say, locks: () => object[]): void {
  const { bolts, readingMs = 250, steadyGrams = 6 } = options;
  const lately: number[][] = [];
  let told = [...bolts.locked];
  let round = 0;
  const weigh = () => {
    const grams = options.cells();
    lately.push(grams);
    if (lately.length > 3) lately.shift();
    return grams.map((now, at) => {
      const three = lately.map((each) => each[at] ?? 0);
      const steady = three.length === 3 && Math.max(...three) - Math.min(...three) <= steadyGrams;
      return steady
        ? { cell: at + 1, state: 'stable', grams: now }
        : { cell: at + 1, state: 'moving' };
    });
  };
  const look = (): void => {
    timers.later(readingMs, look);
    if (options.fault?.() === 'silent') return;
    const changed = bolts.locked.flatMap((locked, at) => (locked === told[at] ? [] : [at]));
    for (const at of changed) {
      const state = bolts.locked[at] ? 'locked' : 'open';
      say('event', { kind: 'lock', lock: at + 1, state }, 1);
    }
    // Now and then again, so that nobody believes an old state for long.
    const beat = round % STATE_EVERY === 0;
    if (beat || changed.length > 0)
      say('state', { kind: 'state', online: true, locks: locks() }, 1, true);
    told = [...bolts.locked];
    say('reading', { kind: 'weights', cells: weigh() }, 0);
    if (round++ % KELVIN_EVERY !== 0) return;
    const deciCelsius = options.deciCelsius();
    const measured = deciCelsius === undefined ? { fault: 'probe' } : { deciCelsius };
    say('reading', { kind: 'temperature', probe: 1, ...measured }, 0);
  };
  look();
}

interface Obeying extends CabinetMqttOptions {
  session: number;
  seen: Map<string, number>;
  timers: Timers;
  say: Say;
  locks(): { lock: number; state: string }[];
}

interface Command {
  commandId: string;
  session: number;
  lock?: number;
  on?: boolean;
  notAfterUptimeMs: number;
}

/** Why a command may not be carried out; undefined where it may. */
function objection(device: Obeying, name: string, command: Command): string | undefined {
  const now = device.clock.monoMs();
  for (const [id, atMs] of device.seen) if (now - atMs > REMEMBER_MS) device.seen.delete(id);
  if (device.seen.has(command.commandId)) return 'repeated';
  device.seen.set(command.commandId, now);
  if (command.session !== device.session) return 'wrong-session';
  if (now > command.notAfterUptimeMs) return 'expired';
  if (name === 'cmd/unlock' && device.bolts.locked[(command.lock ?? 0) - 1] === undefined)
    return 'no-such-lock';
  return undefined;
}

function obey(device: Obeying, name: string, command: Command): void {
  const { bolts, timers, say, locks } = device;
  const fault = device.fault?.();
  if (fault === 'silent') return;
  const answer = (outcome: string): void => {
    if (fault === 'no-answer') return;
    const body = { kind: 'answer', commandId: command.commandId, outcome, locks: locks() };
    say(`resp/${command.commandId}`, body, 1);
  };
  const no = objection(device, name, command);
  if (no === undefined && name === 'cmd/lights' && device.lamp)
    device.lamp.on = command.on === true;
  if (no !== undefined || name !== 'cmd/unlock') {
    answer(no ?? 'done');
    return;
  }
  const at = (command.lock ?? 0) - 1;
  pulseBolt(bolts, at, fault === 'jammed');
  const done = () => answer(bolts.locked[at] ? 'stuck' : 'done');
  timers.later(fault === 'late' ? LATE_MS : BOLT_MS, done);
}

/** A command as it came; undefined where it is none. */
function commandOf(payload: Uint8Array): Command | undefined {
  try {
    const value: Partial<Command> | null = JSON.parse(Buffer.from(payload).toString());
    const whole = typeof value?.commandId === 'string' && Number.isFinite(value.notAfterUptimeMs);
    return whole ? (value as Command) : undefined;
  } catch {
    return undefined;
  }
}
