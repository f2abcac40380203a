/** The calendar of price rules, and what is asked of the box. */
import { signal } from '@preact/signals';
import type { Refusal } from '../../../core/ports.ts';
import type {
  CatalogueAsk,
  ProductsView,
  ProductView,
  PromotionsView,
} from '../../../core/views/catalogue-view.ts';
import type { CommandAnswer } from '../../../core/views/views.ts';
import { ask } from '../operator.ts';

export const promotions = signal<PromotionsView | undefined>(undefined);
export const refused = signal<Refusal | undefined>(undefined);

export async function look(): Promise<void> {
  const answer = await ask<PromotionsView>('GET', '/api/promotions');
  if (answer.ok) promotions.value = answer.value;
  refused.value = answer.ok ? undefined : answer.refusal;
}

/** Carries one change out and looks again; answers whether it was done. */
export async function tell(asking: CatalogueAsk): Promise<boolean> {
  const answer = await ask<CommandAnswer>('POST', '/api/products/commands', asking);
  const refusal = !answer.ok ? answer.refusal : answer.value.ok ? undefined : answer.value.refusal;
  await look();
  refused.value = refusal;
  return refusal === undefined;
}

/** Articles that a search finds, a few. */
export async function find(text: string, limit: number): Promise<ProductView[]> {
  const query = new URLSearchParams({ q: text.trim().toLowerCase(), limit: String(limit) });
  const answer = await ask<ProductsView>('GET', `/api/products?${query}`);
  return answer.ok ? answer.value.products : [];
}
