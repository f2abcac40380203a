/** `yike session list | show | release`: who is being served, and a stuck one freed. */
import { randomBytes } from 'node:crypto';
import { formatYuan } from '../../core/money.ts';
import type { SessionView } from '../../core/views/session-view.ts';
import type { CommandAnswer } from '../../core/views/views.ts';
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
import { whoOf } from '../devices/talk.ts';

const ask = (call: Call) => askBox<{ sessions: SessionView[] }>(call.dataDir, 'GET', '/sessions');

const row = ({ id, kind, screen, lines, totalFen, saleId, visitId }: SessionView): string[] => [
  ...[id, kind, screen, lines > 0 ? String(lines) : '-', totalFen > 0 ? formatYuan(totalFen) : '-'],
  saleId ?? visitId ?? '-',
];

const HEAD = ['ID', 'KIND', 'SCREEN', 'LINES', 'TOTAL', 'SESSION'];

export async function sessionList(call: Call): Promise<Answer> {
  const asked = await ask(call);
  if (!asked.ok) return asked.answer;
  const { sessions } = asked.value;
  return good({ sessions }, table([HEAD, ...sessions.map(row)]));
}

export async function sessionShow(call: Call): Promise<Answer> {
  const [id] = call.words;
  if (id === undefined) return usage('哪一个？', 'Which one?', 'yike session show lane-1');
  const asked = await ask(call);
  if (!asked.ok) return asked.answer;
  const session = asked.value.sessions.find((each) => each.id === id);
  if (!session) return noSuchSession(id, asked.value.sessions);
  const facts = Object.entries(session).map(([name, value]) => [name, String(value)]);
  return good({ session }, table(facts));
}

function noSuchSession(id: string, sessions: SessionView[]): Answer {
  const names = sessions.map((each) => each.id).join(', ') || '-';
  return failed(EXIT.noExist, {
    code: 'E_NOEXIST',
    message: say(`没有「${id}」`, `There is no "${id}"`),
    hint: say(`有：${names}`, `There are: ${names}`),
  });
}

/** What is in the basket is given up, so it wants a reason and a yes. */
export async function sessionRelease(call: Call): Promise<Answer> {
  const [id] = call.words;
  const { reason, yes } = call.flags;
  const example = 'yike session release lane-1 --reason "screen froze" --yes';
  if (id === undefined || typeof reason !== 'string' || reason.trim() === '')
    return usage('哪一个？为什么？', 'Which one, and why?', example);
  const asked = await ask(call);
  if (!asked.ok) return asked.answer;
  const session = asked.value.sessions.find((each) => each.id === id);
  if (!session) return noSuchSession(id, asked.value.sessions);
  if (!session.busy)
    return good({ id, released: false }, [
      `${id}  ${call.language === 'zh' ? '没有人在用' : 'nobody is being served'}`,
    ]);
  if (!yes)
    return failed(EXIT.refused, {
      code: 'E_CONFIRM',
      message: say(
        `${id} 的 ${session.lines} 件、${formatYuan(session.totalFen)} 元将作废`,
        `${session.lines} line(s), ${formatYuan(session.totalFen)}, at ${id} are given up`,
      ),
      hint: say(example, example),
    });
  const key = randomBytes(12).toString('hex');
  const body = { by: whoOf(call), reason };
  const path = `/sessions/${encodeURIComponent(id)}/release`;
  const told = await askBox<CommandAnswer>(call.dataDir, 'POST', path, body, 10_000, key);
  if (!told.ok) return told.answer;
  if (!told.value.ok) return refusedBy(told.value.refusal, EXIT.refused);
  return good({ id, released: true }, [`${id}  ${call.language === 'zh' ? '已释放' : 'released'}`]);
}
