/** What of the store's own facts is a trouble now, worst first. */
import type { Text } from './ports.ts';
import { STORE_REASON_CODES, STORE_REASONS, type StoreReason } from './store-reasons.ts';
import type { StatusView } from './views/status-view.ts';

export interface StoreTrouble {
  code: StoreReason;
  level: 'warn' | 'bad';
  /** With its figures: how much room, how long, how far. */
  why: Text;
  next: Text;
}

type Facts = Omit<StatusView, 'verdict' | 'troubles'>;
type Found = Pick<StoreTrouble, 'level'> & { why?: Text; next?: Text };
type Judge = (facts: Facts, wallMs: number) => Found | false | undefined;

const MEBIBYTE = 1_048_576;
const DAY_MS = 86_400_000;
/** A payment settles or is reversed within minutes; one older than this wants a person. */
export const OVERDUE_MS = 300_000;
/** Head office answers to the second; a minute apart no longer comes from a slow network. */
export const MOST_SKEW_MS = 60_000;
/** Time to have another one made, and to put it in place. */
export const CERTIFICATE_WARNING_MS = 21 * DAY_MS;
/** From goods placed to tiles shown a shopper waits no longer (measured, 95 of 100). */
export const SLOWEST_P95_MS = 1_500;

const say = (zh: string, en: string): Text => ({ zh, en });

const JUDGES: Record<StoreReason, Judge> = {
  SAFE_MODE: ({ safe }) => safe && { level: 'bad', why: SAFE_MODE },
  LEDGER_CHECK: ({ ledger }) => ledger.checked && !ledger.checked.ok && broken(ledger.checked),
  LEDGER_WEAK: ({ ledger }) => ledger.synchronous < 2 && { level: 'bad' },
  DISK_LOW: ({ disk }) => disk && disk.level !== 'ok' && room(disk),
  CLOCK_SKEW: (facts) => clock(facts),
  PAYMENT_OVERDUE({ unresolvedPayments }, wallMs) {
    const { length } = unresolvedPayments.filter((each) => wallMs - each.sinceWallMs > OVERDUE_MS);
    const why = say(`${length} 笔付款没有结果`, `${length} payment(s) unresolved`);
    return length > 0 && { level: 'bad', why };
  },
  SYNC_REFUSED: ({ sync }) => refused(sync),
  SYNC_DOWN: ({ sync }, wallMs) => sync.link === 'down' && !sync.refused && apart(sync, wallMs),
  CERT_EXPIRING: ({ certificate }, wallMs) => certificate && expiring(certificate, wallMs),
  MODEL_MISSING: (facts) => model(facts, ['MODEL_MISSING']),
  MODEL_BROKEN: (facts) =>
    model(facts, ['MODEL_BROKEN', 'MODEL_SHAPE', 'MODEL_NAN', 'MODEL_CRASHED']),
  MODEL_SLOW: (facts) => model(facts, ['MODEL_SLOW']) ?? slow(facts),
};

export function troublesIn(facts: Facts, wallMs: number): StoreTrouble[] {
  return STORE_REASON_CODES.flatMap((code) => {
    const found = JUDGES[code](facts, wallMs);
    if (!found) return [];
    const { title, next } = STORE_REASONS[code];
    return [{ code, why: title, next, ...found }];
  });
}

const SAFE_MODE = say(
  '安全模式：连续三次启动失败，设备没有打开。查出原因后重启',
  'Safe mode: three starts failed in a row and no device was opened. Find the cause, restart',
);

function broken({ firstBadSeq, reason }: NonNullable<Facts['ledger']['checked']>): Found {
  const at = firstBadSeq === undefined ? '' : `#${firstBadSeq} `;
  const { zh = '', en = '' } = reason ?? {};
  const why = say(`账本检查没有通过：${at}${zh}`, `The ledger did not pass its check: ${at}${en}`);
  return { level: 'bad', why };
}

function room({ freeBytes, level }: NonNullable<Facts['disk']>): Found {
  const mebibytes = Math.round(freeBytes / MEBIBYTE);
  const stopped = level === 'last' || level === 'full';
  return {
    level: stopped ? 'bad' : 'warn',
    why: say(
      `磁盘只剩 ${mebibytes} MiB${stopped ? '，已停止新交易' : ''}，请清理`,
      `${mebibytes} MiB of disk left${stopped ? ', nothing new is sold' : ''}: free some`,
    ),
  };
}

function clock({ clockTrusted, sync }: Facts): Found | undefined {
  if (!clockTrusted)
    return { level: 'bad', why: say('本机时钟不可信', 'The clock cannot be believed') };
  const { skewMs = 0 } = sync;
  if (Math.abs(skewMs) <= MOST_SKEW_MS) return undefined;
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  const slow = skewMs > 0;
  return {
    level: 'warn',
    why: say(
      `本机时钟比总部${slow ? '慢' : '快'} ${seconds} 秒`,
      `The clock is ${seconds} s ${slow ? 'behind' : 'ahead of'} head office`,
    ),
  };
}

function refused({ refused: refusal, quarantined = 0 }: Facts['sync']): Found | undefined {
  if (refusal) {
    const { message, next } = refusal;
    const why = say(`同步被拒：${message.zh}`, `Sync refused: ${message.en}`);
    return { level: 'bad', why, next };
  }
  if (quarantined === 0) return undefined;
  return {
    level: 'warn',
    why: say(
      `总部没有看懂 ${quarantined} 条记录`,
      `Head office did not understand ${quarantined} event(s)`,
    ),
  };
}

function apart({ lastSuccessWallMs, unsent }: Facts['sync'], wallMs: number): Found {
  const minutes = Math.max(0, Math.round((wallMs - (lastSuccessWallMs ?? wallMs)) / 60_000));
  return {
    level: 'warn',
    why: say(
      `总部断开 ${minutes} 分钟 · 待上传 ${unsent} 笔（已存本机，照常营业）`,
      `HQ link down ${minutes} min · ${unsent} unsent (safe on this box)`,
    ),
  };
}

const RENEW = say('重启控制器，证书会自动换新', 'Restart the controller: it makes a new one');

function expiring(
  { lastDayWallMs, own }: NonNullable<Facts['certificate']>,
  wallMs: number,
): Found | undefined {
  const leftMs = lastDayWallMs - wallMs;
  if (leftMs > CERTIFICATE_WARNING_MS) return undefined;
  const days = Math.floor(leftMs / DAY_MS);
  const ended = leftMs <= 0;
  const why = ended
    ? say('管理页面的证书已过期', 'The certificate of the operator’s page has ended')
    : say(`管理页面的证书还有 ${days} 天到期`, `The operator’s certificate ends in ${days} day(s)`);
  return { level: ended ? 'bad' : 'warn', why, ...(own && { next: RENEW }) };
}

/** A store without a camera has nothing to recognise. */
function model({ recognition, devices }: Facts, reasons: readonly string[]): Found | undefined {
  const { state, reason = '' } = recognition;
  const wanted = devices.some(({ kind }) => kind === 'camera');
  return wanted && state !== 'ready' && reasons.includes(reason) ? { level: 'warn' } : undefined;
}

function slow({ recognition: { state, p95Ms = 0 } }: Facts): Found | undefined {
  if (state !== 'ready' || p95Ms <= SLOWEST_P95_MS) return undefined;
  const ms = Math.round(p95Ms);
  return {
    level: 'warn',
    why: say(`识别变慢：百次里有五次超过 ${ms} 毫秒`, `Recognition is slow: p95 ${ms} ms`),
  };
}
