/** `yike access show`, `yike access reset`: what the owner of the box does about accounts. */
import { randomInt } from 'node:crypto';
import type { PersonView } from '../../access/access.ts';
import type { Outcome } from '../../core/ports.ts';
import { askBox } from '../box.ts';
import { type Answer, type Call, good, refusedBy, say, table, usage } from '../command.ts';

export async function accessShow(call: Call): Promise<Answer> {
  const asked = await askBox<{ code: string | null; people: PersonView[] }>(
    call.dataDir,
    'GET',
    '/access',
  );
  if (!asked.ok) return asked.answer;
  const { code, people } = asked.value;
  if (code)
    return good({ code, people }, [
      call.language === 'zh'
        ? `还没有账号。一次性代码：${code}（在管理页面里输入，只用一次）`
        : `No account yet. One-time code: ${code} (enter it on the operator’s page; it works once)`,
    ]);
  const rows = people.map(({ id, name, role, lastDay, disabled }) => [
    ...[id, name, role, lastDay || '-', disabled ? 'disabled' : 'ok'],
  ]);
  return good({ code: null, people }, table([['ID', 'NAME', 'ROLE', 'UNTIL', 'STATE'], ...rows]));
}

const digits = (count: number) => Array.from({ length: count }, () => randomInt(10)).join('');
const LETTERS = 'abcdefghijkmnpqrstuvwxyz23456789';
const word = () => Array.from({ length: 4 }, () => LETTERS[randomInt(LETTERS.length)]).join('');

export async function accessReset(call: Call): Promise<Answer> {
  const [id] = call.words;
  if (!id) return usage('给谁重设？', 'For whom?', 'yike access reset li');
  const password = [word(), word(), word(), word()].join('-');
  const pin = digits(8);
  const path = `/access/${encodeURIComponent(id)}`;
  const asked = await askBox<Outcome<PersonView>>(call.dataDir, 'POST', path, { password, pin });
  if (!asked.ok) return asked.answer;
  if (!asked.value.ok) return refusedBy(asked.value.refusal);
  call.say(say('请本人登录后马上改掉', 'The person should change both at once after signing in'));
  return good({ id, password, pin }, [`password  ${password}`, `PIN       ${pin}`]);
}
