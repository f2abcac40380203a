/** What of the store's status is worth an alert. */
import type { Condition } from './alert-views.ts';
import type { Text } from './ports.ts';
import type { StatusView } from './views.ts';

const say = (zh: string, en: string): Text => ({ zh, en });

/** Conditions of the store itself; those of devices are the reasons of their drivers. */
export const STORE_CONDITIONS = {
  SYNC_DOWN: say('总部断开，记录存在本机', 'Head office is out of reach; records wait here'),
  DISK_LOW: say('磁盘空间不足', 'The disk is running full'),
  PAYMENT_OVERDUE: say('有付款超过 5 分钟没有结果', 'A payment has no result after 5 minutes'),
  HELP: say('顾客请求协助', 'A shopper asks for help'),
  SAFE_MODE: say('以安全模式启动，设备没有打开', 'Started in safe mode: no device is open'),
  LEDGER_WEAK: say('账本没有逐笔落盘', 'The ledger does not write every sale through'),
} as const;
export type StoreCondition = keyof typeof STORE_CONDITIONS;

const NEXT: Partial<Record<StoreCondition, Text>> = {
  SYNC_DOWN: say('检查网络；照常营业，恢复后自动上传', 'Check the network; sales go on and follow'),
  DISK_LOW: say('清理磁盘', 'Free some room'),
  PAYMENT_OVERDUE: say('到「协助」处理', 'See Assist'),
  HELP: say('到「协助」处理', 'See Assist'),
};
const OVERDUE_MS = 300_000;

const of = (code: StoreCondition, severity: Condition['severity'], subject: string): Condition => {
  const next = NEXT[code];
  const key = `${code}:${subject}`;
  return { key, code, severity, subject, text: STORE_CONDITIONS[code], ...(next && { next }) };
};

export function conditionsIn(status: StatusView, wallMs: number): Condition[] {
  const { sync, disk, unresolvedPayments, screens, ledger } = status;
  const full = disk?.level === 'last' || disk?.level === 'full';
  const overdue = unresolvedPayments.some((each) => wallMs - each.sinceWallMs > OVERDUE_MS);
  return [
    ...deviceConditions(status),
    ...(sync.link === 'down' ? [of('SYNC_DOWN', 'warn', 'sync')] : []),
    ...(disk && disk.level !== 'ok' ? [of('DISK_LOW', full ? 'bad' : 'warn', 'disk')] : []),
    ...(overdue ? [of('PAYMENT_OVERDUE', 'bad', 'payments')] : []),
    ...(ledger.synchronous < 2 ? [of('LEDGER_WEAK', 'bad', 'ledger')] : []),
    ...screens.flatMap(({ id, helpSinceWallMs }) =>
      helpSinceWallMs === undefined ? [] : [of('HELP', 'bad', id)],
    ),
  ];
}

function deviceConditions({ devices }: StatusView): Condition[] {
  const unwell = devices.filter(({ state }) => ['fault', 'offline', 'warn'].includes(state));
  return unwell.map(({ id, state, reason = state.toUpperCase(), why, next }) => ({
    key: `device:${id}:${reason}`,
    code: reason,
    severity: state === 'warn' ? ('warn' as const) : ('bad' as const),
    subject: id,
    text: why ?? say('设备不正常', 'The device is not well'),
    ...(next && { next }),
  }));
}
