/** What a lane says about what it just did. */
import type { Text } from '../core/ports.ts';

export const addedText = (name: Text): Text => ({
  zh: `已添加「${name.zh}」`,
  en: `Added: ${name.en}`,
});

export const removedText = (name: Text): Text => ({
  zh: `已拿掉「${name.zh}」`,
  en: `Removed: ${name.en}`,
});

export const twiceText = (n: number): Text => ({
  zh: `同一商品又扫了一次，数量改为 ${n}`,
  en: `Scanned again. Quantity is now ${n}`,
});

/** After a payment that took nothing; `state` is the tender's, `reason` the acquirer's word. */
export function refusedPayment(state: string, reason = ''): Text {
  if (state === 'reversed')
    return {
      zh: '这次没有付成，没有扣款。您可以再付一次',
      en: 'The payment was cancelled and nothing was charged. You can pay again',
    };
  return {
    zh: `付款没有成功：${reason}。您可以换一种方式`,
    en: `Payment didn’t go through: ${reason}. Try another way`,
  };
}
