/** The articles on the page, what is chosen, and what is asked of the box. */
import { computed, signal } from '@preact/signals';
import type { Refusal } from '../../../core/ports.ts';
import type {
  CatalogueAsk,
  ProductFilter,
  ProductsView,
  ProductView,
} from '../../../core/views/catalogue-view.ts';
import type { CommandAnswer } from '../../../core/views/views.ts';
import { wallMs } from '../../shared/runtime.ts';
import { type Answer, ask } from '../operator.ts';

const PAGE = 100;

/** Undefined until the box has answered once; kept while a newer answer is on its way. */
export const products = signal<ProductsView | undefined>(undefined);
export const refused = signal<Refusal | undefined>(undefined);
/** What was done last, in a sentence. */
export const said = signal('');
export const text = signal('');
export const filter = signal<ProductFilter>('all');
export const limit = signal(PAGE);
/** Chosen articles by number, as they were seen; they stay chosen while the search changes. */
export const chosen = signal<ReadonlyMap<string, ProductView>>(new Map());
/** The box's clock less the page's, when the view was made. */
const ahead = signal(0);
export const boxNow = (pageMs: number): number => pageMs + ahead.value;

export const chosenNow = computed(() => [...chosen.value.values()]);

let asked = 0;

export async function look(): Promise<void> {
  asked += 1;
  const mine = asked;
  const query = new URLSearchParams({
    q: text.value.trim().toLowerCase(),
    filter: filter.value,
    limit: String(limit.value),
  });
  const answer = await ask<ProductsView>('GET', `/api/products?${query}`);
  if (mine !== asked) return;
  refused.value = answer.ok ? undefined : answer.refusal;
  if (!answer.ok) return;
  products.value = answer.value;
  ahead.value = answer.value.wallMs - wallMs();
  const fresh = new Map(answer.value.products.map((each) => [each.sku, each]));
  chosen.value = new Map([...chosen.value].map(([sku, old]) => [sku, fresh.get(sku) ?? old]));
}

export function search(next: string): void {
  text.value = next;
  limit.value = PAGE;
  void look();
}

export function narrow(next: ProductFilter): void {
  filter.value = next;
  limit.value = PAGE;
  void look();
}

export function more(): void {
  limit.value += PAGE;
  void look();
}

/** Carries one change out and looks again; answers whether it was done. */
export async function tell(asking: CatalogueAsk, done: string): Promise<boolean> {
  return settle(await ask<CommandAnswer>('POST', '/api/products/commands', asking), done);
}

/** What came of it: said, or refused; the list is looked at again either way. */
export async function settle(answer: Answer<CommandAnswer>, done: string): Promise<boolean> {
  const refusal = !answer.ok ? answer.refusal : answer.value.ok ? undefined : answer.value.refusal;
  said.value = refusal ? '' : done;
  await look();
  refused.value = refusal ?? refused.value;
  return refusal === undefined;
}

export function choose(product: ProductView, on: boolean): void {
  const next = new Map(chosen.value);
  if (on) next.set(product.sku, product);
  else next.delete(product.sku);
  chosen.value = next;
}

export function chooseAll(list: readonly ProductView[], on: boolean): void {
  const next = new Map(chosen.value);
  for (const product of list)
    if (on) next.set(product.sku, product);
    else next.delete(product.sku);
  chosen.value = next;
}
