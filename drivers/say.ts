/** What people read of a device, in both languages. */

export interface Text {
  zh: string;
  en: string;
}

export const say = (zh: string, en: string): Text => ({ zh, en });

/** Names, figures and another program's words are the same in both. */
export const textOf = (said: Text | string): Text =>
  typeof said === 'string' ? say(said, said) : said;

/** The same before every language, as an address is. */
export const at = (lead: string, { zh, en }: Text): Text => say(`${lead}${zh}`, `${lead}${en}`);
