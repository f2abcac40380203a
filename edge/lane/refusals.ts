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
