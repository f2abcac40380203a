/** `yike device list`, `yike device show`. */
import type { DiagDevice } from '../../core/views/diag-views.ts';
import type { DeviceView } from '../../core/views/views.ts';
import { askBox } from '../box.ts';
import { type Answer, type Call, EXIT, failed, good, say, table, usage } from '../command.ts';

/** Seconds, minutes, hours or days, as short as it can be said. */
export function age(wallMs: number | undefined, nowMs: number): string {
  if (wallMs === undefined) return '-';
  const seconds = Math.max(0, Math.round((nowMs - wallMs) / 1000));
  if (seconds < 2) return 'now';
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)}m`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)}h` : `${Math.round(seconds / 86_400)}d`;
}

const exitOf = (devices: DeviceView[]): number =>
  devices.every((d) => d.state === 'ok' || d.state === 'disabled') ? EXIT.ok : EXIT.warnings;

const NONE_YET = say(
  '还没有设备。下一步：接好线，yike device add --probe',
  'No device yet. Next: plug them in, then yike device add --probe',
);

/** The measured fact where it is short, else the reason in words. */
function whyOf({ detail, why }: DeviceView, language: 'zh' | 'en'): string {
  const fact = detail?.[language];
  return fact && fact.length <= 40 ? fact : (why?.[language] ?? '');
}

export async function deviceList(call: Call): Promise<Answer> {
  const asked = await askBox<{ devices: DeviceView[] }>(call.dataDir, 'GET', '/devices');
  if (!asked.ok) return asked.answer;
  const { devices } = asked.value;
  const now = Date.now();
  const rows = devices.map((d) => [
    d.id,
    d.kind,
    d.state,
    age(d.sinceWallMs, now),
    age(d.lastSeenWallMs, now),
    d.address,
    d.reason ? `${d.reason}  ${whyOf(d, call.language)}` : '-',
  ]);
  const head = ['ID', 'KIND', 'STATE', 'SINCE', 'LAST SEEN', 'PORT', 'REASON'];
  const unwell = devices.find((d) => exitOf([d]) !== EXIT.ok);
  const next = unwell
    ? [`${call.language === 'zh' ? '下一步：' : 'Next: '}yike device show ${unwell.id}`]
    : [];
  if (devices.length === 0) return good({ devices }, [NONE_YET[call.language]]);
  return good({ devices }, [...table([head, ...rows]), ...next], exitOf(devices));
}

/** The device named by its id, by a beginning only it has, or by a kind there is one of. */
export function deviceMeant<D extends DeviceView>(
  devices: D[],
  wanted: string,
): { ok: true; value: D } | { ok: false; answer: Answer } {
  const exact = devices.find(({ id }) => id === wanted);
  const near = devices.filter(({ id, kind }) => id.startsWith(wanted) || kind === wanted);
  const [only, ...others] = exact ? [exact] : near;
  if (only && others.length === 0) return { ok: true, value: only };
  const names = (near.length > 0 ? near : devices).map(({ id }) => id).join(', ') || '-';
  const hint = say(`设备：${names}`, `Devices: ${names}`);
  const message = only
    ? say(`「${wanted}」不止一台`, `"${wanted}" may be more than one device`)
    : say(`没有设备「${wanted}」`, `There is no device "${wanted}"`);
  const [exit, code] = only ? [EXIT.usage, 'E_USAGE'] : [EXIT.noExist, 'E_NOEXIST'];
  return { ok: false, answer: failed(exit, { code, message, hint }) };
}

export async function deviceShow(call: Call): Promise<Answer> {
  const [wanted] = call.words;
  if (!wanted) return usage('要看哪台设备？', 'Which device?', 'yike device show scale-1');
  const asked = await askBox<{ devices: DiagDevice[] }>(call.dataDir, 'GET', '/api/diag/devices');
  if (!asked.ok) return asked.answer;
  const meant = deviceMeant(asked.value.devices, wanted);
  if (!meant.ok) return meant.answer;
  const device = meant.value;
  return good({ device }, table(shown(device, call.language, Date.now())), exitOf([device]));
}

/** State and reason first, then who it is, how it is set, what it can do, what it counted. */
function shown(device: DiagDevice, language: 'zh' | 'en', nowMs: number): string[][] {
  const { reason, why, detail, next, identity = {}, options, calibration, changed } = device;
  const pairs = (facts: object): string =>
    Object.entries(facts)
      .map(
        ([name, value]) => `${name}=${typeof value === 'object' ? JSON.stringify(value) : value}`,
      )
      .join('  ');
  return [
    ['id', device.id],
    ['kind', device.kind],
    ['driver', `${device.driver}  ${device.title[language]}`],
    ['port', device.address],
    ['state', `${device.state}  ${age(device.sinceWallMs, nowMs)}`],
    ['last seen', age(device.lastSeenWallMs, nowMs)],
    ...(reason ? [['reason', `${reason}  ${why?.[language] ?? ''}`]] : []),
    ...(detail ? [['detail', detail[language]]] : []),
    ...(next ? [['next', next[language]]] : []),
    ...(pairs(identity) ? [['identity', pairs(identity)]] : []),
    ...(changed ? [['another', pairs(changed.now)]] : []),
    ...(pairs(options) ? [['settings', pairs(options)]] : []),
    ['can', device.can.join(', ') || '-'],
    ...(calibration
      ? [['calibrated', `${age(calibration.atWallMs, nowMs)}  ${calibration.by}`]]
      : []),
    ...Object.entries(device.statistics).map(([name, value]) => [name, String(value)]),
  ];
}
