/** `yike status`. */
import { formatYuan } from '../../core/money.ts';
import type { StatusView } from '../../core/views/status-view.ts';
import { askBox } from '../box.ts';
import { type Answer, type Call, EXIT, good, table } from '../command.ts';
import { syncLines } from '../ledger/sync.ts';

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
