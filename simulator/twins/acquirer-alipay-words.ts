/** How Alipay writes money, and how it refuses. */
type Fields = Record<string, string>;

/** `12.34` → 1234 fen, without any floating point; undefined where it is no such amount. */
export function fenOfYuan(text: string): number | undefined {
  const found = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(text);
  if (!found) return undefined;
  const [, yuan = '0', cents = ''] = found;
  return Number(yuan) * 100 + Number(cents.padEnd(2, '0'));
}

/** 1234 fen → `12.34`. */
export function yuanOfFen(amountFen: number): string {
  return `${Math.floor(amountFen / 100)}.${String(amountFen % 100).padStart(2, '0')}`;
}

export const refused = (subCode: string, words: string, more: Fields = {}): Fields => ({
  code: '40004',
  msg: 'Business Failed',
  sub_code: subCode,
  sub_msg: words,
  ...more,
});
export const unavailable = (words: string): Fields => ({
  code: '20000',
  msg: 'Service Currently Unavailable',
  sub_code: 'ACQ.SYSTEM_ERROR',
  sub_msg: words,
});
