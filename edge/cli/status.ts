/** `yike status`, `yike sync status`. */
import { formatYuan } from '../core/money.ts';
import type { StatusView } from '../core/status-view.ts';
import { askBox } from './box.ts';
import { type Answer, type Call, EXIT, good, table } from './command.ts';

export async function status(call: Call): Promise<Answer> {
  const asked = await askBox<StatusView>(call.dataDir, 'GET', '/status');
  if (!asked.ok) return asked.answer;
  const view = asked.value;
  const zh = call.language === 'zh';
  const lines = [
    `${view.storeName[call.language]}  ${view.verdict.text[call.language]}`,
    ...table(
      view.devices.map((d) => [
        d.id,
        d.kind,
        d.state,
        d.reason ?? '-',
        d.why?.[call.language] ?? '',
      ]),
    ),
    ...table(
      view.troubles.map(({ code, level, why, next }) => [
        level === 'bad' ? '✗' : '!',
        code,
        why[call.language],
        `→ ${next[call.language]}`,
      ]),
    ),
    ...syncLines(view.sync, zh),
    zh
      ? `今天 ${view.today.sales} 笔 ￥${formatYuan(view.today.amountFen)} · 账本 ${view.ledger.headSeq} ${view.ledger.headHash.slice(0, 8)}`
      : `Today ${view.today.sales} sales, CNY ${formatYuan(view.today.amountFen)} · ledger ${view.ledger.headSeq} ${view.ledger.headHash.slice(0, 8)}`,
  ];
  return good(view, lines, view.verdict.level === 'ok' ? EXIT.ok : EXIT.warnings);
}

export async function syncStatus(call: Call): Promise<Answer> {
  const asked = await askBox<StatusView>(call.dataDir, 'GET', '/status');
  if (!asked.ok) return asked.answer;
  const { sync } = asked.value;
  // A store without a head office has nothing to catch up with.
  const done = sync.link === 'off' || (sync.link === 'up' && sync.unsent === 0);
  const lines = syncLines(sync, call.language === 'zh');
  return good(sync, lines, done ? EXIT.ok : EXIT.warnings);
}

function syncLines(sync: StatusView['sync'], zh: boolean): string[] {
  const { link, unsent, ackedSeq, headSeq, lastError } = sync;
  const line = zh
    ? `总部 ${{ up: '已连接', down: '断开', off: '未设置' }[link]} · 待上传 ${unsent} · 已确认 ${ackedSeq}/${headSeq}`
    : `Head office ${link} · ${unsent} unsent · acknowledged ${ackedSeq}/${headSeq}`;
  return lastError ? [line, `  ${lastError}`] : [line];
}
