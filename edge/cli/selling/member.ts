/** `yike member add | erase`: asked of the running controller. */
import type { Membership } from '../../core/member-events.ts';
import type { Outcome } from '../../core/ports.ts';
import { askBox } from '../box.ts';
import { type Answer, type Call, EXIT, good, refusedBy, usage } from '../command.ts';

const whoAndWhich = (verb: string) =>
  usage(
    '哪个号码，谁办的？',
    'Which number, and who does it?',
    `yike member ${verb} 13800000000 --by Li`,
  );

async function ask<T extends { memberRef: string }>(
  call: Call,
  path: string,
  body: object,
): Promise<Answer> {
  const asked = await askBox<Outcome<T>>(call.dataDir, 'POST', path, body);
  if (!asked.ok) return asked.answer;
  if (!asked.value.ok) return refusedBy(asked.value.refusal, EXIT.refused);
  return good(asked.value.value, [asked.value.value.memberRef]);
}

export async function memberAdd(call: Call): Promise<Answer> {
  const [number] = call.words;
  const { by, gold, senior } = call.flags;
  if (!number || typeof by !== 'string') return whoAndWhich('add');
  const tier = gold === true ? 'gold' : 'member';
  return ask<Membership>(call, '/api/members', { number, by, tier, senior: senior === true });
}

export async function memberErase(call: Call): Promise<Answer> {
  const [number] = call.words;
  const { by, reason = '-' } = call.flags;
  if (!number || typeof by !== 'string') return whoAndWhich('erase');
  return ask(call, '/api/members/erase', { number, by, reason });
}
