import type { PriceBasis } from '../../core/catalogue/catalogue.ts';
import { formatYuan } from '../../core/money.ts';
import { formatKilograms } from '../../core/sale/quantity.ts';
import { language, t, unitsInWords } from './language.ts';

/** `¥1,234.56`, thousands set apart; in large type `1,234.56 元`, as a Chinese reader says it. */
export function yuan(fen: number): string {
  const sign = fen < 0 ? '-' : '';
  const digits = formatYuan(Math.abs(fen)).replaceAll(/\B(?=(\d{3})+\.)/g, ',');
  const inWords = unitsInWords.value && language.value === 'zh';
  return inWords ? `${sign}${digits}\u00a0元` : `${sign}¥${digits}`;
}

/** `0.612 千克`. */
export function kilograms(grams: number): string {
  return `${formatKilograms(grams)} ${t('unit.kg')}`;
}

/** `¥11.96/千克`, `¥3.50/件`. */
export function unitPrice(fen: number, basis: PriceBasis): string {
  return `${yuan(fen)}/${t(`basis.${basis}`)}`;
}

const STEPS = [
  { key: 'time.days', ms: 86_400_000 },
  { key: 'time.hours', ms: 3_600_000 },
  { key: 'time.minutes', ms: 60_000 },
  { key: 'time.seconds', ms: 1000 },
] as const;

/** A length of time in its largest whole unit: `12 分钟`. Negative lengths count as zero. */
export function duration(ms: number): string {
  const step = STEPS.find((candidate) => ms >= candidate.ms) ?? STEPS[3];
  return t(step.key, { n: Math.max(0, Math.floor(ms / step.ms)) });
}

/** How long ago: `刚刚` within three seconds, then `12 分钟前`. */
export function ago(thenMs: number, nowMs: number): string {
  const age = nowMs - thenMs;
  return age < 3000 ? t('time.now') : t('time.ago', { time: duration(age) });
}

/** A telephone number whose hyphens end no line. */
export const unbroken = (tel: string): string => tel.replaceAll('-', '\u2060-\u2060');
