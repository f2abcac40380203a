/** What a lane refuses by itself, in words. What the sale refuses is in core/refusals.ts. */
import type { Refusal, Text } from '../core/ports.ts';

const say = (zh: string, en: string): Text => ({ zh, en });

const TABLE = {
  ITEM_UNKNOWN: [
    say('没有找到这个条码的商品', 'We can’t find this barcode'),
    say('请换一面再扫，或点「没有条码」', 'Try the other side, or tap “No barcode”'),
  ],
  BARCODE_DAMAGED: [
    say('条码没有读完整', 'The barcode was not read in full'),
    say('请再扫一次', 'Please scan it again'),
  ],
  CODE_NOT_HERE: [
    say('现在请扫商品条码', 'Please scan goods here'),
    say('付款码请在点「去付款」之后出示', 'Show your payment code after tapping “Pay”'),
  ],
  NOT_A_PAYMENT_CODE: [
    say('这不是付款码', 'This is not a payment code'),
    say('请打开微信或支付宝的「付款码」', 'Open the payment code in WeChat or Alipay'),
  ],
  LABEL_NOT_LIVE: [
    say('这张标签不能用了', 'This label can no longer be used'),
    say('请把商品重新称一次', 'Please weigh the goods again'),
  ],
  WRONG_SCREEN: [
    say('这一步现在做不了', 'That can’t be done now'),
    say('请按屏幕上的提示操作', 'Please follow the screen'),
  ],
  NOTHING_TO_UNDO: [
    say('没有可以撤销的操作', 'There is nothing to undo'),
    say('可以在清单里修改', 'Change it in the list'),
  ],
  TERMINAL_OFFLINE: [
    say('网络暂时不通，手机支付暂停', 'Phone payment is paused: no connection'),
    say('请稍候再试，或呼叫店员', 'Please wait a moment, or call staff'),
  ],
  CARD_OFFLINE: [
    say('刷卡机暂时用不了', 'The card terminal is not working'),
    say('请换一种方式付款，或呼叫店员', 'Pay another way, or call staff'),
  ],
  BAG_UNRESOLVED: [
    say('装袋区的重量和已扫的商品对不上', 'The bagging area does not match what was scanned'),
    say('请回答屏幕下方的问题，或呼叫店员', 'Answer the question below, or call staff'),
  ],
  BAG_HEAVY: [
    say('这个袋子太重了', 'This bag is too heavy'),
    say('请先把里面的东西拿出来', 'Please take out what is in it'),
  ],
  NO_BAG: [
    say('这里没有装袋秤，或它没有回应', 'There is no bagging scale here, or it does not answer'),
    say('请继续结账', 'Please go on'),
  ],
  MEMBER_UNKNOWN: [
    say('没有这个会员', 'There is no such member'),
    say('请核对号码，或继续结账', 'Check the number, or go on without'),
  ],
  PARKED_UNKNOWN: [
    say('没有这个取单号，或已超过保留时间', 'No basket is parked under this code any more'),
    say('请核对四位数字，或重新扫描商品', 'Check the four digits, or scan your items again'),
  ],
  PARKING_FULL: [
    say('挂单太多，放不下了', 'Too many baskets are parked'),
    say('请先付款，或呼叫店员', 'Please pay first, or call staff'),
  ],
  BASKET_IN_THE_WAY: [
    say('这里还有没结账的商品', 'There are items here that are not paid for'),
    say('请先付款或挂单，再取单', 'Pay or park them first'),
  ],
  NO_CASH_ASKED: [
    say('这里没有等待收取的现金', 'No cash is awaited here'),
    say('请让顾客先选「现金」', 'Let the shopper choose cash first'),
  ],
  NO_CALL: [
    say('这里没有人在等', 'Nobody is waiting here'),
    say('求助已取消，或已有人在处理', 'The call was taken back, or somebody is on it'),
  ],
  NAME_MISSING: [
    say('请写明是谁、为什么', 'Say who does it and why'),
    say('填写姓名和原因后再做', 'Give a name and a reason'),
  ],
  LANE_LOCKED: [
    say('本机已暂停使用', 'This checkout is out of service'),
    say('请使用其他机器，或呼叫店员', 'Please use another one, or call staff'),
  ],
  RECEIPT_NOT_FOUND: [
    say('没有找到这张小票', 'There is no such receipt'),
    say('请核对小票号', 'Check the number on the receipt'),
  ],
  PRINTER_SILENT: [
    say('小票没有打出来', 'The receipt did not come out'),
    say('请检查打印机，或给顾客电子小票', 'Check the printer, or show the e-receipt'),
  ],
  PRICES_MISSING: [
    say('本机还没有价格表', 'This terminal has no price list yet'),
    say('请使用其他机器，或呼叫店员', 'Please use another terminal, or call staff'),
  ],
  SCALE_MISSING: [
    say('这里不能称重', 'There is no scale here'),
    say('称重商品请到 AI 秤', 'Please weigh at the produce scale'),
  ],
  COMMAND_UNKNOWN: [
    say('不认识的操作', 'Unknown command'),
    say('请刷新页面', 'Please refresh the page'),
  ],
} satisfies Record<string, [Text, Text]>;

export type LaneRefusalCode = keyof typeof TABLE;
export const LANE_REFUSALS = Object.keys(TABLE) as LaneRefusalCode[];

export function laneRefusal(code: LaneRefusalCode, detail?: Refusal['detail']): Refusal {
  const [message, next] = TABLE[code];
  return { code, message, next, ...(detail && { detail }) };
}
