/** The stock room of the operator's page: shelves, refill, orders, dates, cold chain. */
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import { learnWords, t } from '../../shared/language.ts';
import { nowMs } from '../../shared/runtime.ts';
import { Told, Unseen } from '../door.tsx';
import { linkTo, type RoomProps } from '../rooms.ts';
import { Skeleton } from '../shell.tsx';
import { Tabs } from '../tabs.tsx';
import { Cold } from './cold.tsx';
import { Dates } from './dates.tsx';
import { Edit } from './edit.tsx';
import { Orders } from './orders.tsx';
import { Refill } from './refill.tsx';
import { Shelves } from './shelves.tsx';
import './stock.css';
import '../stepper.css';
import '../tabs.css';
import { stock as enStock } from '../../shared/i18n/en/stock.ts';
import { stock as zhStock } from '../../shared/i18n/zh/stock.ts';
import { look, refused, stockNow } from './store.ts';

learnWords({ zh: zhStock, en: enStock });

const TABS = ['shelves', 'refill', 'orders', 'dates', 'cold'] as const;
type Tab = (typeof TABS)[number];
const PAGES: Record<Tab, ComponentType> = {
  shelves: Shelves,
  refill: Refill,
  orders: Orders,
  dates: Dates,
  cold: Cold,
};
const LOOK_EVERY_S = 10;

export function Stock({ words }: RoomProps) {
  const beat = Math.floor(nowMs.value / 1000 / LOOK_EVERY_S);
  // A number being typed must not be looked over; nothing on these pages is older than this.
  useEffect(() => void look(), [beat]);
  const [first = 'shelves', cabinetId] = words;
  if (!stockNow.value)
    return refused.value ? <Unseen label="n.stock" refusal={refused.value} /> : <Skeleton />;
  if (first === 'edit') return <Edit key={cabinetId} cabinetId={cabinetId ?? ''} />;
  const tab = TABS.find((each) => each === first) ?? 'shelves';
  const Page = PAGES[tab];
  return (
    <>
      <header class="room">
        <h1>{t('n.stock')}</h1>
      </header>
      <Tabs
        label={t('n.stock')}
        here={linkTo('stock', tab)}
        tabs={TABS.map((each) => ({ href: linkTo('stock', each), word: t(`st.${each}`) }))}
      />
      <Told refusal={refused.value} />
      <Page />
    </>
  );
}
