/** One order: its receipt as printed, what happened, the evidence, and what staff may do. */
import { useEffect } from 'preact/hooks';
import { PAID_BY } from '../../../core/sale/receipt.ts';
import type { HappenedView, OrderView } from '../../../core/views/order-views.ts';
import { yuan } from '../../shared/format.ts';
import { Icon } from '../../shared/icon.tsx';
import { pick, t } from '../../shared/language.ts';
import { clockTime } from '../../shared/runtime.ts';
import { Acting, Done } from '../assist/acting.tsx';
import '../assist/assist.css';
import { begin, done } from '../assist/store.ts';
import { Told } from '../door.tsx';
import { may } from '../operator.ts';
import { linkTo } from '../rooms.ts';
import { Skeleton } from '../shell.tsx';
import { Evidence, Looks } from './evidence.tsx';
import { Paper } from './paper.tsx';
import { Refunding } from './refunding.tsx';
import { StateBadge } from './state.tsx';
import { open, order, refused } from './store.ts';

export function Order({ saleId }: { saleId: string }) {
  useEffect(() => {
    done.value = undefined;
  }, [saleId]);
  // What was done changes what is shown.
  useEffect(() => void open(saleId), [saleId, done.value]);
  const shown = order.value;
  return (
    <>
      <a class="plain leave" href={linkTo('orders')}>
        <Icon name="back" />
        {t('n.orders')}
      </a>
      <Told refusal={refused.value} />
      <Done />
      {shown ? <Whole shown={shown} /> : refused.value ? null : <Skeleton />}
      <Acting />
    </>
  );
}

function Whole({ shown }: { shown: OrderView }) {
  const { sale, evidence, looks, history, paper } = shown;
  return (
    <>
      <Head shown={shown} />
      <div class="columns order" data-disputed={isDisputed(evidence) || null}>
        <div class="column">
          <section class="card receipt">
            <h2>{t('or.receipt')}</h2>
            {paper ? <Paper lines={paper} /> : <p class="quiet">{t('or.no_receipt')}</p>}
          </section>
          <Payments sale={sale} />
        </div>
        <div class="column">
          {evidence ? <Evidence evidence={evidence} /> : null}
          {looks ? <Looks looks={looks} /> : null}
          {may('money') && sale.phase === 'completed' ? <Refunding sale={sale} /> : null}
          <History history={history} />
        </div>
      </div>
    </>
  );
}

/** Somebody waits for a decision: what speaks for it comes first. */
const isDisputed = (evidence: OrderView['evidence']): boolean =>
  evidence?.disputes.some(({ decided }) => decided === undefined) ?? false;

function Head({ shown }: { shown: OrderView }) {
  const { sale, state, unsent, evidence, receiptPath } = shown;
  const { receiptNo, laneId, atWallMs, totalFen } = sale;
  const open = isDisputed(evidence);
  const dispute = evidence?.disputes.length ? (open ? 'open' : 'decided') : '';
  return (
    <header class="room order-head">
      <h1>
        <span class="number">{receiptNo ?? sale.saleId}</span> <span>{yuan(totalFen)}</span>
        <small>
          {laneId}
          {atWallMs === undefined ? '' : ` · ${clockTime(atWallMs)}`}
        </small>
      </h1>
      <StateBadge row={{ state, dispute, unsent }} />
      {open && may('money') ? (
        <a class="primary" href={linkTo('cabinets')}>
          {t('or.decide')}
        </a>
      ) : null}
      {receiptPath ? (
        <a class="plain" href={receiptPath} target="_blank" rel="noreferrer">
          <Icon name="qr" />
          {t('or.ereceipt')}
        </a>
      ) : null}
      {receiptNo && may('assist') ? (
        <button
          type="button"
          class="plain"
          onClick={() =>
            begin({
              laneId,
              command: { kind: 'copy-receipt', receiptNo },
              what: t('or.reprint'),
              reasons: ['or.r_asked', 'or.r_torn'],
            })
          }
        >
          <Icon name="printer" />
          {t('or.reprint')}
        </button>
      ) : null}
    </header>
  );
}

function Payments({ sale: { tenders, refunds } }: Pick<OrderView, 'sale'>) {
  if (tenders.length === 0) return null;
  return (
    <section class="card">
      <h2>{t('or.tenders')}</h2>
      <ul class="rows">
        {tenders.map(({ tenderId, channel, orderNo, amountFen, capturedFen, state, by }) => (
          <li key={tenderId}>
            <span class="who">
              <strong>{pick(PAID_BY[channel])}</strong>
              <small class="number">{by ? `${orderNo} · ${by}` : orderNo}</small>
            </span>
            <span class="badge" data-level={state === 'captured' ? 'ok' : 'off'}>
              {t(`or.t_${state}`)}
            </span>
            <strong class="whole">{yuan(capturedFen ?? amountFen)}</strong>
          </li>
        ))}
        {refunds.map(({ refundId, amountFen, reason }) => (
          <li key={refundId}>
            <span class="who">
              <strong>{t('or.refund')}</strong>
              <small>{reason}</small>
            </span>
            <strong class="whole">−{yuan(amountFen)}</strong>
          </li>
        ))}
      </ul>
    </section>
  );
}

function History({ history }: { history: HappenedView[] }) {
  return (
    <section class="card">
      <h2>
        <Icon name="clock" />
        {t('or.history')}
      </h2>
      <ol class="happened">
        {history.map(({ seq, atWallMs, what, detail, source }) => (
          <li key={seq}>
            <time title={clockTime(atWallMs)}>{clockTime(atWallMs).slice(11)}</time>
            <span>
              <strong>{pick(what)}</strong>
              {detail ? <span class="detail">{pick(detail)}</span> : null}
              <small>
                #{seq} · {source}
              </small>
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
