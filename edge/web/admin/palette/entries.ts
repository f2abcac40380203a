/** What the palette offers for some words: rooms, acts, devices here; orders and items of the box. */

import { searchItems } from '../../../core/catalogue/search.ts';
import type { OrdersView } from '../../../core/views/order-views.ts';
import type { StatusView } from '../../../core/views/status-view.ts';
import type { ItemView } from '../../../core/views/views.ts';
import { yuan } from '../../shared/format.ts';
import type { Key } from '../../shared/i18n/zh.ts';
import type { IconName } from '../../shared/icon.tsx';
import { pick, t } from '../../shared/language.ts';
import { clockTime } from '../../shared/runtime.ts';
import { ask, leave, may } from '../operator.ts';
import { find, wanted } from '../orders/store.ts';
import { linkTo, menu, ROOMS } from '../rooms.ts';

export interface Entry {
  id: string;
  group: Key;
  icon: IconName;
  words: string;
  beside?: string;
  go(): void;
}

const MOST_OF_A_KIND = 6;
const goTo =
  (...words: string[]) =>
  () => {
    location.hash = linkTo(...words);
  };
const ordersOf = (q: Partial<typeof wanted.value>) => () => {
  wanted.value = q;
  void find();
  location.hash = linkTo('orders');
};

interface Act {
  words: Key;
  icon: IconName;
  may: string;
  go(): void;
}

const ACTS: Act[] = [
  { words: 'cp.close_day', icon: 'receipt', may: 'money', go: goTo('reports') },
  { words: 'cp.export', icon: 'down', may: 'audit', go: goTo('orders') },
  {
    words: 'cp.disputed',
    icon: 'search',
    may: 'view',
    go: ordersOf({ state: 'disputed' }),
  },
  {
    words: 'cp.verify',
    icon: 'audit',
    may: 'audit',
    go() {
      void ask('POST', '/api/ledger/verify', {});
      location.hash = linkTo('audit', 'ledger');
    },
  },
  {
    words: 'cp.backup',
    icon: 'database',
    may: 'settings',
    go() {
      void ask('POST', '/api/ledger/backup', {});
      location.hash = linkTo('audit', 'ledger');
    },
  },
  {
    words: 'cp.try',
    icon: 'again',
    may: 'view',
    go() {
      void ask('POST', '/api/sync/try', {});
      location.hash = linkTo('sync');
    },
  },
  { words: 'd.leave', icon: 'sign-out', may: 'view', go: () => void leave() },
];

/** Every word of the query stands in the text, in any order. */
export const fits = (text: string, query: string): boolean =>
  query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.toLowerCase().includes(word));

/** What is known without asking. */
export function entriesHere(query: string, status: StatusView): Entry[] {
  const rooms = menu.value.map((room): Entry => {
    const words = t(room.label);
    return {
      id: `room ${room.path}`,
      group: 'cp.rooms',
      icon: room.icon,
      words,
      go: goTo(room.path),
    };
  });
  const acts = ACTS.filter((act) => may(act.may)).map(({ words, icon, go }): Entry => {
    return { id: `act ${words}`, group: 'cp.acts', icon, words: t(words), go };
  });
  const found = [...rooms, ...acts, ...devices(status)];
  return found.filter(({ words, beside = '' }) => fits(`${words} ${beside}`, query));
}

function devices({ devices: all }: StatusView): Entry[] {
  if (!may('devices')) return [];
  const room = ROOMS.some(({ path }) => path === 'devices');
  return all.map(({ id, kind, state }) => ({
    ...{ id: `device ${id}`, group: 'cp.devices' as const, icon: 'cpu' as const, words: id },
    beside: `${t(`kind.${kind}`)} · ${t(`state.${state}`)}`,
    go: room ? goTo('devices', id) : () => location.assign('/diag/'),
  }));
}

let items: ItemView[] | undefined;

/** What the box knows: orders that fit, and articles whose orders can be looked at. */
export async function entriesThere(query: string): Promise<Entry[]> {
  if (!may('view') || query.length < 2) return [];
  const asked = `/api/orders?${new URLSearchParams({ q: query })}`;
  const answer = await ask<OrdersView>('GET', asked);
  const rows = answer.ok ? answer.value.rows.slice(0, MOST_OF_A_KIND) : [];
  const orders = rows.map(({ saleId, receiptNo, atWallMs, totalFen }): Entry => {
    const beside = `${clockTime(atWallMs).slice(5, 16)} · ${yuan(totalFen)}`;
    const [id, words] = [`order ${saleId}`, receiptNo ?? saleId];
    return { id, group: 'cp.orders', icon: 'orders', words, beside, go: goTo('orders', saleId) };
  });
  return [...orders, ...(await itemEntries(query))];
}

async function itemEntries(query: string): Promise<Entry[]> {
  if (!items) {
    const answer = await ask<{ items: ItemView[] }>('GET', '/api/stock/items');
    items = answer.ok ? answer.value.items : undefined;
  }
  return searchItems(items ?? [], query, MOST_OF_A_KIND).map(({ sku, name }) => ({
    ...{ id: `item ${sku}`, group: 'cp.items' as const, icon: 'tag' as const },
    ...{ words: pick(name), beside: sku, go: ordersOf({ q: name.zh }) },
  }));
}
