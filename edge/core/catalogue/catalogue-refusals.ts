/** What changing prices, articles and rules refuses, in words. */
import type { Refusal, Text } from '../ports.ts';

const say = (zh: string, en: string): Text => ({ zh, en });

export const CATALOGUE_REFUSALS = {
  NOTHING_CHANGED: [
    say('没有要改的', 'There is nothing to change'),
    say('选商品并输入新价格', 'Choose articles and enter a new price'),
  ],
  ARTICLE_UNKNOWN: [
    say('价格表里没有这个商品', 'The price book does not have this article'),
    say('刷新页面再试', 'Reload the page and try again'),
  ],
  EDIT_STALE: [
    say('这个商品刚被别人改过，没有保存', 'This article was changed meanwhile; nothing was saved'),
    say('刷新后按现在的价格再改', 'Reload, and change it from its present price'),
  ],
  PRICE_LOCKED: [
    say('这个价格由总部管理', 'Head office keeps this price'),
    say('请联系总部改价', 'Ask head office to change it'),
  ],
  PRICE_WRONG: [
    say('价格必须是 0.01 到 100000 元', 'A price is 0.01 to 100000 yuan'),
    say('改一个数再试', 'Enter another number'),
  ],
  PRICE_BELOW_GUARD: [
    say('低于这个商品的最低价', 'That is below the least price of this article'),
    say('改高一些，或请总部调整最低价', 'Raise it, or ask head office for another least price'),
  ],
  UNDO_TOO_LATE: [
    say('超过 30 分钟，不能撤销了', 'After 30 minutes this can no longer be undone'),
    say('请直接改回原来的价格', 'Change the prices back instead'),
  ],
  UNDO_NOTHING: [
    say('没有可以撤销的改动', 'There is nothing left to undo'),
    say('请直接改成想要的价格', 'Change the prices to what you want'),
  ],
  PROMOTION_INVALID: [
    say('促销有错误，没有保存', 'The promotion has a mistake and was not saved'),
    say('按提示改正后再保存', 'Correct what is named and save again'),
  ],
  PROMOTION_UNKNOWN: [
    say('没有这个进行中的促销', 'There is no such running promotion'),
    say('刷新页面再试', 'Reload the page and try again'),
  ],
  PROMOTION_LOCKED: [
    say('这个促销由总部管理', 'Head office keeps this promotion'),
    say('请联系总部', 'Ask head office'),
  ],
  PICTURE_BAD: [
    say('这个文件不是能用的图片', 'This file is not a usable picture'),
    say(
      '用 JPEG、PNG 或 WebP，至少 64×64，不超过 8 MB',
      'Use JPEG, PNG or WebP, at least 64×64, up to 8 MB',
    ),
  ],
  PRINTER_MISSING: [
    say('没有能用的打印机', 'No printer is ready'),
    say('检查打印机的电源、纸和连线', "Check the printer's power, paper and cable"),
  ],
  TAGS_NOT_PRINTED: [
    say('没有打印完', 'Not all of it was printed'),
    say('看看打印机；没打的还选着，可以接着打', 'See to the printer; what is left is still chosen'),
  ],
} as const satisfies Record<string, readonly [Text, Text]>;

export type CatalogueRefusalCode = keyof typeof CATALOGUE_REFUSALS;

export function refuseCatalogue(
  code: CatalogueRefusalCode,
  detail?: Refusal['detail'],
): { ok: false; refusal: Refusal } {
  const [message, next] = CATALOGUE_REFUSALS[code];
  return { ok: false, refusal: { code, message, next, ...(detail && { detail }) } };
}
