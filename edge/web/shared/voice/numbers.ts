/** Numbers put together from clips, as a person reads them from a slip. */
import type { Language } from '../language.ts';
import type { Clip } from './clips.ts';

const PLACES = [10_000, 1000, 100, 10, 1] as const;
type Unit = 'n.yuan' | 'n.jiao' | 'n.pieces';

const one = (digit: number) => `n.${digit}` as Clip;

/** 0 to 99 999 in Chinese: 105 is 一百零五, 12 is 十二, 2 before 千, 万 or a measure is 两. */
function chinese(n: number): Clip[] {
  if (n === 0) return ['n.0'];
  if (n === 2) return ['n.two'];
  const clips: Clip[] = [];
  let gap = false;
  for (const place of PLACES) {
    const digit = Math.floor(n / place) % 10;
    if (digit === 0) {
      gap = clips.length > 0;
      continue;
    }
    if (gap) clips.push('n.0');
    gap = false;
    const teen = place === 10 && digit === 1 && clips.length === 0;
    if (!teen) clips.push(digit === 2 && place >= 1000 ? 'n.two' : one(digit));
    if (place > 1) clips.push(`n.${place}` as Clip);
  }
  return clips;
}

/** 0 to 999 999 in English. */
function english(n: number): Clip[] {
  if (n < 20) return [one(n)];
  if (n < 100) return [one(n - (n % 10)), ...(n % 10 ? [one(n % 10)] : [])];
  const [size, name] = n < 1000 ? ([100, 'n.100'] as const) : ([1000, 'n.1000'] as const);
  return [...english(Math.floor(n / size)), name, ...(n % size ? english(n % size) : [])];
}

const counted = (n: number, unit: Unit): Clip[] => [...chinese(n), unit];

/** `n` pieces: 三件, three items. */
export function pieceClips(n: number, language: Language): Clip[] {
  return language === 'zh' ? counted(n, 'n.pieces') : [...english(n), 'n.pieces'];
}

/** Digits one by one, as a code is read out. */
export function digitClips(digits: string): Clip[] {
  return [...digits].map((digit) => one(Number(digit)));
}

/**
 * An amount in fen, up to 99 999.99 yuan: 二十二元两角五分; twenty two point two five yuan. Beyond
 * that nothing is said: the screen shows it.
 */
export function amountClips(amountFen: number, language: Language): Clip[] {
  const yuan = Math.floor(amountFen / 100);
  const jiao = Math.floor(amountFen / 10) % 10;
  const fen = amountFen % 10;
  if (yuan > 99_999 || amountFen < 0) return [];
  if (language === 'en') {
    const cents =
      jiao + fen > 0 ? (['n.point', one(jiao), ...(fen ? [one(fen)] : [])] as const) : [];
    return [...english(yuan), ...cents, 'n.yuan'];
  }
  const whole = yuan > 0 || jiao + fen === 0 ? counted(yuan, 'n.yuan') : [];
  const tens = jiao > 0 ? counted(jiao, 'n.jiao') : whole.length > 0 && fen > 0 ? [one(0)] : [];
  return [...whole, ...tens, ...(fen > 0 ? ([...chinese(fen), 'n.fen'] as Clip[]) : [])];
}
