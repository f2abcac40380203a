/** How an order stands, in a word; what is not at head office yet says so. */
import type { OrderRowView } from '../../../core/views/order-views.ts';
import { Icon } from '../../shared/icon.tsx';
import { t } from '../../shared/language.ts';

const LEVELS: Record<OrderRowView['state'], 'ok' | 'warn' | 'off'> = {
  paid: 'ok',
  'part-refunded': 'off',
  refunded: 'off',
  voided: 'off',
  unknown: 'warn',
  open: 'warn',
};

export function StateBadge({ row }: { row: Pick<OrderRowView, 'state' | 'dispute' | 'unsent'> }) {
  const { state, dispute, unsent } = row;
  return (
    <span class="badges">
      <span class="badge" data-level={LEVELS[state]}>
        {t(`or.s_${state}`)}
      </span>
      {dispute === '' ? null : (
        <span class="badge" data-level={dispute === 'open' ? 'bad' : 'off'}>
          {t(`or.d_${dispute}`)}
        </span>
      )}
      {unsent ? (
        <span class="unsent">
          <Icon name="cloud-upload" />
          {t('or.unsent')}
        </span>
      ) : null}
    </span>
  );
}
