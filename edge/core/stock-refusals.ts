/** What the keeping of stock refuses, in words. */
import type { Refusal, Text } from './ports.ts';

const say = (zh: string, en: string): Text => ({ zh, en });

export const STOCK_REFUSALS = {
  PLANOGRAM_INVALID: [
    say('货架图有错误，没有保存', 'The planogram has a mistake and was not saved'),
    say('按提示改正后再保存', 'Correct what is named and save again'),
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
