/** What a person may ask of a device by hand. Who and why is in the ledger before it happens. */

import type {
  CabinetUnit,
  Device,
  DeviceOutcome,
  Locatable,
  LockBoard,
  Printer,
  Scale,
  VendingMachine,
} from '../../drivers/contract.ts';
import { wordsOf } from '../../drivers/errors.ts';
import type { DeviceAct, DeviceEventBodies } from '../core/device-events.ts';
import type { Clock, Outcome, Text } from '../core/ports.ts';
import type { KeptDevice } from './devices.ts';
import { objection, sendRequestOf } from './direct-io.ts';
import { powerCycle, powerObjection } from './power.ts';
import { deviceRefusal } from './refusals.ts';
import { TEST_PAGES } from './test-pages.ts';

export interface ActRequest {
  by: string;
  why?: string;
  /** `zero`, `tare`, `unlock`, `print`, or a switch of the device. */
  act: DeviceAct | Quiet;
  grams?: number;
  lock?: number;
  /** Of `lights`. */
  on?: boolean;
  /** Of `print`: which test page. */
  label?: string;
  forMs?: number;
  points?: { appliedGrams: number; shownGrams: number }[];
  /** Of `send`: the bytes, what ends the reply, how long to wait. */
  hex?: string;
  expect?: string;
  timeoutMs?: number;
  /** Bytes that are no preset. */
  unsafe?: boolean;
}

/** Acts that change nothing a sale could feel: they stand in no ledger. */
const QUIET = ['restart', 'audit', 'mark', 'reset-statistics'] as const;
type Quiet = (typeof QUIET)[number];
const isQuiet = (verb: DeviceAct | Quiet): verb is Quiet => QUIET.some((quiet) => quiet === verb);

export interface ActParts {
  clock: Clock;
  tell(event: { type: 'DeviceHandled'; body: DeviceEventBodies['DeviceHandled'] }): void;
}

/** Begins the note of a mark in a trace. */
export const MARK = 'mark ';
const LOCK_DEADLINE_MS = 2000;
const LONGEST_DETAIL = 120;
const LONGEST_RELEASE_MS = 3_600_000;
const YEAR_MS = 365 * 86_400_000;
/** Of the type plate's divisions, the most a calibration weight may be off. */
const DIVISIONS_OFF = 1;

/** What the connected device can be asked; switches are for every device. */
export function abilities(device: KeptDevice): string[] {
  const connected = device.current();
  if (connected === undefined) return [];
  const found = (connected as Locatable).locate ? ['locate'] : [];
  if (connected.kind === 'scale') {
    const weighs = [...(connected.zero ? ['zero'] : []), ...(connected.tare ? ['tare'] : [])];
    // What a weight may be off stands on the type plate alone.
    return [...weighs, ...(device.config.plate ? ['calibrate'] : []), ...found];
  }
  if (connected.kind === 'printer') return ['print', 'feed', 'status', ...found];
  if (connected.kind === 'lock') return ['unlock', 'status'];
  if (connected.kind === 'vending') return ['audit'];
  if (connected.kind === 'cabinet') return connected.lights ? ['lights'] : [];
  return found;
}

/** Acts that need the device itself. */
const NEEDS_DEVICE = [
  'zero',
  'tare',
  'unlock',
  'print',
  'feed',
  'calibrate',
  'locate',
  'audit',
  'lights',
];

/** Does it, after it was written down; the answer says what came of it. */
export async function act(
  device: KeptDevice,
  request: ActRequest,
  { clock, tell }: ActParts,
): Promise<Outcome<Record<string, unknown>>> {
  const { act: verb, by, why } = request;
  const { id } = device;
  if (verb === 'unlock' && (by.trim() === '' || (why ?? '').trim() === ''))
    return deviceRefusal('NAME_AND_REASON', { act: verb });
  const needed = NEEDS_DEVICE.includes(verb);
  if (needed && device.current() === undefined)
    return deviceRefusal('DEVICE_OFFLINE', {
      id,
      why: device.status().reason ?? device.status().state,
    });
  if (needed && !abilities(device).includes(verb))
    return deviceRefusal('NOT_ABLE', { id, act: verb });
  if (verb === 'confirm' && device.facts().changed === undefined)
    return deviceRefusal('NOTHING_CHANGED', { id });
  const refused = objectionTo(device, request);
  if (refused) return refused;
  const detail = detailOf(request);
  if (!isQuiet(verb))
    tell({
      type: 'DeviceHandled',
      body: { deviceId: id, act: verb, by, ...(why && { why }), ...(detail && { detail }) },
    });
  return perform(device, request, clock);
}

/** Why what was asked is nothing to begin with, beyond what the device can. */
function objectionTo(device: KeptDevice, request: ActRequest) {
  const { id } = device;
  const { act: verb, label } = request;
  if (verb === 'send') return objection(device, request);
  if (verb === 'power') return powerObjection(device);
  if (verb === 'print' && label !== undefined && !TEST_PAGES[label])
    return deviceRefusal('NO_SUCH_LABEL', { id, why: Object.keys(TEST_PAGES).join(', ') });
  return undefined;
}

/** The measured fact that stands in the ledger beside who and why. */
function detailOf({ act: verb, lock, on, hex = '' }: ActRequest): string | undefined {
  if (verb === 'lights') return on ? 'on' : 'off';
  if (verb === 'unlock') return `lock ${lock ?? 1}`;
  return verb === 'send' ? hex.slice(0, LONGEST_DETAIL) : undefined;
}

async function perform(
  device: KeptDevice,
  request: ActRequest,
  clock: Clock,
): Promise<Outcome<Record<string, unknown>>> {
  const { act: verb, by, why = '', forMs = 600_000 } = request;
  switch (verb) {
    case 'restart':
      device.restart();
      return done();
    case 'mark':
      device.ring.say('note', `${MARK}${by}: ${why}`);
      return done({ seq: device.ring.extent().lastSeq });
    case 'reset-statistics':
      device.resetStatistics();
      return done();
    case 'enable':
      device.enable();
      return done();
    case 'disable':
      await device.disable(by, why);
      return done();
    case 'release':
      await device.release(Math.min(forMs, LONGEST_RELEASE_MS), by);
      return done({ forMs: Math.min(forMs, LONGEST_RELEASE_MS) });
    case 'claim':
      device.claim();
      return done();
    case 'power':
      return powerCycle(device, clock);
    case 'confirm':
      device.confirm(by);
      return done({ identity: { ...device.facts().identity } });
    case 'calibrate':
      return calibrated(device, request, clock);
    case 'send':
      return send(device, request);
    default:
      return ask(device, request);
  }
}

const done = (value: Record<string, unknown> = {}): Outcome<Record<string, unknown>> => ({
  ok: true,
  value,
});

async function ask(
  device: KeptDevice,
  { act: verb, grams, lock = 1, on = true, label }: ActRequest,
): Promise<Outcome<Record<string, unknown>>> {
  const { id } = device;
  const failed = (why: string | Text) => deviceRefusal('ACT_FAILED', { id, act: verb, why });
  const judge = (outcome: DeviceOutcome | undefined) =>
    outcome?.ok ? done() : failed(outcome?.reason ?? 'NO_SUCH_COMMAND');
  if (verb === 'zero') return judge(await device.current<Scale>()?.zero?.());
  if (verb === 'tare') return judge(await device.current<Scale>()?.tare?.(grams));
  if (verb === 'unlock') {
    const outcome = await device.current<LockBoard>()?.open(lock, { deadlineMs: LOCK_DEADLINE_MS });
    return outcome?.ok ? done({ lock, state: outcome.state }) : failed(outcome?.reason ?? 'closed');
  }
  if (verb === 'locate') return judge(await device.current<Device & Locatable>()?.locate?.());
  if (verb === 'lights') return judge(await device.current<CabinetUnit>()?.lights?.(on));
  if (verb === 'print' || verb === 'feed') {
    const lines = verb === 'print' ? (TEST_PAGES[label ?? 'page']?.(id) ?? []) : [{ feed: 3 }];
    const job = { jobId: `${verb === 'print' ? 'test' : 'feed'}-${id}`, lines };
    const outcome = await device.current<Printer>()?.print(job);
    return outcome?.ok ? done() : failed(outcome?.reason ?? 'offline');
  }
  if (verb === 'audit') {
    const outcome = await device.current<VendingMachine>()?.audit();
    return outcome?.ok ? done({ audit: outcome.audit }) : failed(outcome?.detail ?? 'offline');
  }
  return deviceRefusal('NOT_ABLE', { id, act: verb });
}

async function send(
  device: KeptDevice,
  request: ActRequest,
): Promise<Outcome<Record<string, unknown>>> {
  try {
    return done({ ...(await device.exchange(sendRequestOf(request))) });
  } catch (error) {
    return deviceRefusal('PORT_FAILED', { id: device.id, why: wordsOf(error) });
  }
}

/** Keeps what the weights showed; passed where every one is within a division. */
function calibrated(
  device: KeptDevice,
  { by, points = [] }: ActRequest,
  clock: Clock,
): Outcome<Record<string, unknown>> {
  const divisionGrams = device.config.plate?.divisionGrams ?? 0;
  const off = points.map(({ appliedGrams, shownGrams }) => Math.abs(shownGrams - appliedGrams));
  const passed = points.length >= 2 && off.every((grams) => grams <= DIVISIONS_OFF * divisionGrams);
  const atWallMs = clock.wallMs();
  const calibration = {
    by,
    atWallMs,
    dueWallMs: atWallMs + (passed ? YEAR_MS : 0),
    points,
    passed,
  };
  device.calibrated(calibration);
  return done({ calibration });
}
