/** The rooms of the operator's page: where each is, who may enter, and the code it brings. */
import { computed, signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import type { StatusView } from '../../core/views/status-view.ts';
import type { Key } from '../shared/i18n/zh.ts';
import type { IconName } from '../shared/icon.tsx';
import { door, may } from './operator.ts';
import { Overview } from './overview.tsx';

export interface RoomProps {
  /** The live status; the same for every room. */
  status: StatusView;
  /** What follows the room's name in the address: `#/devices/scale-1` → `['scale-1']`. */
  words: string[];
}

export interface Room {
  /** First word of the address: `#/people`. '' is the overview. */
  path: string;
  icon: IconName;
  label: Key;
  /** Who sees it in the menu; the box guards the data itself. */
  may: string;
  /** An auditor's; the menu shows them no others. */
  audited?: true;
  /** Loaded when the room is entered for the first time. */
  load(): Promise<ComponentType<RoomProps>>;
}

/** In the order of the menu: the first four have a place of their own on a phone. */
export const ROOMS: Room[] = [
  { path: '', icon: 'home', label: 'n.overview', may: 'view', load: async () => Overview },
  {
    path: 'assist',
    icon: 'help',
    label: 'n.assist',
    may: 'assist',
    load: async () => (await import('./assist/assist.tsx')).Assist,
  },
  {
    path: 'orders',
    icon: 'orders',
    label: 'n.orders',
    may: 'view',
    load: async () => (await import('./orders/orders.tsx')).Orders,
  },
  {
    path: 'stock',
    icon: 'package',
    label: 'n.stock',
    may: 'view',
    load: async () => (await import('./stock/stock.tsx')).Stock,
  },
  {
    path: 'products',
    icon: 'tag',
    label: 'n.products',
    may: 'view',
    load: async () => (await import('./products/products.tsx')).Products,
  },
  {
    path: 'promotions',
    icon: 'percent',
    label: 'n.promotions',
    may: 'view',
    load: async () => (await import('./promotions/promotions.tsx')).Promotions,
  },
  {
    path: 'cabinets',
    icon: 'cold',
    label: 'n.cabinets',
    may: 'view',
    load: async () => (await import('./cabinets.tsx')).Cabinets,
  },
  {
    path: 'recognition',
    icon: 'camera',
    label: 'n.recognition',
    may: 'view',
    load: async () => (await import('./recognition/recognition.tsx')).Recognition,
  },
  {
    path: 'reports',
    icon: 'receipt',
    label: 'n.reports',
    may: 'view',
    audited: true,
    load: async () => (await import('./reports/reports.tsx')).Reports,
  },
  {
    path: 'audit',
    icon: 'audit',
    label: 'n.audit',
    may: 'audit',
    audited: true,
    load: async () => (await import('./audit/audit.tsx')).AuditRoom,
  },
  {
    path: 'sync',
    icon: 'cloud-upload',
    label: 'n.sync',
    may: 'view',
    load: async () => (await import('./sync/sync.tsx')).SyncRoom,
  },
  {
    path: 'devices',
    icon: 'plug',
    label: 'n.devices',
    may: 'view',
    load: async () => (await import('./devices/room.tsx')).DevicesRoom,
  },
  {
    path: 'alerts',
    icon: 'bell',
    label: 'n.alerts',
    may: 'view',
    load: async () => (await import('./alerts/alerts.tsx')).Alerts,
  },
  {
    path: 'settings',
    icon: 'settings',
    label: 'n.settings',
    may: 'settings',
    load: async () => (await import('./settings/settings.tsx')).SettingsRoom,
  },
  {
    path: 'people',
    icon: 'people',
    label: 'n.people',
    may: 'access',
    load: async () => (await import('./people.tsx')).People,
  },
];

const wordsNow = () => location.hash.replace(/^#\/?/, '').split('/').map(decodeURIComponent);
const address = signal(wordsNow());
addEventListener('hashchange', () => {
  address.value = wordsNow();
  // A new page begins at its top; one gone back to is where it was left.
  if (history.state === null) scrollTo(0, 0);
  history.replaceState('seen', '');
});

/** The rooms in the menu of whoever is signed in. */
export const menu = computed(() => {
  const auditing = 'person' in door.value && door.value.person.role === 'auditor';
  return ROOMS.filter((each) => may(each.may) && (!auditing || each.audited));
});
/** The room of the address; for a bare one the first of the menu. */
export const room = computed((): Room => {
  const [first = ROOMS[0] as Room] = menu.value;
  const named = ROOMS.find(({ path }) => path === address.value[0]);
  return named && (named.path !== '' || menu.value.includes(named)) ? named : first;
});
export const roomWords = computed(() => address.value.slice(1));
export const linkTo = (...words: string[]): string =>
  `#/${words.map(encodeURIComponent).join('/')}`;
