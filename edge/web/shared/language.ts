import { signal } from '@preact/signals';
import type { Text } from '../../core/ports.ts';
import { en } from './i18n/en.ts';
import { type Key, zh } from './i18n/zh.ts';

export type Language = 'zh' | 'en';

const known: Record<Language, Record<string, string>> = { zh: { ...zh }, en: { ...en } };

/** Words that this page says besides a shopper's; before it is drawn. */
export function learnWords(words: Record<Language, Record<string, string>>): void {
  Object.assign(known.zh, words.zh);
  Object.assign(known.en, words.en);
}

/** The language of this page, for this shopper; a screen's owner resets it. */
export const language = signal<Language>('zh');

/** Amounts say their unit as a word: 大字. */
export const unitsInWords = signal(false);

/** Switches the page, and tells screen readers and line breaking about it. */
export function speak(next: Language): void {
  language.value = next;
  document.documentElement.lang = next === 'zh' ? 'zh-CN' : 'en';
}

/** A number and its unit are one word, whichever sentence they come in. */
function unbroken(sentence: string): string {
  return sentence.replaceAll(/(\d) (?=\p{Script=Han}|(?:kg|g|min|h|s|ms|mm|ml)\b)/gu, '$1\u00a0');
}

/** The sentence of `key` in the page's language, `{name}` slots filled in. */
export function t(key: Key, slots: Record<string, string | number> = {}): string {
  const sentence = known[language.value][key] ?? key;
  return unbroken(
    sentence.replaceAll(/\{(\w+)\}/g, (_, slot: string) => String(slots[slot] ?? '')),
  );
}

/** The half of a two-language text that this page speaks. */
export function pick(text: Text): string {
  return unbroken(language.value === 'zh' ? text.zh : text.en);
}
