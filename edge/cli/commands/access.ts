/** Commands about the accounts of the operator's pages. */
import { type Command, say } from '../command.ts';

export const ACCESS_COMMANDS: Command[] = [
  {
    path: ['access', 'show'],
    summary: say(
      '账号，以及首次设置的一次性代码',
      'The accounts, and the one-time code of the first set-up',
    ),
    run: async (call) => (await import('../upkeep/access.ts')).accessShow(call),
  },
  {
    path: ['access', 'reset'],
    takes: 'ID',
    summary: say(
      '给忘记密码的人一个新的密码和 PIN',
      'A new password and PIN for somebody who forgot theirs',
    ),
    examples: ['yike access reset li'],
    run: async (call) => (await import('../upkeep/access.ts')).accessReset(call),
  },
];
