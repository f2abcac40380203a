/** What a driver says of its device is one string, `address: 中文 English`: each language alone. */
import type { Text } from './ports.ts';

/** The English begins with a capital and has no Chinese after it; what stands before is for both. */
const BOTH = /^(?<lead>\P{Script=Han}*?)(?<zh>\p{Script=Han}.*?) (?<en>[A-Z]\P{Script=Han}*)$/su;

/** A text in one language only is that in both. */
export function eachLanguage(text: string): Text {
  const { lead, zh, en } = BOTH.exec(text)?.groups ?? {};
  if (lead === undefined) return { zh: text, en: text };
  return { zh: `${lead}${zh}`, en: `${lead}${en}` };
}
