/** What a lane says about what it just did. */
import { formatYuan } from '../core/money.ts';
import type { Text } from '../core/ports.ts';

export const addedText = (name: Text): Text => ({
  zh: `已添加「${name.zh}」`,
  en: `Added: ${name.en}`,
});

export const removedText = (name: Text): Text => ({
  zh: `已拿掉「${name.zh}」`,
  en: `Removed: ${name.en}`,
});

export const againText = (name: Text): Text => ({
  zh: `已拿掉「${name.zh}」，请重新称一次`,
  en: `Removed: ${name.en}. Please weigh it again`,
});

export const memberText: Text = { zh: '已使用会员价', en: 'Member prices are on' };

export const twiceText = (n: number): Text => ({
  zh: `同一商品又扫了一次，数量改为 ${n}`,
  en: `Scanned again. Quantity is now ${n}`,
});

const NO_MONEY: Text = { zh: '余额不足', en: 'not enough money' };
const CODE_DEAD: Text = { zh: '付款码已失效，请刷新', en: 'the code has expired, refresh it' };

/** What a payer can do something about, by the acquirers' words (WeChat Pay v2, Alipay). */
const DECLINED: Record<string, Text> = {
  NOTENOUGH: NO_MONEY,
  'ACQ.BUYER_BALANCE_NOT_ENOUGH': NO_MONEY,
  'ACQ.BUYER_BANKCARD_BALANCE_NOT_ENOUGH': NO_MONEY,
  AUTHCODEEXPIRE: CODE_DEAD,
  AUTH_CODE_ERROR: CODE_DEAD,
  AUTH_CODE_INVALID: CODE_DEAD,
  'ACQ.PAYMENT_AUTH_CODE_INVALID': CODE_DEAD,
};

/** After a payment that took nothing; `state` is the tender's, `reason` the acquirer's word. */
export function refusedPayment(state: string, reason = ''): Text {
  if (state === 'reversed')
    return {
      zh: '这次没有付成，没有扣款。您可以再付一次',
      en: 'The payment was cancelled and nothing was charged. You can pay again',
    };
  const why = DECLINED[reason];
  return {
    zh: `付款没有成功${why ? `：${why.zh}` : ''}。您可以换一种方式`,
    en: `Payment didn’t go through${why ? `: ${why.en}` : ''}. Try another way`,
  };
}

/** What the shopper does, or waits for, by how they pay. */
export const payWords: Record<'code' | 'card' | 'cash' | 'givingBack', Text> = {
  code: { zh: '正在确认付款', en: 'Confirming your payment' },
  card: {
    zh: '请按刷卡机的提示插卡或挥卡',
    en: 'Follow the card terminal: insert or tap your card',
  },
  cash: { zh: '已通知店员，请把现金交给店员', en: 'Staff are coming. Please hand them the cash' },
  givingBack: { zh: '正在退回已付的钱', en: 'Giving back what was paid' },
};

/** After a payment that covered a part. */
export const partPaid = (paidFen: number): Text => ({
  zh: `已付 ${formatYuan(paidFen)} 元，请付余下的部分`,
  en: `${formatYuan(paidFen)} yuan is paid. Please pay the rest`,
});
