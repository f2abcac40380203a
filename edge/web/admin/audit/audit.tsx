/** The audit room: who did what and when, and whether the book it stands in is whole. */

import { learnWords, t } from '../../shared/language.ts';
import { linkTo, type RoomProps } from '../rooms.ts';
import { Tabs } from '../tabs.tsx';
import '../orders/orders.css';
import '../stock/stock.css';
import '../tabs.css';
import { Acts } from './acts.tsx';
import './audit.css';
import { ledgerRooms as enLedgerRooms } from '../../shared/i18n/en/ledger-rooms.ts';
import { orders as enOrders } from '../../shared/i18n/en/orders.ts';
import { ledgerRooms as zhLedgerRooms } from '../../shared/i18n/zh/ledger-rooms.ts';
import { orders as zhOrders } from '../../shared/i18n/zh/orders.ts';
import { LedgerFiles } from './ledger-files.tsx';

learnWords({ zh: zhLedgerRooms, en: enLedgerRooms });
learnWords({ zh: zhOrders, en: enOrders });

export function AuditRoom({ words: [tab] }: RoomProps) {
  const ledger = tab === 'ledger';
  return (
    <>
      <header class="room">
        <h1>{t('n.audit')}</h1>
      </header>
      <Tabs
        label={t('n.audit')}
        here={ledger ? linkTo('audit', 'ledger') : linkTo('audit')}
        tabs={[
          { href: linkTo('audit'), word: t('au.acts') },
          { href: linkTo('audit', 'ledger'), word: t('au.ledger') },
        ]}
      />
      {ledger ? <LedgerFiles /> : <Acts />}
    </>
  );
}
