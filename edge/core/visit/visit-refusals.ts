/** What a visit refuses, in words. */
import type { Refusal, Text } from '../ports.ts';

const say = (zh: string, en: string): Text => ({ zh, en });

export const VISIT_REFUSALS = {
  CABINET_BUSY: [
    say('这台柜子正在使用', 'This cabinet is in use'),
    say('请等前一位关门', 'Please wait until the door is shut'),
  ],
  VISIT_UNKNOWN: [
    say('没有这次购物', 'There is no such visit'),
    say('请重新扫码', 'Please scan again'),
  ],
  VISIT_MOVED_ON: [
    say('这一步现在做不了', 'That can’t be done now'),
    say('请看屏幕上的提示', 'Please follow the screen'),
  ],
  HOLD_MISSING: [
    say('还没有确认付款方式', 'The payment is not confirmed yet'),
    say('请稍候', 'Please wait a moment'),
  ],
  DISPUTE_UNKNOWN: [
    say('没有这条疑问，或已经处理', 'There is no such question, or it was answered'),
    say('请刷新', 'Please refresh'),
  ],
  REFUND_TOO_MUCH: [
    say('退款不能超过这次消费', 'More than was paid cannot go back'),
    say('请改金额', 'Correct the amount'),
  ],
  NOTE_MISSING: [
    say('还没有写原因', 'The reason is missing'),
    say('请写明为什么这样决定', 'Say why you decide so'),
  ],
  NO_PLANOGRAM: [
    say('这台柜子还没有货架图', 'This cabinet has no planogram yet'),
    say('请在管理页或用 planogramFile 给出', 'Give one on the operator’s page or as planogramFile'),
  ],
  PAYER_UNKNOWN: [
    say('不认识这个码', 'This code is not known'),
    say('请出示微信、支付宝付款码或会员码', 'Show your payment code or member code'),
  ],
  PAYER_OWES: [
    say('上次购物还有一笔未付', 'An earlier visit is not paid yet'),
    say('请先到收银机付清，或联系店员', 'Please pay it at the checkout, or call staff'),
  ],
  OFFLINE_LIMIT: [
    say('断网期间的消费已到上限', 'No more can be bought until the connection is back'),
    say('请等网络恢复，或到收银机购买', 'Wait for the connection, or buy at the checkout'),
  ],
  PAYER_NO_MONEY: [
    say('余额不足，不能先押款', 'There is not enough money to hold'),
    say('请换一种付款方式，或到收银机付款', 'Choose another way to pay, or pay at the checkout'),
  ],
  PAYER_CODE_EXPIRED: [
    say('付款码已过期或用过', 'The payment code is too old or was used'),
    say('请刷新付款码，再扫一次', 'Refresh the code and scan again'),
  ],
  AGREEMENT_ENDED: [
    say('免密支付已经关闭', 'Your agreement to pay later has ended'),
    say('请在手机上重新开通，或出示付款码', 'Renew it on your phone, or show a payment code'),
  ],
  PAYER_REFUSED: [
    say('支付分或免密未开通，或余额不足', 'Pay-later is not enabled, or there is no balance'),
    say('请按手机提示开通，或到收银机付款', 'Enable it on your phone, or pay at the checkout'),
  ],
  CABINET_OFFLINE: [
    say('网络暂时不通，柜子不能开门', 'No connection: the cabinet can’t open'),
    say('请稍候再试，或到收银机购买', 'Try again in a moment, or buy at the checkout'),
  ],
  CABINET_NOT_READY: [
    say('柜子还没有准备好', 'The cabinet is not ready'),
    say('请确认门已关好，稍候再试', 'Make sure the door is shut, then try again'),
  ],
  LOCK_FAILED: [
    say('门没有打开', 'The door did not unlock'),
    say('请再扫一次，或呼叫店员。没有扣款', 'Scan again, or call staff. You were not charged'),
  ],
  COMMAND_UNKNOWN: [say('不认识的操作', 'Unknown command'), say('请刷新页面', 'Please refresh')],
} as const satisfies Record<string, readonly [Text, Text]>;

export type VisitRefusalCode = keyof typeof VISIT_REFUSALS;

export function visitRefusal(code: VisitRefusalCode, detail?: Refusal['detail']): Refusal {
  const [message, next] = VISIT_REFUSALS[code];
  return { code, message, next, ...(detail && { detail }) };
}

/** Reasons of the acquirers that a payer can do something about. */
const SAID_BY_ACQUIRER: readonly [RegExp, VisitRefusalCode][] = [
  [/NOT_?ENOUGH/, 'PAYER_NO_MONEY'],
  [/AUTH_?CODE/, 'PAYER_CODE_EXPIRED'],
  [/CONTRACT/, 'AGREEMENT_ENDED'],
];

/** Why no money is held, as its payer is told. */
export function holdRefused(reason: string): Refusal {
  const [, code = 'PAYER_REFUSED'] = SAID_BY_ACQUIRER.find(([words]) => words.test(reason)) ?? [];
  return visitRefusal(code, { reason });
}

export const refuseVisit = (
  code: VisitRefusalCode,
  detail?: Refusal['detail'],
): { ok: false; refusal: Refusal } => ({ ok: false, refusal: visitRefusal(code, detail) });
