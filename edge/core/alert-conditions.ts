/** What of the store's status is worth an alert. */

import type { Text } from './ports.ts';
import { STORE_REASONS, type StoreReason } from './store-reasons.ts';
import type { Condition } from './views/alert-views.ts';
import type { StatusView } from './views/status-view.ts';

const say = (zh: string, en: string): Text => ({ zh, en });

const HELP = {
  title: say('顾客请求协助', 'A shopper asks for help'),
  next: say('到「协助」处理', 'See Assist'),
};

/** Conditions of the store itself; those of devices are the reasons of their drivers. */
export const STORE_CONDITIONS = { ...STORE_REASONS, HELP };

/** What a trouble of the store is about. */
const SUBJECTS: Record<StoreReason, string> = {
  SAFE_MODE: 'box',
  LEDGER_CHECK: 'ledger',
  LEDGER_WEAK: 'ledger',
  DISK_LOW: 'disk',
  CLOCK_SKEW: 'clock',
  PAYMENT_OVERDUE: 'payments',
  SYNC_REFUSED: 'sync',
  SYNC_DOWN: 'sync',
  CERT_EXPIRING: 'certificate',
  MODEL_MISSING: 'recognition',
  MODEL_BROKEN: 'recognition',
  MODEL_SLOW: 'recognition',
};

export function conditionsIn({ devices, troubles, screens }: StatusView): Condition[] {
  return [
    ...deviceConditions(devices),
    // The catalogue's words, not those with figures: an alert does not change every minute.
    ...troubles.map(({ code, level, next }) => ({
      ...{ key: `${code}:${SUBJECTS[code]}`, code, severity: level, subject: SUBJECTS[code] },
      ...{ text: STORE_REASONS[code].title, next },
    })),
    ...screens.flatMap(({ id, helpSinceWallMs }) =>
      helpSinceWallMs === undefined ? [] : [helpAt(id)],
    ),
  ];
}

const helpAt = (subject: string): Condition => ({
  ...{ key: `HELP:${subject}`, code: 'HELP', severity: 'bad', subject },
  ...{ text: HELP.title, next: HELP.next },
});

function deviceConditions(devices: StatusView['devices']): Condition[] {
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
