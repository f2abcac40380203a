/** Commands about goods: what lies where, deliveries, losses, recalls, and refills. */
import { type Command, say } from '../command.ts';

const run =
  (name: keyof typeof import('../selling/stock.ts')) =>
  async (call: Parameters<Command['run']>[0]) =>
    (await import('../selling/stock.ts'))[name](call);
const text = { type: 'string' } as const;

export const STOCK_COMMANDS: Command[] = [
  {
    path: ['stock', 'list'],
    summary: say(
      '每个货道现有多少、应有多少',
      'Every slot: how many there are, how many should be',
    ),
    run: run('stockList'),
  },
  {
    path: ['stock', 'expiry'],
    summary: say('快到期和已过期的批次', 'Lots near or past their date'),
    run: run('stockExpiry'),
  },
  {
    path: ['stock', 'receive'],
    takes: 'SKU PIECES',
    summary: say('登记到货，带到期日', 'Receive a delivery, with its date'),
    options: { expires: text, lot: text, order: text },
    examples: ['yike stock receive milk 12 --expires 2026-12-05 --lot B17'],
    run: run('stockReceive'),
  },
  {
    path: ['stock', 'count'],
    takes: 'LOCATION SKU PIECES',
    summary: say('把账改成数到的数量', 'Bring the books to what was counted'),
    run: run('stockCount'),
  },
  {
    path: ['stock', 'waste'],
    takes: 'LOCATION SKU PIECES',
    summary: say('登记报废或损耗，写明原因', 'Enter waste or shrink, with a reason'),
    options: { reason: text, lot: text, shrink: { type: 'boolean' } },
    examples: ['yike stock waste store-room milk 2 --reason damaged'],
    run: run('stockWaste'),
  },
  {
    path: ['stock', 'recall'],
    takes: 'SKU',
    summary: say('召回一件商品或一个批次', 'Recall an article, or one lot of it'),
    options: { lot: text, reason: text },
    examples: ['yike stock recall milk --lot B17 --reason "glass found"'],
    run: run('stockRecall'),
  },
  {
    path: ['stock', 'clear'],
    takes: 'HOLD sell|discard',
    summary: say('处理一次停售：恢复销售或丢弃', 'Clear a stop: the goods sell again, or go'),
    options: { note: text },
    run: run('stockClear'),
  },
  {
    path: ['refill', 'list'],
    summary: say('补货单：从库房拿什么、放到哪里', 'The pick list: what to carry where'),
    run: run('refillList'),
  },
  {
    path: ['refill', 'plan'],
    summary: say('建议订多少，为什么', 'What to order, and why'),
    options: { order: { type: 'boolean' } },
    examples: ['yike refill plan', 'yike refill plan --order'],
    run: run('refillPlan'),
  },
  {
    path: ['refill', 'start'],
    takes: '[CABINET]',
    summary: say('按补货单开始补货', 'Begin a refill by the pick list'),
    run: run('refillStart'),
  },
  {
    path: ['refill', 'put'],
    takes: 'LOCATION FOUND ADDED',
    summary: say('一个货道：原有几件，放入几件', 'One slot: how many were there, how many went in'),
    examples: ['yike refill put cabinet-1/1/1 2 4'],
    run: run('refillPut'),
  },
  {
    path: ['refill', 'end'],
    summary: say('结束补货，没放完的重新计划', 'End the refill; what is missing is planned again'),
    options: { reason: text },
    run: run('refillEnd'),
  },
];
