/** The stock pages' view, and what they ask of the box. */
import { signal } from '@preact/signals';
import type { Refusal } from '../../../core/ports.ts';
import type { Refill } from '../../../core/stock/stock.ts';
import type { StockAsk, StockView } from '../../../core/views/stock-view.ts';
import type { CommandAnswer } from '../../../core/views/views.ts';
import { language, t } from '../../shared/language.ts';
import { ask, heardAgain } from '../operator.ts';

export const stockNow = signal<StockView | undefined>(undefined);
export const refused = signal<Refusal | undefined>(undefined);

/** Reads one field of a form that is being sent. */
export function fieldsOf(form: HTMLFormElement): (name: string) => string {
  const fields = new FormData(form);
  return (name) => String(fields.get(name) ?? '').trim();
}

export async function look(): Promise<void> {
  const answer = await ask<StockView>('GET', '/api/stock');
  if (answer.ok) {
    stockNow.value = answer.value;
    heardAgain(refused);
  } else refused.value = answer.refusal;
}

/** Carries one request out and looks again; answers whether it was done. */
export async function tell(asked: StockAsk): Promise<boolean> {
  const answer = await ask<CommandAnswer>('POST', '/api/stock/commands', asked);
  const told = answer.ok ? answer.value : answer;
  refused.value = told.ok ? undefined : told.refusal;
  await look();
  return told.ok;
}

/** The refill that was ended on this page: slots done, and how many were not as the books said. */
export const refillEnded = signal<{ n: number; odd: number } | undefined>(undefined);

export async function endRefill({ counts }: Refill, reason: string): Promise<void> {
  const odd = counts.filter((each) => each.expectedPieces !== each.foundPieces).length;
  const ended = await tell({ kind: 'end-refill', reason });
  refillEnded.value = ended ? { n: counts.length, odd } : undefined;
}

/** `fridge-1/3/2` as people say it: which shelf, and which slot on it. */
export function placeWords(location: string): string {
  const [cabinet, shelf, slot, ...more] = location.split('/');
  if (!cabinet || !shelf || !slot || more.length > 0) return location;
  return t('st.place', { cabinet, shelf, slot });
}

/** `12月5日`, `5 Dec`: the last day of sale of goods that may be sold until an instant. */
export function lastDay(expiresWallMs: number): string {
  const locale = language.value === 'zh' ? 'zh-CN' : 'en-GB';
  return new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric' }).format(
    expiresWallMs - 1,
  );
}

export const degrees = (deciCelsius: number): string => (deciCelsius / 10).toFixed(1);
