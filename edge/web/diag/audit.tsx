/** A vending machine's counters, as it told them last, and a button to read them now. */
import { useSignal } from '@preact/signals';
import { formatMinor } from '../../core/money.ts';
import type {
  AuditCounterView,
  AuditTotalView,
  AuditView,
  DiagDevice,
} from '../../core/views/diag-views.ts';
import { ago } from '../shared/format.ts';
import { t } from '../shared/language.ts';
import { nowMs } from '../shared/runtime.ts';
import { act, copy } from './tools.ts';

export function Audit({ device }: { device: DiagDevice }) {
  const reading = useSignal(false);
  const audit = device.live?.event as AuditView | undefined;
  const read = async () => {
    reading.value = true;
    await act(device.id, { act: 'audit' });
    reading.value = false;
  };
  return (
    <div class="audit">
      <div class="row">
        <button
          type="button"
          class="primary"
          disabled={reading.value || !device.can.includes('audit')}
          onClick={() => void read()}
        >
          {t('g.audit')}
        </button>
        <p class="quiet" role="status">
          {reading.value
            ? t('g.auditing')
            : device.live &&
              t('g.audit_age', { time: ago(nowMs.value - device.live.ageMs, nowMs.value) })}
        </p>
      </div>
      {audit ? (
        <>
          <Since audit={audit} />
          <Counters audit={audit} />
        </>
      ) : (
        <p class="quiet">{t('g.nothing_yet')}</p>
      )}
    </div>
  );
}

/** Which machine it is, and what it sold since the last time it was read: why one reads it. */
function Since({ audit }: { audit: AuditView }) {
  const { serialNumber, model, soldSince, decimals } = audit;
  return (
    <div class="since">
      <p>
        <b>{serialNumber ?? '–'}</b> {model}
      </p>
      <p>
        {t('g.audit_since')}
        <b>{soldSince ? t('g.audit_pieces', { n: soldSince.count }) : '–'}</b>
        <b>{soldSince ? formatMinor(soldSince.valueMinor, decimals) : ''}</b>
      </p>
      <button type="button" class="plain" onClick={() => void copy(textOf(audit))}>
        {t('g.copy')}
      </button>
    </div>
  );
}

/** Columns apart by tabs, as a spreadsheet takes them. */
function textOf({ selections, decimals }: AuditView): string {
  const head = (['selection', 'price', 'sold', 'value', 'since'] as const).map((name) =>
    t(`g.audit_${name}`),
  );
  const rows = selections.map((each) => [
    ...[
      each.selection,
      each.priceMinor === undefined ? '' : formatMinor(each.priceMinor, decimals),
    ],
    ...[each.sinceStart.count, formatMinor(each.sinceStart.valueMinor, decimals)],
    each.soldSince?.count ?? '',
  ]);
  return [head, ...rows].map((row) => row.join('\t')).join('\n');
}

function Counters({ audit }: { audit: AuditView }) {
  const { selections, sales, cash, cashless, soldSince, events } = audit;
  const row = (name: string, counter?: AuditCounterView, sold?: AuditTotalView, price?: number) =>
    counter && (
      <tr key={name}>
        <th scope="row">{name}</th>
        <td>{price === undefined ? '' : formatMinor(price, audit.decimals)}</td>
        <td>{counter.sinceStart.count}</td>
        <td>{formatMinor(counter.sinceStart.valueMinor, audit.decimals)}</td>
        <td data-news={sold && sold.count > 0 ? true : null}>
          {sold && sold.count > 0 ? `+${sold.count}` : '–'}
        </td>
      </tr>
    );
  return (
    <>
      <table class="facts">
        <thead>
          <tr>
            <th scope="col">{t('g.audit_selection')}</th>
            <th scope="col">{t('g.audit_price')}</th>
            <th scope="col">{t('g.audit_sold')}</th>
            <th scope="col">{t('g.audit_value')}</th>
            <th scope="col">{t('g.audit_since')}</th>
          </tr>
        </thead>
        <tbody>
          {selections.map((each) => row(each.selection, each, each.soldSince, each.priceMinor))}
        </tbody>
        <tfoot>
          {row(t('g.audit_cash'), cash)}
          {row(t('g.audit_cashless'), cashless)}
          {row(t('g.audit_all'), sales, soldSince)}
        </tfoot>
      </table>
      {events.length > 0 ? (
        <p class="quiet">
          {t('g.audit_events')} {events.map(({ code, count }) => `${code} × ${count}`).join(' · ')}
        </p>
      ) : null}
    </>
  );
}
