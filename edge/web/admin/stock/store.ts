/** The stock pages' view, and what they ask of the box. */
import { signal } from '@preact/signals';
import type { Refusal } from '../../../core/ports.ts';
import type { StockAsk, StockView } from '../../../core/views/stock-view.ts';
import type { CommandAnswer } from '../../../core/views/views.ts';
import { language } from '../../shared/language.ts';
import { ask } from '../operator.ts';

export const stockNow = signal<StockView | undefined>(undefined);
export const refused = signal<Refusal | undefined>(undefined);

/** Reads one field of a form that is being sent. */
export function fieldsOf(form: HTMLFormElement): (name: string) => string {
  const fields = new FormData(form);
  return (name) => String(fields.get(name) ?? '').trim();
}

export async function look(): Promise<void> {
  const answer = await ask<StockView>('GET', '/api/stock');
  if (answer.ok) stockNow.value = answer.value;
  else refused.value = answer.refusal;
}

/** Carries one request out and looks again; answers whether it was done. */
export async function tell(asked: StockAsk): Promise<boolean> {
  const answer = await ask<CommandAnswer>('POST', '/api/stock/commands', asked);
  const told = answer.ok ? answer.value : answer;
  refused.value = told.ok ? undefined : told.refusal;
  await look();
  return told.ok;
}

/** `12月5日`, `5 Dec`: the last day of sale of goods that may be sold until an instant. */
export function lastDay(expiresWallMs: number): string {
  const locale = language.value === 'zh' ? 'zh-CN' : 'en-GB';
  return new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric' }).format(
    expiresWallMs - 1,
  );
}

export const degrees = (deciCelsius: number): string => (deciCelsius / 10).toFixed(1);
