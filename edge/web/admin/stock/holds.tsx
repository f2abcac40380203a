/** Slots that stopped selling, each waiting for a person. */
import type { Hold } from '../../../core/stock/stock.ts';
import { Icon } from '../../shared/icon.tsx';
import { t } from '../../shared/language.ts';
import { clockTime } from '../../shared/runtime.ts';
import { may } from '../operator.ts';
import { degrees, tell } from './store.ts';

export function Holds({ holds }: { holds: readonly Hold[] }) {
  if (holds.length === 0) return null;
  return (
    <section class="card alarm">
      <h2>
        <Icon name="warn" />
        {t('st.holds')}
      </h2>
      <ul class="rows">
        {holds.map((hold) => (
          <HoldRow key={hold.holdId} hold={hold} />
        ))}
      </ul>
    </section>
  );
}

function HoldRow({ hold }: { hold: Hold }) {
  const { holdId, cabinetId, locations, cause, deciCelsius, sinceWallMs } = hold;
  const clear = (verdict: 'sell' | 'discard') =>
    void tell({ kind: 'clear', holdId, verdict, note: '' });
  return (
    <li>
      <span class="who">
        <strong>{t(`st.hold_${cause}`)}</strong>
        <small class="quiet">
          {[
            cabinetId,
            locations.map((each) => each.split('/').slice(1).join('-')).join(', '),
            ...(deciCelsius === undefined ? [] : [t('st.peak', { t: degrees(deciCelsius) })]),
            clockTime(sinceWallMs).slice(5, 16),
          ].join(' · ')}
        </small>
      </span>
      {may('goods') ? (
        <>
          <button type="button" class="plain" onClick={() => clear('discard')}>
            {t('st.discard')}
          </button>
          <button type="button" class="plain" onClick={() => clear('sell')}>
            {t('st.sell_again')}
          </button>
        </>
      ) : null}
    </li>
  );
}
