/** What the keeping of stock refuses, in words. */
import type { Refusal, Text } from '../ports.ts';

const say = (zh: string, en: string): Text => ({ zh, en });

export const STOCK_REFUSALS = {
  PLANOGRAM_INVALID: [
    say('货架图有错误，没有保存', 'The planogram has a mistake and was not saved'),
    say('按提示改正后再保存', 'Correct what is named and save again'),
  ],
  PLANOGRAM_OLD: [
    say('货架图已被别人改过，没有保存', 'Somebody changed this planogram meanwhile; not saved'),
    say('刷新页面，在新的版本上再改', 'Reload the page and make your change again'),
  ],
  LOT_RECALLED: [
    say('这批商品已召回，不能销售', 'This lot was recalled and may not be sold'),
    say('请交给店员，或另选一件', 'Hand it to staff, or take another'),
  ],
  LOT_EXPIRED: [
    say('这件商品已过期，不能销售', 'This item is past its date and may not be sold'),
    say('请交给店员，或另选一件', 'Hand it to staff, or take another'),
  ],
  SLOT_HELD: [
    say('这个货道已停售', 'This place has stopped selling'),
    say('请等店员检查', 'Wait until staff have checked it'),
  ],
  CLOCK_UNSURE: [
    say('本机时间不准，有保质期的商品暂停销售', 'The clock is unsure: dated goods are not sold'),
    say('请检查网络对时', 'Check the network time'),
  ],
  PIECES_WRONG: [
    say('数量必须是整数，并且大于零', 'The number of pieces must be whole and above zero'),
    say('改一个数再试', 'Give another number'),
  ],
  STOCK_SHORT: [
    say('账上没有这么多', 'There are not that many on the books'),
    say('先盘点，再登记', 'Count first, then enter it'),
  ],
  SLOT_FULL: [
    say('超过了货道的容量', 'That is more than the slot holds'),
    say('少放几件，或改货架图的容量', 'Put in fewer, or change the capacity in the planogram'),
  ],
  SLOT_UNKNOWN: [
    say('货架图里没有这个货道', 'The planogram has no such slot'),
    say('刷新页面再选', 'Reload the page and choose again'),
  ],
  LOT_UNKNOWN: [say('没有这个批次', 'There is no such lot'), say('先登记到货', 'Receive it first')],
  LOT_EXISTS: [
    say('这个批次号已经用过', 'This lot number was used for something else'),
    say('换一个批次号', 'Give it another number'),
  ],
  DATE_MISSING: [
    say('先填到期日，才能上架销售', 'It may be sold only once its date is entered'),
    say('登记到货时填写到期日', 'Enter the date when you receive it'),
  ],
  DATE_WRONG: [
    say('没有这一天', 'There is no such day'),
    say('按 2026-11-23 的样子填写', 'Write it like 2026-11-23'),
  ],
  ITEM_WITHOUT_PRICE: [
    say('价格表里没有这件商品', 'The price book has no such item'),
    say('请总部先下发它的价格', 'Head office should publish its price first'),
  ],
  NOTHING_TO_REFILL: [
    say('没有要补的，或仓里没有货', 'Nothing to refill, or nothing in the store room'),
    say('先登记到货', 'Receive a delivery first'),
  ],
  HOLD_UNKNOWN: [
    say('没有这次停售，或已经处理', 'There is no such stop, or it was cleared'),
    say('刷新页面看现在的状态', 'Reload the page for the state now'),
  ],
  NAME_MISSING: [
    say('请写上经手人', 'Say who answers for it'),
    say('填写姓名后再提交', 'Enter a name and send it again'),
  ],
  ORDER_OPEN: [
    say('这件商品在这个柜子已有一张未到货的订单', 'This item already has an open order here'),
    say('等它到货，或先取消', 'Wait for it, or cancel it first'),
  ],
  ORDER_UNKNOWN: [
    say('没有这张订单，或已经到货', 'There is no such order, or it has arrived'),
    say('刷新页面看现在的订单', 'Reload the page for the orders now'),
  ],
  ORDER_TOO_MUCH: [
    say('订货会超过柜子的容量', 'The order would exceed what the cabinet holds'),
    say('少订几箱', 'Order fewer packs'),
  ],
  REFILL_OPEN: [
    say('还有一次补货没有结束', 'Another refill is not finished yet'),
    say('先继续或结束它', 'Go on with it, or end it'),
  ],
  REFILL_UNKNOWN: [
    say('没有这次补货，或已经结束', 'There is no such refill, or it has ended'),
    say('刷新页面看现在的补货', 'Reload the page for the refill now'),
  ],
} satisfies Record<string, [Text, Text]>;

export type StockRefusalCode = keyof typeof STOCK_REFUSALS;

export function refuseStock(
  code: StockRefusalCode,
  detail?: Refusal['detail'],
): { ok: false; refusal: Refusal } {
  const [message, next] = STOCK_REFUSALS[code];
  return { ok: false, refusal: { code, message, next, ...(detail && { detail }) } };
}
