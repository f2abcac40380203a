/** What is looked for, what was found, and the order that is open. */
import { computed, signal } from '@preact/signals';
import type { Refusal } from '../../../core/ports.ts';
import type {
  OrderPlaces,
  OrderQuery,
  OrderRowView,
  OrdersView,
  OrderView,
} from '../../../core/views/order-views.ts';
import { language } from '../../shared/language.ts';
import { ask } from '../operator.ts';
import { save } from '../reports/csv.ts';

export type Wanted = Omit<OrderQuery, 'before'>;

export const wanted = signal<Wanted>({});
export const rows = signal<OrderRowView[] | undefined>(undefined);
export const totals = signal<OrdersView['totals']>(undefined);
export const more = signal(false);
export const busy = signal(false);
export const refused = signal<Refusal | undefined>(undefined);
export const places = signal<OrderPlaces | undefined>(undefined);
export const order = signal<OrderView | undefined>(undefined);
/** Being made now. */
export const making = signal<'csv' | 'xlsx' | undefined>(undefined);

export const isNarrowed = computed(() => Object.values(wanted.value).some((each) => each));

const queryOf = (given: object): string =>
  new URLSearchParams(
    Object.entries(given).flatMap(([key, value]) => (value ? [[key, String(value)]] : [])),
  ).toString();

let asked = 0;

/** Looks for what is wanted now; an answer that comes after a later question is dropped. */
export async function find(further = false): Promise<void> {
  asked += 1;
  const mine = asked;
  const before = further ? rows.value?.at(-1)?.seq : undefined;
  busy.value = true;
  const query = queryOf({ ...wanted.value, before });
  const answer = await ask<OrdersView>('GET', `/api/orders${query && `?${query}`}`);
  if (mine !== asked) return;
  busy.value = false;
  refused.value = answer.ok ? undefined : answer.refusal;
  if (!answer.ok) return;
  rows.value = [...(further ? (rows.value ?? []) : []), ...answer.value.rows];
  more.value = answer.value.more;
  if (!further) totals.value = answer.value.totals;
}

export async function lookAtPlaces(): Promise<void> {
  const answer = await ask<OrderPlaces>('GET', '/api/orders/places');
  if (answer.ok) places.value = answer.value;
}

export async function open(name: string): Promise<void> {
  if (order.value?.sale.saleId !== name) order.value = undefined;
  const answer = await ask<OrderView>('GET', `/api/orders/${encodeURIComponent(name)}`);
  refused.value = answer.ok ? undefined : answer.refusal;
  if (answer.ok) order.value = answer.value;
}

/** Everything found, as a file. */
export async function take(kind: 'csv' | 'xlsx'): Promise<void> {
  making.value = kind;
  const query = queryOf({ ...wanted.value, kind, language: language.value });
  const answer = await fetch(`/api/orders/file?${query}`).catch(() => undefined);
  if (answer?.ok) {
    const [, name] =
      /filename="([^"]+)"/.exec(answer.headers.get('content-disposition') ?? '') ?? [];
    save(name ?? `orders.${kind}`, await answer.blob());
  } else {
    const heard = (await answer?.json().catch(() => undefined)) as { error?: Refusal } | undefined;
    refused.value = heard?.error ?? (await unanswered());
  }
  making.value = undefined;
}

async function unanswered(): Promise<Refusal | undefined> {
  const answer = await ask('GET', '/api/orders/places');
  return answer.ok ? undefined : answer.refusal;
}
