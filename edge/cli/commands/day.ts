/** Commands of the day's books. */
import { type Command, say } from '../command.ts';

const run =
  (name: keyof typeof import('../selling/day.ts')) => async (call: Parameters<Command['run']>[0]) =>
    (await import('../selling/day.ts'))[name](call);

export const DAY_COMMANDS: Command[] = [
  {
    path: ['day', 'x'],
    summary: say('到现在为止的合计（不结账）', 'Totals so far; nothing is closed (X)'),
    run: run('dayX'),
  },
  {
    path: ['day', 'close'],
    summary: say(
      '日结：按账本序号，断网也行',
      'Close the day by place in the ledger; needs no network (Z)',
    ),
    options: { by: { type: 'string' }, 'no-print': { type: 'boolean' } },
    examples: ['yike day close --by Li'],
    run: run('dayClose'),
  },
  {
    path: ['day', 'show'],
    takes: '[NUMBER]',
    summary: say('再看一次日结（副本）', 'A closed day again, as a copy'),
    run: run('dayShow'),
  },
  {
    path: ['day', 'reconcile'],
    summary: say(
      '与微信或支付宝的账单核对',
      'Hold a statement of WeChat Pay or Alipay against the books',
    ),
    options: { by: { type: 'string' }, file: { type: 'string' } },
    examples: ['yike day reconcile --file bill.csv --by Li'],
    run: run('dayReconcile'),
  },
];
