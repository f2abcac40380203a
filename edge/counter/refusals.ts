/** What a produce counter refuses by itself, in words. */
import type { Refusal, Text } from '../core/ports.ts';

const say = (zh: string, en: string): Text => ({ zh, en });

const TABLE = {
  ITEM_UNKNOWN: [
    say('没有这种商品', 'There is no such item'),
    say('请换一种查找方式', 'Look for it another way'),
  ],
  SOLD_BY_PIECE: [
    say('这种商品按件卖，不用称', 'This is sold by the piece and needs no label'),
    say('请直接到收银机扫码', 'Scan it at the checkout'),
  ],
  NO_PLU: [
    say('这种商品没有货号，不能打标签', 'This item has no PLU, so no label can be made'),
    say('请到收银机称重', 'Please weigh it at the checkout'),
  ],
  NOTHING_CHOSEN: [
    say('还没有选商品', 'No item is chosen yet'),
    say('请先点一种商品', 'Tap an item first'),
  ],
  TOO_DEAR: [
    say('金额太大，一张标签放不下', 'This costs more than one label can say'),
    say('请分两次称', 'Please weigh in two lots'),
  ],
  NO_LABEL: [
    say('没有可以作废的标签', 'There is no label to cancel'),
    say('请重新称重', 'Please weigh again'),
  ],
  ZERO_REFUSED: [
    say('秤没有接受置零', 'The scale did not accept zeroing'),
    say('请清空秤盘再试', 'Clear the plate and try again'),
  ],
  COMMAND_UNKNOWN: [
    say('不认识的操作', 'Unknown command'),
    say('请刷新页面', 'Please refresh the page'),
  ],
} satisfies Record<string, [Text, Text]>;

export type CounterRefusalCode = keyof typeof TABLE;
export const COUNTER_REFUSALS = Object.keys(TABLE) as CounterRefusalCode[];

export function counterRefusal(code: CounterRefusalCode): { ok: false; refusal: Refusal } {
  const [message, next] = TABLE[code];
  return { ok: false, refusal: { code, message, next } };
}
