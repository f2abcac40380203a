/** One report on the page, on paper and as a file. */
import type { Report } from '../../../core/sale/close-report.ts';
import { drawerFen } from '../../../core/sale/period-totals.ts';
import { yuan } from '../../shared/format.ts';
import { Icon } from '../../shared/icon.tsx';
import { t } from '../../shared/language.ts';
import { may } from '../operator.ts';
import { print, said } from './store.ts';
import { reportCells, type Table, tables } from './tables.ts';
import { TakeAway } from './take-away.tsx';

export function Acts({ report }: { report: Report }) {
  const { kind, closeNo, atLocal, by } = report;
  const paper = async () => {
    const printed = await print(kind === 'Z' ? closeNo : undefined);
    if (printed === undefined) return;
    said.value = printed
      ? { level: 'ok', words: t('rp.printed') }
      : { level: 'warn', words: t('rp.not_printed') };
  };
  return (
    <header class="room report-acts">
      <h2>
        {kind === 'Z' ? t('rp.number', { n: closeNo }) : t('rp.now')}
        <small>{t('rp.by', { name: by, time: atLocal })}</small>
      </h2>
      {may('money') ? (
        <button type="button" class="plain" onClick={() => void paper()}>
          <Icon name="printer" />
          {t('rp.print')}
        </button>
      ) : null}
      <TakeAway name={`${kind}-${closeNo}`} rows={() => reportCells(report)} />
    </header>
  );
}

export function Paper({ report }: { report: Report }) {
  const { totals, unresolved } = report;
  const { soldFen, refundedFen, discountFen, lineVoids, cancelledSales } = totals;
  const openFen = unresolved.reduce((sum, { amountFen }) => sum + amountFen, 0);
  const facts = [
    [`${t('rp.sales')} (${totals.sales})`, yuan(soldFen)],
    [`${t('rp.refunds')} (${totals.refunds})`, yuan(refundedFen)],
    [t('rp.net'), yuan(soldFen - refundedFen)],
    [t('rp.drawer'), yuan(drawerFen(totals))],
    [t('rp.discounts'), yuan(discountFen)],
    [t('rp.voids'), `${lineVoids.shopper} / ${lineVoids.staff}`],
    [t('rp.cancelled'), String(cancelledSales)],
  ];
  return (
    <>
      {unresolved.length > 0 ? (
        <p class="said" data-level="warn">
          <Icon name="warn" />
          {t('rp.unresolved', { n: unresolved.length, amount: yuan(openFen) })}
        </p>
      ) : null}
      <dl class="figures">
        {facts.map(([name, value]) => (
          <div key={name} class="card">
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {totals.sales + totals.refunds === 0 ? <p class="card">{t('rp.none')}</p> : null}
      <div class="sheets">
        {tables(report)
          .filter(({ rows }) => rows.length > 0)
          .map((each) => (
            <Sheet key={each.title} table={each} />
          ))}
      </div>
    </>
  );
}

function Sheet({ table: { title, head, rows } }: { table: Table }) {
  return (
    <section class="card">
      <table>
        <caption>{title}</caption>
        <thead>
          <tr>
            {head.map((word) => (
              <th key={word} scope="col">
                {word}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, count, fen }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {count === undefined ? null : <td>{count}</td>}
              {fen.map((each, at) => (
                <td key={head.at(at - fen.length)}>{yuan(each)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
