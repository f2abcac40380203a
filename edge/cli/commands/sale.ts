/** Commands of staff: at a lane, and after a sale. Each wants to know who, and why. */
import { type Command, say } from '../command.ts';

const WHO = {
  by: { type: 'string' },
  reason: { type: 'string' },
  'approved-by': { type: 'string' },
} as const;
const run =
  (name: keyof typeof import('../selling/sale.ts')) =>
  async (call: Parameters<Command['run']>[0]) =>
    (await import('../selling/sale.ts'))[name](call);

export const SALE_COMMANDS: Command[] = [
  {
    path: ['lane', 'list'],
    summary: say(
      '各收银台现在的屏幕，和等人处理的钱',
      'Every lane’s screen, and money that waits for a person',
    ),
    run: run('laneList'),
  },
  {
    path: ['lane', 'cash'],
    takes: 'LANE',
    summary: say('收到屏幕上要的现金', 'The cash that the screen asks for was taken'),
    options: { ...WHO, received: { type: 'string' } },
    examples: ['yike lane cash lane-1 --received 50.00 --by Li'],
    run: run('laneCash'),
  },
  {
    path: ['lane', 'age'],
    takes: 'LANE approve|refuse',
    summary: say(
      '看过年龄：同意，或者拿掉商品',
      'The age was checked: release the basket, or remove the items',
    ),
    options: WHO,
    examples: ['yike lane age lane-1 approve --by Li'],
    run: run('laneAge'),
  },
  {
    path: ['lane', 'void'],
    takes: 'LANE [LINE]',
    summary: say('删除一行，或整个购物篮', 'Void one line, or the whole basket'),
    options: WHO,
    examples: ['yike lane void lane-1 --by Li --reason unwanted'],
    run: run('laneVoid'),
  },
  {
    path: ['lane', 'recall'],
    takes: 'LANE CODE',
    summary: say('按取单号取回购物篮', 'Take a parked basket up again'),
    options: WHO,
    examples: ['yike lane recall lane-1 4071 --by Li'],
    run: run('laneRecall'),
  },
  {
    path: ['lane', 'lock'],
    takes: 'LANE',
    summary: say(
      '暂停收银台；--reason 写 cleaning、paper、repair、closing，屏幕照着说；别的话只记进账本',
      'Take a lane out of service; its screen says --reason cleaning, paper, repair or closing, other words go to the ledger alone',
    ),
    options: { by: WHO.by, reason: WHO.reason },
    examples: [
      'yike lane lock lane-1 --reason paper --by Li',
      'yike lane lock lane-1 --reason "waiting for the fitter" --by Li',
    ],
    run: run('laneLock'),
  },
  {
    path: ['lane', 'unlock'],
    takes: 'LANE',
    summary: say('恢复使用', 'Put it back into service'),
    options: { by: WHO.by, reason: WHO.reason },
    examples: ['yike lane unlock lane-1 --by Li'],
    run: run('laneUnlock'),
  },
  {
    path: ['sale', 'show'],
    takes: 'RECEIPT',
    summary: say('一笔交易：商品、付款、退款', 'One sale: its lines, payments and refunds'),
    examples: ['yike sale show R000123'],
    run: run('saleShow'),
  },
  {
    path: ['sale', 'refund'],
    takes: 'RECEIPT',
    summary: say('退款：全部，或 --line 的几件', 'Refund all of it, or the pieces of --line'),
    options: { ...WHO, line: { type: 'string', multiple: true }, spoilt: { type: 'boolean' } },
    examples: ['yike sale refund R000123 --line line-1:2 --by Li --reason spoilt'],
    run: run('saleRefund'),
  },
  {
    path: ['sale', 'copy'],
    takes: 'RECEIPT',
    summary: say('补打小票，印上「副本」', 'Print the receipt again, marked as a copy'),
    options: { ...WHO, lane: { type: 'string' } },
    examples: ['yike sale copy R000123 --by Li --reason asked-for'],
    run: run('saleCopy'),
  },
  {
    path: ['sale', 'settle'],
    takes: 'ORDER|REFUND',
    summary: say(
      '把收单方不肯退的钱用现金退掉；结果不明的付款由人写明',
      'Hand over in cash what the acquirer keeps; say what became of a payment nobody can tell of',
    ),
    options: { ...WHO, charged: { type: 'boolean' }, 'not-charged': { type: 'boolean' } },
    examples: [
      'yike sale settle W3f9a… --by Li --approved-by Wang --reason refused',
      'yike sale settle W3f9a… --not-charged --by Li --reason journal',
    ],
    run: run('saleSettle'),
  },
];
