/** The audit room: who did what and when, and whether the book it stands in is whole. */

import { learnWords, t } from '../../shared/language.ts';
import { linkTo, type RoomProps } from '../rooms.ts';
import '../orders/orders.css';
import '../stock/stock.css';
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
      <nav class="tabs" aria-label={t('n.audit')}>
        <a href={linkTo('audit')} aria-current={ledger ? undefined : 'page'}>
          {t('au.acts')}
        </a>
        <a href={linkTo('audit', 'ledger')} aria-current={ledger ? 'page' : undefined}>
          {t('au.ledger')}
        </a>
      </nav>
      {ledger ? <LedgerFiles /> : <Acts />}
    </>
  );
}
