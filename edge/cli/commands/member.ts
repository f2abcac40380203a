/** Commands of the register of members. */
import { type Command, say } from '../command.ts';

export const MEMBER_COMMANDS: Command[] = [
  {
    path: ['member', 'add'],
    takes: 'NUMBER',
    summary: say(
      '会员入会（号码不保存，只留钥匙）',
      'Enrol a member; the number itself is not kept',
    ),
    options: { by: { type: 'string' }, gold: { type: 'boolean' }, senior: { type: 'boolean' } },
    examples: ['yike member add 13800000000 --senior --by Li'],
    run: async (call) => (await import('../selling/member.ts')).memberAdd(call),
  },
  {
    path: ['member', 'erase'],
    takes: 'NUMBER',
    summary: say(
      '注销会员：丢掉钥匙，账本照样能验证',
      'Forget a member: the key is dropped, and the ledger still verifies',
    ),
    options: { by: { type: 'string' }, reason: { type: 'string' } },
    examples: ['yike member erase 13800000000 --by Li --reason asked'],
    run: async (call) => (await import('../selling/member.ts')).memberErase(call),
  },
];
