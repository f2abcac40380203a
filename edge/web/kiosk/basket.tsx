import { useEffect, useRef } from 'preact/hooks';
import type { LaneView, LineView, SaleView } from '../../core/views/views.ts';
import { kilograms, unitPrice, yuan } from '../shared/format.ts';
import { Icon } from '../shared/icon.tsx';
import { pick, t } from '../shared/language.ts';
import { Picture } from '../shared/picture.tsx';
import { BagBanner, OwnBagButton } from './bagging.tsx';
import { DiscardButton } from './discard.tsx';
import { LabelDoubtBanner } from './label-doubt.tsx';
import { deaf, send } from './lane.ts';
import { MemberButton } from './member.tsx';
import { CallButton, Notice } from './parts.tsx';

function Stepper({ line }: { line: LineView }) {
  const name = pick(line.name);
  const step = (by: 1 | -1) =>
    send({ kind: 'set-quantity', lineId: line.lineId, quantity: line.quantity + by });
  return (
    <span class="stepper">
      <button
        type="button"
        class="button step"
        aria-label={t('k1.less', { name })}
        disabled={deaf.value || line.quantity <= 1}
        onClick={() => step(-1)}
      >
        <Icon name="less" />
      </button>
      <output>{line.quantity}</output>
      <button
        type="button"
        class="button step"
        aria-label={t('k1.more', { name })}
        disabled={deaf.value}
        onClick={() => step(1)}
      >
        <Icon name="add" />
      </button>
    </span>
  );
}

function Rate({ line }: { line: LineView }) {
  return (
    <span class="rate">
      {line.netGrams === undefined ? null : <span class="whole">{kilograms(line.netGrams)} ×</span>}
      <span class="whole">{unitPrice(line.unitPriceFen, line.priceBasis)}</span>
      {line.discounts?.map(({ name, amountFen }) => (
        <span class="off whole" key={name.en}>
          {pick(name)} {yuan(0 - amountFen)}
        </span>
      ))}
    </span>
  );
}

function Line({ line, newest }: { line: LineView; newest: boolean }) {
  const name = pick(line.name);
  return (
    <li class="line" data-newest={newest || null}>
      <Picture sku={line.sku} name={line.name} picture={line.picture} />
      <span class="what">
        <span class="name">{name}</span>
        <Rate line={line} />
      </span>
      {newest ? <span class="new">{t('k1.new')}</span> : null}
      {line.how === 'each' ? <Stepper line={line} /> : <span class="stepper" />}
      <span class="amount whole">{yuan(line.amountFen)}</span>
      <button
        type="button"
        class="button step remove"
        aria-label={t('k1.remove', { name })}
        disabled={deaf.value}
        onClick={() => send({ kind: 'remove', lineId: line.lineId })}
      >
        <Icon name="remove" />
      </button>
    </li>
  );
}

/** More lines than this need no word about the next one. */
const FEW_LINES = 4;

/** Newest first, so the line that was just scanned is on the glass whatever came before. */
function Lines({ sale }: { sale: SaleView }) {
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => list.current?.scrollTo({ top: 0 }), [sale.lines.length]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must take the focus
    <ul class="lines" aria-label={t('k1.lines')} ref={list} tabIndex={0}>
      {sale.lines.toReversed().map((line) => (
        <Line key={line.lineId} line={line} newest={line.lineId === sale.newestLineId} />
      ))}
      {sale.lines.length <= FEW_LINES ? (
        <li class="next">
          <Icon name="barcode" />
          {t('k1.next')}
        </li>
      ) : null}
    </ul>
  );
}

function Empty() {
  return (
    <div class="empty">
      <Icon name="barcode" />
      <h2>{t('k1.empty')}</h2>
      <p>{t('k1.empty_hint')}</p>
    </div>
  );
}

/** X1: paying waits for staff, or for the item to be removed. */
function Held({ age }: { age: number }) {
  return (
    <p class="limit held" role="status">
      <Icon name="info" />
      {t('k1.held', { age })}
    </p>
  );
}

function Total({ sale }: { sale: SaleView | undefined }) {
  return (
    <div class="total">
      <p>
        <span class="label">
          {t('k1.count', { n: sale?.count ?? 0 })}
          {sale?.savedFen ? ` · ${t('k1.saved', { amount: yuan(sale.savedFen) })}` : ''}
        </span>
        <span class="sum whole">{yuan(sale?.totalFen ?? 0)}</span>
      </p>
      <button
        type="button"
        class="button pay"
        disabled={deaf.value || !sale || sale.lines.length === 0}
        onClick={() => send({ kind: 'pay' })}
      >
        {t('k1.pay')}
      </button>
    </div>
  );
}

/** One question at a time: the label's goes before the bag's. */
const Asked = ({ view: { labelDoubt, bag } }: { view: LaneView }) =>
  labelDoubt ? <LabelDoubtBanner doubt={labelDoubt} /> : <BagBanner bag={bag} />;

/** K1: what has been scanned, what it comes to, and one orange way forward. */
export function Basket({ view }: { view: LaneView }) {
  const sale = view.sale;
  return (
    <div class="basket">
      <h1 class="prompt">{t('k1.prompt')}</h1>
      {sale && sale.lines.length > 0 ? <Lines sale={sale} /> : <Empty />}
      <div class="say">
        {view.hold ? <Held age={view.hold.minimumAge} /> : null}
        <Notice view={view} />
        <Asked view={view} />
      </div>
      <Total sale={sale} />
      <nav class="ways-out" aria-label={t('k1.nobarcode')}>
        <button
          type="button"
          class="button"
          disabled={deaf.value}
          onClick={() => send({ kind: 'find' })}
        >
          <Icon name="produce" />
          {t('k1.nobarcode')}
        </button>
        <MemberButton view={view} />
        <OwnBagButton view={view} />
        <button
          type="button"
          class="button"
          disabled={deaf.value || !sale || sale.lines.length === 0}
          onClick={() => send({ kind: 'park' })}
        >
          <Icon name="clock" />
          {t('ki.park')}
        </button>
        <DiscardButton view={view} />
        <CallButton />
      </nav>
    </div>
  );
}
