/** Every refusal of the pure core: one table, so wording and next steps live in one place. */
import type { Refusal, Text } from './ports.ts';

interface RefusalText {
  message: Text;
  next: Text;
}

const say = (zh: string, en: string, nextZh: string, nextEn: string): RefusalText => ({
  message: { zh, en },
  next: { zh: nextZh, en: nextEn },
});

export const REFUSALS = {
  SALE_EXISTS: say(
    '这笔交易已经开始',
    'This sale has already begun',
    '请继续扫描商品',
    'Go on scanning',
  ),
  SALE_UNKNOWN: say(
    '没有进行中的交易',
    'There is no sale in progress',
    '请点「开始结账」',
    'Tap Start',
  ),
  SALE_CLOSED: say(
    '这笔交易已经结束',
    'This sale is finished',
    '请开始新的交易',
    'Start a new sale',
  ),
  BASKET_LOCKED: say(
    '正在付款，商品暂时不能改动',
    'Payment is in progress, the basket cannot change',
    '请先完成或取消付款',
    'Finish or cancel the payment first',
  ),
  BASKET_FULL: say(
    '商品太多，一笔交易放不下',
    'Too many items for one sale',
    '请先付款，其余商品另外结账',
    'Pay first, then start another sale for the rest',
  ),
  BASKET_EMPTY: say('还没有添加商品', 'The basket is empty', '请先扫描商品', 'Scan an item first'),
  NOTHING_TO_PAY: say(
    '合计为零，不需要付款',
    'There is nothing to pay',
    '请呼叫店员',
    'Please call staff',
  ),
  QUANTITY_LIMIT: say(
    '数量只能是 1 到 99',
    'The quantity must be 1 to 99',
    '请改数量，或删除这件商品',
    'Change the quantity, or remove the item',
  ),
  LINE_UNKNOWN: say(
    '购物车里没有这件商品',
    'This item is not in the basket',
    '请看屏幕上的商品列表',
    'Look at the list on the screen',
  ),
  LINE_NOT_COUNTED: say(
    '称重商品不能改数量',
    'A weighed item has no quantity to change',
    '请删除后重新称重',
    'Remove it and weigh again',
  ),
  ITEM_NOT_ON_SALE: say(
    '这件商品已暂停销售，请放到一旁',
    'This item is not for sale. Please put it aside',
    '请继续扫描其他商品',
    'Go on with your other items',
  ),
  AGE_CHECK_NEEDED: say(
    '这件商品需要店员确认年龄',
    'Staff must check your age for this item',
    '请呼叫店员，或继续其他商品',
    'Call staff, or go on with your other items',
  ),
  NEEDS_WEIGHING: say(
    '这件商品按重量卖，请先称重',
    'This item is sold by weight. Weigh it first',
    '请放到秤盘上',
    'Place it on the scale',
  ),
  NOT_BY_WEIGHT: say(
    '这件商品按件卖，不用称重',
    'This item is sold by the piece, not by weight',
    '请选择件数',
    'Choose how many pieces',
  ),
  WEIGHING_MISMATCH: say(
    '价格刚刚变了，这次称重作废',
    'The price has just changed, this weighing is void',
    '请重新称重',
    'Please weigh again',
  ),
  LABEL_SOLD: say(
    '这张价签已经付过款',
    'This label has already been paid for',
    '请到称重台重新打印，或呼叫店员',
    'Print a new one at the produce scale, or call staff',
  ),
  LABEL_VOID: say(
    '这张价签已作废',
    'This label was cancelled',
    '请到称重台重新称重',
    'Weigh again at the produce scale',
  ),
  LABEL_IN_BASKET: say(
    '这张价签已经在购物车里',
    'This label is already in a basket',
    '请扫描下一件商品',
    'Scan the next item',
  ),
  PAYMENT_UNRESOLVED: say(
    '付款结果还在确认，请不要重复付款',
    "We're still confirming. Please don't pay again",
    '请稍候',
    'Please wait',
  ),
  TENDER_EXISTS: say(
    '这个付款单号已经用过',
    'This payment number was used before',
    '请重新付款',
    'Start the payment again',
  ),
  TENDER_UNKNOWN: say(
    '没有这笔付款',
    'There is no such payment',
    '请核对订单号',
    'Check the order number',
  ),
  TENDER_SETTLED: say(
    '这笔付款已有结果，不能再改',
    'This payment is settled and cannot change',
    '需要退款请呼叫店员',
    'Call staff for a refund',
  ),
  BASKET_PART_PAID: say(
    '已经付了一部分，商品暂时不能改动',
    'Part of it is paid, the basket cannot change',
    '请付清余款，或先退回已付的钱',
    'Pay the rest, or have it given back first',
  ),
  BASKET_PARKED: say(
    '这个购物篮已挂单',
    'This basket is parked',
    '请先用取单号取回',
    'Recall it with its code first',
  ),
  SALE_NOT_PARKED: say(
    '这个购物篮没有挂单',
    'This basket is not parked',
    '请核对取单号',
    'Check the code',
  ),
  SALE_NOT_PAID: say(
    '这笔交易没有付款，不能退款',
    'This sale was not paid, so nothing can go back',
    '请核对小票号',
    'Check the receipt number',
  ),
  AMOUNT_NOT_DUE: say(
    '金额不对：必须大于零，不超过应付',
    'The amount must be above zero and no more than is due',
    '请重新输入金额',
    'Enter the amount again',
  ),
  STILL_ASKING: say(
    '本机还在向收单方查询这笔付款',
    'The box is still asking what became of this payment',
    '请等几分钟；查不到才需要人工确认',
    'Wait a few minutes; a person decides only where nobody answers',
  ),
  NOTHING_KEPT: say(
    '这笔付款没有滞留的钱，不用手工退',
    'No money is held back on this payment',
    '请核对订单号',
    'Check the order number',
  ),
  NOTHING_TO_REFUND: say(
    '没有要退的金额',
    'There is nothing to give back',
    '请选要退的商品',
    'Choose what comes back',
  ),
  REFUND_TOO_MUCH: say(
    '退的比剩下的多',
    'That is more than is left to give back',
    '请减少件数或金额',
    'Enter fewer pieces or a smaller amount',
  ),
  REFUND_UNKNOWN: say(
    '没有这笔退款',
    'There is no such refund',
    '请核对退款单号',
    'Check the refund number',
  ),
  SECOND_PERSON_NEEDED: say(
    '金额超过限额，需要第二个人同意',
    'This amount needs a second person',
    '请另一位店员一起确认',
    'Ask another member of staff to approve it',
  ),
  STATEMENT_UNREADABLE: say(
    '这个对账单读不懂，没有对账',
    'This statement cannot be read; nothing was compared',
    '下载微信或支付宝的明细账单（CSV），不要改动',
    'Download the detailed statement of WeChat or Alipay (CSV) and leave it as it is',
  ),
  RECEIPT_UNKNOWN: say(
    '没有这张小票的打印任务',
    'There is no such receipt to print',
    '请扫码领取电子小票',
    'Scan for an e-receipt',
  ),
  PRICE_BOOK_INVALID: say(
    '价格表有错误，没有启用',
    'The price book has a mistake and was not used',
    '请总部改正后重新下发',
    'Head office should correct it and send it again',
  ),
} as const satisfies Record<string, RefusalText>;

export type RefusalCode = keyof typeof REFUSALS;

/** The refused outcome for `code`; `detail` holds facts, never a payment code. */
export function refuse(
  code: RefusalCode,
  detail?: Refusal['detail'],
): { ok: false; refusal: Refusal } {
  const { message, next } = REFUSALS[code];
  return { ok: false, refusal: { code, message, next, ...(detail ? { detail } : {}) } };
}
