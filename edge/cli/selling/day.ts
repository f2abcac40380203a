/** `yike day …`: the day's books, asked of the running controller. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { formatYuan } from '../../core/money.ts';
import type { Outcome } from '../../core/ports.ts';
import type { CloseEventBodies, StatementDifference } from '../../core/sale/close-events.ts';
import { type Report, reportLines } from '../../core/sale/close-report.ts';
import { type ReceiptLine, textCells } from '../../core/sale/receipt.ts';
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

const COLUMNS = 48;
/** A long day is added up, a report goes to paper. */
const DAY_LIMIT_MS = 60_000;

/** What the paper would show, for a terminal. */
function onScreen(lines: ReceiptLine[]): string[] {
  const pad = (text: string, width: number) =>
    text + ' '.repeat(Math.max(0, width - textCells(text)));
  return lines.flatMap((line) => {
    if ('rule' in line) return ['-'.repeat(COLUMNS)];
    if ('columns' in line) {
      const cells = line.columns.map(({ text, width, align }) =>
        align === 'right'
          ? ' '.repeat(Math.max(0, width - textCells(text))) + text
          : pad(text, width),
      );
      return [cells.join('')];
    }
    if (!('text' in line)) return [];
    const room = Math.max(0, COLUMNS - textCells(line.text));
    const before = { left: 0, centre: Math.floor(room / 2), right: room }[line.align ?? 'left'];
    return [' '.repeat(before) + line.text];
  });
}

const shown = (call: Call, report: Report, more: object = {}): Answer =>
  good({ report, ...more }, onScreen(reportLines(report, call.language, COLUMNS)));

export async function dayX(call: Call): Promise<Answer> {
  const asked = await askBox<Report>(call.dataDir, 'GET', '/api/day', undefined, DAY_LIMIT_MS);
  return asked.ok ? shown(call, asked.value) : asked.answer;
}

export async function dayShow(call: Call): Promise<Answer> {
  const number = call.words[0] ?? 'last';
  const path = `/api/day/closes/${encodeURIComponent(number)}`;
  const asked = await askBox<Report>(call.dataDir, 'GET', path);
  return asked.ok ? shown(call, asked.value) : asked.answer;
}

const whoAsks = () =>
  usage('请写明是谁：--by 姓名', 'Say who: --by NAME', 'yike day close --by Li');

export async function dayClose(call: Call): Promise<Answer> {
  const { by } = call.flags;
  if (typeof by !== 'string') return whoAsks();
  const print = call.flags['no-print'] !== true;
  const key = randomBytes(12).toString('hex');
  const asked = await askBox<{ report: Report; printed: boolean }>(
    ...([call.dataDir, 'POST', '/api/day/close', { by, print }, DAY_LIMIT_MS, key] as const),
  );
  if (!asked.ok) return asked.answer;
  const { report, printed } = asked.value;
  if (print && !printed)
    call.say(
      say('没有打印出来；yike day show 再看', 'It was not printed; see it with yike day show'),
    );
  const answer = shown(call, report, { printed });
  return print && !printed ? { ...answer, exit: EXIT.warnings } : answer;
}

export async function dayReconcile(call: Call): Promise<Answer> {
  const { by, file } = call.flags;
  if (typeof by !== 'string') return whoAsks();
  if (typeof file !== 'string')
    return usage('哪个账单？', 'Which statement?', 'yike day reconcile --file bill.csv --by Li');
  const read = readBill(file);
  if (!read.ok) return read.answer;
  const body = { by, text: read.text };
  const asked = await askBox<Outcome<CloseEventBodies['StatementReconciled']>>(
    ...([call.dataDir, 'POST', '/api/day/reconcile', body, DAY_LIMIT_MS] as const),
  );
  if (!asked.ok) return asked.answer;
  if (!asked.value.ok) return refusedBy(asked.value.refusal);
  return differences(call, asked.value.value);
}

/** UTF-8 as WeChat sends it, or GB18030 as Alipay does. */
function readBill(file: string): { ok: true; text: string } | { ok: false; answer: Answer } {
  try {
    const bytes = readFileSync(file);
    try {
      return { ok: true, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
    } catch {
      return { ok: true, text: new TextDecoder('gb18030').decode(bytes) }; // Alipay's own export
    }
  } catch (error) {
    const message = say(`读不了 ${file}`, `Cannot read ${file}`);
    const hint = say('检查文件名', 'Check its name');
    const reason = (error as Error).message;
    return {
      ok: false,
      answer: failed(EXIT.noExist, { code: 'E_NOEXIST', message, reason, hint }),
    };
  }
}

function differences(call: Call, found: CloseEventBodies['StatementReconciled']): Answer {
  const { channel, day, matched, missingHere, missingThere, differing, nearMidnight } = found;
  const rows = (name: string, list: StatementDifference[]) =>
    list.map(({ what, number, hereFen, thereFen }) => [
      ...[name, what, number, formatYuan(hereFen), formatYuan(thereFen)],
    ]);
  const zh = call.language === 'zh';
  const all = [
    ...rows(zh ? '本店没有' : 'missing here', missingHere),
    ...rows(zh ? '账单没有' : 'missing there', missingThere),
    ...rows(zh ? '金额不同' : 'differs', differing),
  ];
  const summary = zh
    ? `${channel} ${day}：相符 ${matched} 笔，不符 ${all.length} 笔，临近午夜 ${nearMidnight} 笔`
    : `${channel} ${day}: ${matched} matched, ${all.length} differ, ${nearMidnight} near midnight`;
  const exit = all.length > 0 ? EXIT.warnings : EXIT.ok;
  return good(found, [summary, ...table(all)], exit);
}
