/**
 * The technician's way to a device: through the running controller, or with `--direct` to the port
 * itself while the controller is down.
 */
import { existsSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import type { Outcome } from '../../core/ports.ts';
import type { CheckLevel, CheckReport, DiagDevice } from '../../core/views/diag-views.ts';
import { askBox } from '../box.ts';
import { type Answer, type Call, EXIT, failed, say } from '../command.ts';
import { deviceMeant } from './device.ts';

/** What a refusal of the technician's tools means as an exit code. */
export const EXIT_OF: Record<string, number> = {
  DEVICE_UNKNOWN: EXIT.noExist,
  DEVICE_OFFLINE: EXIT.offline,
  NOT_ABLE: EXIT.illegal,
  ACT_FAILED: EXIT.failure,
  CHECK_CANCELLED: EXIT.interrupted,
  NO_SUCH_LABEL: EXIT.usage,
  POWER_NOT_USB: EXIT.illegal,
  POWER_NO_SWITCH: EXIT.illegal,
  POWER_DENIED: EXIT.refused,
  NAME_AND_REASON: EXIT.refused,
  SEND_UNSAFE: EXIT.refused,
  SEND_UNREADABLE: EXIT.usage,
  SAME_SETTINGS: EXIT.illegal,
  TRIAL_RUNS: EXIT.busy,
  KIND_DIFFERS: EXIT.illegal,
  PLATE_DIFFERS: EXIT.illegal,
  NEVER_SWAPPED: EXIT.illegal,
  NOTHING_CHANGED: EXIT.illegal,
  DEVICE_USED: EXIT.claimed,
  NO_CONFIG_FILE: EXIT.illegal,
  PORT_FAILED: EXIT.noHardware,
  PORT_HELD: EXIT.claimed,
  TRACE_BAD: EXIT.usage,
  ID_TAKEN: EXIT.exists,
  CONFIG_INVALID: EXIT.usage,
  DRIVER_UNKNOWN: EXIT.usage,
  OPTIONS_INVALID: EXIT.usage,
  PLATE_MISSING: EXIT.usage,
  PLATE_IMPOSSIBLE: EXIT.usage,
  NOT_FOR_TRADE: EXIT.usage,
};

export interface ActWanted {
  act: string;
  why?: string;
  grams?: number;
  lock?: number;
  on?: boolean;
  label?: string;
  forMs?: number;
  points?: { appliedGrams: number; shownGrams: number }[];
  hex?: string;
  expect?: string;
  timeoutMs?: number;
  unsafe?: boolean;
}

export interface Talk {
  list(): Promise<{ ok: true; value: DiagDevice[] } | { ok: false; answer: Answer }>;
  check(id: string, level: CheckLevel): Promise<Heard<CheckReport>>;
  act(id: string, wanted: ActWanted): Promise<Heard<Record<string, unknown>>>;
  close(): Promise<void>;
}

export type Heard<T> = { ok: true; value: T } | { ok: false; answer: Answer };

/** A refusal as the command's failure, with the device's name. */
export function refusedWith<T>(outcome: Outcome<T>, device?: string): Heard<T> {
  if (outcome.ok) return outcome;
  const { code, message, next } = outcome.refusal;
  const error = { code: `E_${code}`, message, hint: next, ...(device && { device }) };
  return { ok: false, answer: failed(EXIT_OF[code] ?? EXIT.failure, error) };
}

/** Who does it: `--by`, or the account on this box. */
export const whoOf = ({ flags }: Call): string =>
  typeof flags.by === 'string' ? flags.by : userInfo().username;

const at = (id: string): string => `/api/diag/devices/${encodeURIComponent(id)}`;
const PATIENCE_MS = 40_000;

export async function askDiag<T>(
  call: Call,
  method: 'GET' | 'POST',
  path: string,
  body?: object,
): Promise<Heard<T>> {
  const asked = await askBox<Outcome<T>>(call.dataDir, method, path, body, PATIENCE_MS);
  return asked.ok ? refusedWith(asked.value) : asked;
}

/** Ctrl-C calls the check off, and its answer says so. */
export async function untilCalledOff<T>(
  { signal }: Call,
  check: () => Promise<T>,
  cancel: () => unknown,
): Promise<T> {
  const off = () => void cancel();
  signal.addEventListener('abort', off, { once: true });
  try {
    return await check();
  } finally {
    signal.removeEventListener('abort', off);
  }
}

function throughBox(call: Call): Talk {
  return {
    async list() {
      const asked = await askBox<{ devices: DiagDevice[] }>(
        call.dataDir,
        'GET',
        '/api/diag/devices',
      );
      return asked.ok ? { ok: true, value: asked.value.devices } : asked;
    },
    check: (id, level) =>
      untilCalledOff(
        call,
        () => askDiag(call, 'POST', `${at(id)}/check`, { level }),
        () => askDiag(call, 'POST', `${at(id)}/check/cancel`),
      ),
    act: (id, wanted) => askDiag(call, 'POST', `${at(id)}/act`, { ...wanted, by: whoOf(call) }),
    close: async () => undefined,
  };
}

/** The configuration file: `--config`, or the one this store was last started with. */
export function configFileOf(call: Call): string | undefined {
  if (typeof call.flags.config === 'string') return resolve(call.flags.config);
  const noted = join(call.dataDir, 'config-file');
  return existsSync(noted) ? readFileSync(noted, 'utf8').trim() : undefined;
}

export async function talkTo(call: Call): Promise<Heard<Talk>> {
  if (!call.flags.direct) return { ok: true, value: throughBox(call) };
  const running = await askBox<object>(call.dataDir, 'GET', '/status');
  if (running.ok)
    return {
      ok: false,
      answer: failed(EXIT.claimed, {
        code: 'E_CLAIMED',
        message: say('控制器正在运行，串口归它', 'The controller is running and holds the ports'),
        hint: say('去掉 --direct', 'Leave --direct out'),
      }),
    };
  const { talkDirectly } = await import('./direct.ts');
  return talkDirectly(call);
}

/** Finds the device that was meant, does `fn` with it, and lets go. */
export async function withDevice(
  call: Call,
  kind: string | undefined,
  fn: (talk: Talk, device: DiagDevice) => Promise<Answer>,
): Promise<Answer> {
  const opened = await talkTo(call);
  if (!opened.ok) return opened.answer;
  const talk = opened.value;
  try {
    const listed = await talk.list();
    if (!listed.ok) return listed.answer;
    const possible = kind ? listed.value.filter((each) => each.kind === kind) : listed.value;
    if (kind && possible.length === 0) return noneOf(kind, listed.value);
    const [wanted = possible[0]?.id ?? kind ?? ''] = call.words;
    const meant = deviceMeant(possible, wanted);
    if (!meant.ok) return meant.answer;
    const device = possible.find(({ id }) => id === meant.value.id);
    return device ? await fn(talk, device) : meantNothing(wanted);
  } finally {
    await talk.close();
  }
}

/** The store has none of that kind, whatever name was given. */
function noneOf(kind: string, devices: DiagDevice[]): Answer {
  const names = devices.map(({ id }) => id).join(', ') || '-';
  return failed(EXIT.noExist, {
    code: 'E_NOEXIST',
    message: say(`这家店没有这类设备：${kind}`, `This store has no ${kind}`),
    hint: say(
      `设备：${names}；加一台：yike device add`,
      `Devices: ${names}; add one: yike device add`,
    ),
  });
}

const meantNothing = (wanted: string): Answer =>
  failed(EXIT.noExist, {
    code: 'E_NOEXIST',
    message: say(`没有设备「${wanted}」`, `There is no device "${wanted}"`),
    hint: say('yike device list', 'yike device list'),
  });
