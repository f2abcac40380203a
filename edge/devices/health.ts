/** CheckHealth: what is measured of a device, its limit, and what to do where it is not kept. */
import type { Camera, DeviceEvent, LockBoard, Printer } from '../../drivers/contract.ts';
import { findDriver } from '../../drivers/index.ts';
import { meaningsOf } from '../../drivers/trace/meaning.ts';
import type { TraceEntry } from '../../drivers/trace/ring.ts';
import type { Clock, Outcome, Text } from '../core/ports.ts';
import type { CheckLevel, CheckReport, CheckStep } from '../core/views/diag-views.ts';
import type { KeptDevice } from './devices.ts';
import { deviceRefusal } from './refusals.ts';

const REPLY_LIMIT_MS = 200;
const BAD_LIMIT_PERCENT = 1;
const SEEN_LIMIT_MS = 3000;
const WATCHED_MS = 1500;
const PERSON_MS = 20_000;
const SAMPLE_MS = 50;
const ENTRIES = 600;

const NEVER = new AbortController().signal;

/** How long there is, and whether it was called off. */
interface Time {
  clock: Clock;
  signal: AbortSignal;
}

const say = (zh: string, en: string): Text => ({ zh, en });
const none = (id: string, title: Text): CheckStep => ({ id, status: 'none', title });

/**
 * Runs the check; takes at most 3 s but for `interactive`, which waits for a person 20 s. Aborted it
 * is refused with CHECK_CANCELLED within a tenth of a second; what it asked of the device is over.
 */
export async function checkHealth(
  device: KeptDevice,
  level: CheckLevel,
  clock: Clock,
  signal: AbortSignal = NEVER,
): Promise<Outcome<CheckReport>> {
  const startedMs = clock.monoMs();
  const atWallMs = clock.wallMs();
  // Who is quick acts while the other steps still run: what was before counts from here.
  const before = device.lastEvent();
  const steps = internal(device, clock);
  const time = { clock, signal };
  if (level !== 'internal') steps.push(...(await external(device, time)));
  if (level === 'interactive' && !signal.aborted)
    steps.push(await interactive(device, time, before));
  if (signal.aborted) return deviceRefusal('CHECK_CANCELLED', { id: device.id });
  const worst = steps.some(({ status }) => status === 'fail')
    ? 'fail'
    : steps.some(({ status }) => status === 'warn')
      ? 'warn'
      : 'ok';
  const troubled = steps.filter(({ status }) => status === 'fail' || status === 'warn');
  const words = { ok: 'Successful', warn: 'Successful', fail: 'Failed' }[worst];
  const checkHealthText = [
    `${level[0]?.toUpperCase()}${level.slice(1)} HCheck: ${words}`,
    ...troubled.map(({ title }) => title.en),
  ].join('; ');
  const ms = Math.round(clock.monoMs() - startedMs);
  const { id } = device;
  return { ok: true, value: { id, level, status: worst, checkHealthText, steps, atWallMs, ms } };
}

// ---- internal: nothing is sent --------------------------------------------------------------------

function internal(device: KeptDevice, clock: Clock): CheckStep[] {
  const entries = device.ring.newest(ENTRIES);
  return [connected(device), seen(device, clock), replies(entries), frames(device, entries)];
}

function connected(device: KeptDevice): CheckStep {
  const { state, reason, why, next, detail } = device.view();
  const title = say('连接', 'connection');
  const well = state === 'ok' || state === 'warn' || state === 'starting';
  return {
    id: 'connected',
    status: state === 'ok' ? 'pass' : well ? 'warn' : 'fail',
    title: why && state !== 'ok' ? say(`连接：${why.zh}`, `connection: ${why.en}`) : title,
    // A measured fact is the same in both languages; words are in the title.
    value: (detail && detail.zh === detail.en ? detail.zh : state).slice(0, 60),
    ...(reason && { reason }),
    ...(next && { hint: next }),
  };
}

function seen(device: KeptDevice, clock: Clock): CheckStep {
  const title = say('最近通信', 'last heard');
  const { lastSeenMs } = device.status();
  const limitMs = Math.max(SEEN_LIMIT_MS, findDriver(device.driver)?.silenceMs ?? SEEN_LIMIT_MS);
  if (lastSeenMs === undefined || device.kind === 'scanner') return none('seen', title);
  const ageMs = Math.round(clock.monoMs() - lastSeenMs);
  const status = ageMs <= limitMs ? 'pass' : 'fail';
  return { id: 'seen', status, title, value: `${ageMs} ms`, limit: `≤ ${limitMs} ms` };
}

/** From a question to the first byte that came after it. */
export function replyTimesMs(entries: readonly TraceEntry[]): number[] {
  const times: number[] = [];
  let askedUs: number | undefined;
  for (const { direction, tUs } of entries) {
    if (direction === 'tx') askedUs = tUs;
    else if (direction === 'rx' && askedUs !== undefined) {
      times.push((tUs - askedUs) / 1000);
      askedUs = undefined;
    }
  }
  return times.sort((one, other) => one - other);
}

function replies(entries: readonly TraceEntry[]): CheckStep {
  const title = say('应答时间', 'replies');
  const times = replyTimesMs(entries);
  if (times.length === 0) return none('replies', title);
  const at = (share: number) => Math.round(times[Math.floor((times.length - 1) * share)] ?? 0);
  const status = at(0.95) <= REPLY_LIMIT_MS ? 'pass' : 'warn';
  const value = `n=${times.length} p50 ${at(0.5)} ms p95 ${at(0.95)} ms`;
  const hint = say('查线缆和接头；设备可能太忙', 'Check cable and plugs; the device may be busy');
  return {
    ...{ id: 'replies', status, title, value, limit: `≤ ${REPLY_LIMIT_MS} ms` },
    ...(status === 'warn' && { hint }),
  };
}

function frames(device: KeptDevice, entries: readonly TraceEntry[]): CheckStep {
  const title = say('数据帧', 'frames');
  const driver = findDriver(device.driver);
  const heard = entries.filter(({ direction }) => direction === 'rx');
  const total = heard.reduce((sum, { bytes }) => sum + bytes.length, 0);
  if (!driver || total === 0) return none('frames', title);
  // What was cut off at the beginning belongs to nobody's fault.
  const items = [...meaningsOf(driver, device.options, entries).values()].slice(1).flat();
  const bad = items
    .filter(({ kind }) => kind === 'discarded')
    .reduce((sum, { hex }) => sum + String(hex).split(' ').length, 0);
  const percent = (100 * bad) / total;
  const status = percent <= BAD_LIMIT_PERCENT ? 'pass' : 'warn';
  const hint = say('波特率或校验位不符，或接地不良', 'Wrong speed or parity, or bad grounding');
  return {
    ...{ id: 'frames', status, title, limit: `≤ ${BAD_LIMIT_PERCENT} %` },
    value: `${bad} B / ${total} B (${percent.toFixed(1)} %)`,
    ...(status === 'warn' && { reason: 'BAD_FRAMES', hint }),
  };
}

// ---- external: it may be asked, and may print ----------------------------------------------------

async function external(device: KeptDevice, time: Time): Promise<CheckStep[]> {
  switch (device.kind) {
    case 'scale':
      return weighing(device, time);
    case 'printer':
      return [await paper(device)];
    case 'lock':
      return [await lock(device)];
    case 'camera':
      return [picture(device)];
    default:
      return [none('external', say('外部检查', 'external'))];
  }
}

async function weighing(device: KeptDevice, time: Time): Promise<CheckStep[]> {
  const { plate } = device.config;
  const heard = await watch(device, time, WATCHED_MS, () => false);
  const grams = heard.flatMap((event) =>
    'grams' in event && event.grams !== undefined ? [event.grams] : [],
  );
  const last = grams.at(-1);
  const zero = say('零点', 'zero');
  const stability = say('稳定', 'stability');
  if (last === undefined) return [{ ...none('zero', zero), status: 'fail', value: '-' }];
  // Without a type plate nobody knows how far from zero is too far.
  const off =
    plate !== undefined && Math.abs(last) > plate.divisionGrams && Math.abs(last) < plate.minGrams;
  const spread = Math.max(...grams) - Math.min(...grams);
  const hint = say(
    `清空秤盘，然后：yike scale zero ${device.id}`,
    `Clear the plate, then: yike scale zero ${device.id}`,
  );
  return [
    {
      ...{ id: 'zero', status: off ? 'warn' : 'pass', title: zero },
      ...{ value: `${last} g`, ...(plate && { limit: `±${plate.divisionGrams} g` }) },
      ...(off && { reason: 'SCALE_NOT_ZERO', hint }),
    },
    {
      ...{
        id: 'stability',
        status: plate === undefined || spread <= 2 * plate.divisionGrams ? 'pass' : 'warn',
        title: stability,
      },
      ...{ value: `${spread} g / ${WATCHED_MS} ms` },
      ...(plate && { limit: `≤ ${2 * plate.divisionGrams} g` }),
    },
  ];
}

async function paper(device: KeptDevice): Promise<CheckStep> {
  const title = say('打印机状态', 'printer status');
  const printer = device.current<Printer>();
  if (!printer) return { ...none('status', title), status: 'fail' };
  const { paper: roll, cover, online } = await printer.status();
  const well = online && roll === 'ok' && cover !== 'open';
  return {
    ...{ id: 'status', status: well ? 'pass' : 'warn', title },
    value: `paper ${roll}, cover ${cover}, ${online ? 'online' : 'offline'}`,
  };
}

async function lock(device: KeptDevice): Promise<CheckStep> {
  const title = say('锁反馈', 'lock feedback');
  const board = device.current<LockBoard>();
  if (!board) return { ...none('feedback', title), status: 'fail' };
  const state = await board.state(1);
  return {
    id: 'feedback',
    status: state === 'unknown' ? 'warn' : 'pass',
    title,
    value: `1: ${state}`,
  };
}

function picture(device: KeptDevice): CheckStep {
  const title = say('画面', 'picture');
  const frame = device.current<Camera>()?.latest(2000);
  if (!frame) return { ...none('picture', title), status: 'fail', limit: '≤ 2000 ms' };
  return {
    id: 'picture',
    status: 'pass',
    title,
    value: `${Math.round(frame.jpeg.length / 1024)} KiB`,
  };
}

// ---- interactive: a person does something --------------------------------------------------------

/** What a person is asked to do at the device. */
export const PERSON_DOES: Partial<Record<KeptDevice['kind'], Text>> = {
  scale: say('请在秤盘上放一件 20 克以上的东西', 'Put something heavier than 20 g on the plate'),
  scanner: say('请扫任意一个条码', 'Scan any code'),
};

async function interactive(
  device: KeptDevice,
  time: Time,
  before: DeviceEvent | undefined,
): Promise<CheckStep> {
  const title = PERSON_DOES[device.kind];
  if (!title) return none('interactive', say('交互检查', 'interactive'));
  const was = before && 'grams' in before ? (before.grams ?? 0) : 0;
  const done = (event: DeviceEvent) =>
    device.kind === 'scanner'
      ? event.kind === 'code' && event !== before
      : event.kind === 'stable' && Math.abs((event.grams ?? was) - was) >= 20;
  const heard = await watch(device, time, PERSON_MS, done);
  const last = heard.at(-1);
  const passed = last !== undefined && done(last);
  const value = passed ? ('grams' in last ? `${last.grams} g` : 'code') : '-';
  return {
    id: 'interactive',
    status: passed ? 'pass' : 'fail',
    title,
    value,
    limit: `${PERSON_MS / 1000} s`,
  };
}

/** What the device says within `ms`, up to the first event that is `enough` or being called off. */
function watch(
  device: KeptDevice,
  { clock, signal }: Time,
  ms: number,
  enough: (event: DeviceEvent) => boolean,
): Promise<DeviceEvent[]> {
  const untilMs = clock.monoMs() + ms;
  const heard: DeviceEvent[] = [];
  return new Promise((resolve) => {
    const look = (): void => {
      const event = device.lastEvent();
      if (event !== undefined && event !== heard.at(-1)) heard.push(event);
      const over = signal.aborted || clock.monoMs() >= untilMs;
      if (over || (event !== undefined && enough(event))) resolve(heard);
      else clock.after(SAMPLE_MS, look);
    };
    look();
  });
}
