/** `yike sync status | push | pull | retry | conflicts`: the two conversations with head office. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Outcome } from '../../core/ports.ts';
import type { StatusView } from '../../core/views/status-view.ts';
import type { StandingView } from '../../core/views/sync-views.ts';
import { askBox } from '../box.ts';
import {
  type Answer,
  type Call,
  EXIT,
  failed,
  good,
  refusedBy,
  say,
  table,
  usage,
} from '../command.ts';
import { duration } from '../duration.ts';

type Sync = StatusView['sync'];

const LOOK_MS = 200;

export function syncLines(sync: Sync, zh: boolean): string[] {
  const { link, unsent, ackedSeq, headSeq, lastError } = sync;
  const line = zh
    ? `总部 ${{ up: '已连接', down: '断开', off: '未设置' }[link]} · 待上传 ${unsent} · 已确认 ${ackedSeq}/${headSeq}`
    : `Head office ${link} · ${unsent} unsent · acknowledged ${ackedSeq}/${headSeq}`;
  return lastError ? [line, `  ${lastError}`] : [line];
}

export async function syncStatus(call: Call): Promise<Answer> {
  const asked = await askBox<StatusView>(call.dataDir, 'GET', '/status');
  if (!asked.ok) return asked.answer;
  const { sync } = asked.value;
  // A store without a head office has nothing to catch up with.
  const done = sync.link === 'off' || (sync.link === 'up' && sync.unsent === 0);
  return good(sync, syncLines(sync, call.language === 'zh'), done ? EXIT.ok : EXIT.warnings);
}

/** Both are tried now, whatever pause there was; waited for until they are through, or say no. */
export async function syncRetry(call: Call): Promise<Answer> {
  const patienceMs = duration(String(call.flags.timeout ?? '10s'));
  if (patienceMs === undefined)
    return usage('--timeout 写成 10s', '--timeout is like 10s', 'yike sync retry --timeout 10s');
  const before = await askBox<StatusView>(call.dataDir, 'GET', '/status');
  if (!before.ok) return before.answer;
  if (before.value.sync.link === 'off') return noHeadOffice();
  const tried = await askBox<object>(call.dataDir, 'POST', '/sync', {});
  if (!tried.ok) return tried.answer;
  const untilMs = performance.now() + patienceMs;
  const { unsent: was } = before.value.sync;
  for (;;) {
    await sleep(LOOK_MS);
    const asked = await askBox<StatusView>(call.dataDir, 'GET', '/status');
    if (!asked.ok) return asked.answer;
    const { sync } = asked.value;
    const through = sync.link === 'up' && sync.unsent === 0;
    if (through) return good(sync, syncLines(sync, call.language === 'zh'));
    if (sync.refused) return refusedBy(sync.refused, EXIT.refused);
    if (performance.now() > untilMs) return notThrough(sync, was);
  }
}

const noHeadOffice = (): Answer =>
  failed(EXIT.illegal, {
    code: 'E_NO_HEAD_OFFICE',
    message: say('本店没有设置总部', 'This store has no head office'),
    hint: say('在配置里写上 headOffice', 'Name headOffice in the configuration'),
  });

function notThrough(sync: Sync, was: number): Answer {
  const { unsent, lastError } = sync;
  const error = {
    code: 'E_NOT_THROUGH',
    message: say(
      `还有 ${unsent} 条没有上传（开始时 ${was} 条）`,
      `${unsent} are still unsent (${was} when it began)`,
    ),
    ...(lastError && { reason: lastError }),
    hint: say('检查网络；会自动再试', 'Check the network; it is tried again by itself'),
  };
  return failed(sync.link === 'down' ? EXIT.offline : EXIT.timeout, error, sync);
}

/** Events that head office stores without understanding them; nothing is lost. */
export async function syncConflicts(call: Call): Promise<Answer> {
  const path = '/sync/standing';
  const asked = await askBox<Outcome<StandingView>>(call.dataDir, 'GET', path, undefined, 15_000);
  if (!asked.ok) return asked.answer;
  const heard = asked.value;
  if (!heard.ok)
    return refusedBy(
      heard.refusal,
      heard.refusal.code === 'NO_HEAD_OFFICE' ? EXIT.illegal : EXIT.offline,
    );
  const { quarantined } = heard.value;
  const none = call.language === 'zh' ? '没有冲突' : 'No conflicts';
  const rows = quarantined.map(({ epoch, seq, reason }) => [String(epoch), String(seq), reason]);
  return good(
    { conflicts: quarantined },
    quarantined.length === 0 ? [none] : table([['EPOCH', 'SEQ', 'WHY'], ...rows]),
    quarantined.length === 0 ? EXIT.ok : EXIT.warnings,
  );
}
