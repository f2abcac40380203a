/** `yike device list`, `yike device show`. */
import type { DeviceView } from '../core/views.ts';
import { askBox } from './box.ts';
import { type Answer, type Call, EXIT, failed, good, say, table, usage } from './command.ts';

/** Seconds, minutes, hours or days, as short as it can be said. */
function age(wallMs: number | undefined, nowMs: number): string {
  if (wallMs === undefined) return '-';
  const seconds = Math.max(0, Math.round((nowMs - wallMs) / 1000));
  if (seconds < 2) return 'now';
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)}m`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)}h` : `${Math.round(seconds / 86_400)}d`;
}

const exitOf = (devices: DeviceView[]): number =>
  devices.every((d) => d.state === 'ok' || d.state === 'disabled') ? EXIT.ok : EXIT.warnings;

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
    d.reason ? `${d.reason}  ${d.detail ?? d.why?.[call.language] ?? ''}` : '-',
  ]);
  const head = ['ID', 'KIND', 'STATE', 'SINCE', 'LAST SEEN', 'PORT', 'REASON'];
  const unwell = devices.find((d) => d.state !== 'ok');
  const next = unwell ? [`Next: yike device show ${unwell.id}`] : [];
  return good({ devices }, [...table([head, ...rows]), ...next], exitOf(devices));
}

export async function deviceShow(call: Call): Promise<Answer> {
  const wanted = call.words[0];
  if (!wanted) return usage('要看哪台设备？', 'Which device?', 'yike device show scale-1');
  const asked = await askBox<{ devices: DeviceView[] }>(call.dataDir, 'GET', '/devices');
  if (!asked.ok) return asked.answer;
  const found = asked.value.devices.filter((d) => d.id === wanted || d.id.startsWith(wanted));
  const device = found.find((d) => d.id === wanted) ?? (found.length === 1 ? found[0] : undefined);
  if (!device)
    return failed(EXIT.noExist, {
      code: 'E_NOEXIST',
      message: say(`没有设备「${wanted}」`, `There is no device "${wanted}"`),
      hint: say('yike device list', 'yike device list'),
    });
  const rows = [
    ['id', device.id],
    ['kind', device.kind],
    ['driver', device.driver],
    ['port', device.address],
    ['state', device.state],
    ...(device.reason
      ? [['reason', `${device.reason}  ${device.why?.[call.language] ?? ''}`]]
      : []),
    ...(device.detail ? [['detail', device.detail]] : []),
    ...(device.next ? [['next', device.next[call.language]]] : []),
    ...Object.entries(device.statistics).map(([name, value]) => [name, String(value)]),
  ];
  return good({ device }, table(rows), exitOf([device]));
}
