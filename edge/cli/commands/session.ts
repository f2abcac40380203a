/** Who is being served where, and what a stuck screen needs. */
import { type Command, say } from '../command.ts';

const work = () => import('../selling/session.ts');
const text = { type: 'string' } as const;

export const SESSION_COMMANDS: Command[] = [
  {
    path: ['session', 'list'],
    summary: say('谁正在哪里买东西', 'Who is being served where'),
    run: async (call) => (await work()).sessionList(call),
  },
  {
    path: ['session', 'show'],
    takes: 'ID',
    summary: say('一个收银台、秤或柜子的会话', 'One lane, counter or cabinet'),
    run: async (call) => (await work()).sessionShow(call),
  },
  {
    path: ['session', 'release'],
    takes: 'ID',
    summary: say('释放卡住的会话，写明原因', 'Free a stuck one, with a reason'),
    options: { reason: text, by: text, yes: { type: 'boolean', short: 'y' } },
    examples: ['yike session release lane-1 --reason "screen froze" --yes'],
    run: async (call) => (await work()).sessionRelease(call),
  },
];
