/** `yike sim fault | plug | unplug`: what a hand does to a device of the simulated store. */
import { request } from 'node:http';
import type { Act, DeviceSeen, WorldSnapshot } from '../../../simulator/hands-api.ts';
import { type Answer, type Call, EXIT, failed, good, say, table, usage } from '../command.ts';

const HANDS_PORT = 8060;

/** Reason codes as a technician names them, and what a hand does to bring each about. */
const BY_REASON: Record<string, string> = {
  NO_REPLY: 'silence',
  BAD_FRAMES: 'garbage',
  SCALE_FAULT: 'not-zeroed',
  SCALE_NOT_ZERO: 'not-zeroed',
  PAPER_OUT: 'paper-out',
  PAPER_LOW: 'paper-low',
  COVER_OPEN: 'cover-open',
  PRINTER_ERROR: 'cutter',
  STATUS_UNKNOWN: 'odd-status',
  CAM_DARK: 'dark',
  CAM_LOST: 'gone',
  AUTH_REFUSED: 'wrong-sign',
};

type Heard<T> = { ok: true; value: T } | { ok: false; answer: Answer };

function hostOf({ flags }: Call): string {
  if (typeof flags.host === 'string') return flags.host;
  return `http://127.0.0.1:${process.env.YIKE_PORT_HANDS ?? HANDS_PORT}`;
}

function askHands<T>(host: string, path: string, act?: Act): Promise<Heard<T>> {
  const body = act && JSON.stringify(act);
  const away = (why: string): Heard<T> => ({
    ok: false,
    answer: failed(EXIT.notRunning, {
      code: 'E_NOT_RUNNING',
      message: say('模拟门店没有运行', 'The simulated store is not running'),
      reason: `${host}: ${why}`,
      hint: say('先运行 yike demo，或用 --host 指明', 'Run `yike demo`, or name it with --host'),
    }),
  });
  if (!URL.canParse(host)) return Promise.resolve(away('--host'));
  return new Promise((settle) => {
    const headers = body ? { 'content-type': 'application/json' } : {};
    const method = body ? 'POST' : 'GET';
    const call = request(new URL(path, host), { method, headers, timeout: 5000 }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => {
        if (response.statusCode === 200) return settle({ ok: true, value: JSON.parse(text) as T });
        const message = refusalIn(text) ?? say('模拟门店拒绝了', 'The simulated store refused');
        const hint = say('yike sim fault 列出设备和故障', '`yike sim fault` lists what there is');
        settle({ ok: false, answer: failed(EXIT.refused, { code: 'E_REFUSED', message, hint }) });
      });
    });
    call.on('timeout', () => call.destroy(new Error('timeout')));
    call.on('error', (error) => settle(away(error.message)));
    call.end(body);
  });
}

function refusalIn(text: string): { zh: string; en: string } | undefined {
  try {
    return (JSON.parse(text) as { message?: { zh: string; en: string } }).message;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function deviceMeant(call: Call, host: string): Promise<Heard<DeviceSeen>> {
  const [id = ''] = call.words;
  const world = await askHands<WorldSnapshot>(host, '/api/world');
  if (!world.ok) return world;
  const found = world.value.devices.find((each) => each.id === id);
  if (found) return { ok: true, value: found };
  const names = world.value.devices.map((each) => each.id).join(', ');
  const message = say(`模拟门店没有「${id}」`, `The simulated store has no "${id}"`);
  const hint = say(`有：${names}`, `There are: ${names}`);
  return { ok: false, answer: failed(EXIT.noExist, { code: 'E_NOEXIST', message, hint }) };
}

async function listed(host: string): Promise<Answer> {
  const world = await askHands<WorldSnapshot>(host, '/api/world');
  if (!world.ok) return world.answer;
  const { devices } = world.value;
  const rows = devices.map(({ id, plugged, fault = '-', faults }) => [
    ...[id, plugged ? 'in' : 'out', fault, faults.map((each) => each.fault).join(' ')],
  ]);
  return good({ devices }, table([['ID', 'PLUG', 'FAULT', 'CAN HAVE'], ...rows]));
}

/** `sim fault` alone lists; `sim fault ID` repairs; `sim fault ID FAULT` breaks. */
export async function simFault(call: Call): Promise<Answer> {
  const host = hostOf(call);
  const [id, asked] = call.words;
  if (id === undefined) return listed(host);
  const device = await deviceMeant(call, host);
  if (!device.ok) return device.answer;
  if (asked === 'PORT_MISSING') return plugOrPull(call, false);
  const fault = asked === undefined || asked === 'none' ? undefined : (BY_REASON[asked] ?? asked);
  const choices = device.value.faults.map((each) => each.fault);
  if (fault !== undefined && !choices.includes(fault))
    return usage(
      `${id} 没有故障「${asked}」：${choices.join('、')}`,
      `${id} has no fault "${asked}": ${choices.join(', ')}`,
      `yike sim fault ${id} ${choices[0] ?? ''}`.trim(),
    );
  const act: Act = { act: 'fault', deviceId: id, ...(fault !== undefined && { fault }) };
  const done = await askHands<object>(host, '/api/act', act);
  if (!done.ok) return done.answer;
  const well = call.language === 'zh' ? '已修好' : 'repaired';
  return good({ id, fault: fault ?? null }, [`${id}  ${fault ?? well}`]);
}

export async function plugOrPull(call: Call, plugged: boolean): Promise<Answer> {
  const [id] = call.words;
  const verb = plugged ? 'plug' : 'unplug';
  if (id === undefined) return usage('哪台设备？', 'Which device?', `yike sim ${verb} scale-1`);
  const host = hostOf(call);
  const device = await deviceMeant(call, host);
  if (!device.ok) return device.answer;
  const done = await askHands<object>(host, '/api/act', { act: verb, deviceId: id });
  if (!done.ok) return done.answer;
  const words = plugged ? say('已插上', 'plugged in') : say('已拔掉', 'pulled out');
  return good({ id, plugged }, [`${id}  ${words[call.language]}`]);
}
