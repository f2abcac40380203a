/** The pick list, and the guided refill that follows it shelf by shelf. */
import { useSignal } from '@preact/signals';
import type { Refill as RefillState } from '../../../core/stock/stock.ts';
import type { SlotView, StockView } from '../../../core/views/stock-view.ts';
import { Icon } from '../../shared/icon.tsx';
import { pick, t } from '../../shared/language.ts';
import { Picture } from '../../shared/picture.tsx';
import { may } from '../operator.ts';
import { linkTo } from '../rooms.ts';
import { Stepper } from '../stepper.tsx';
import { PickPaper } from './pick-paper.tsx';
import { stopWords } from './shelves.tsx';
import { endRefill, placeWords, refillEnded, stockNow, tell } from './store.ts';

export function Refill() {
  const view = stockNow.value;
  if (!view) return null;
  return view.refill ? <Guided view={view} refill={view.refill} /> : <PickList view={view} />;
}

function PickList({ view: { pick: list, wallMs } }: { view: StockView }) {
  // What can be carried comes first; what the store room lacks is for the orders.
  const lines = [...list.lines].sort((one, other) => other.wantedPieces - one.wantedPieces);
  const wanted = lines.some(({ wantedPieces }) => wantedPieces > 0);
  return (
    <>
      <TakeOut places={list.takeOut} />
      <section class="card">
        <h2>{t('st.pick')}</h2>
        {refillEnded.value ? (
          <p class="said" data-level="ok" role="status">
            <Icon name="check" />
            {t('st.ended', { ...refillEnded.value })}
          </p>
        ) : null}
        {lines.length > 0 && !wanted ? (
          <p class="to-order">
            {t('st.pick_none')}
            <a class="plain" href={linkTo('stock', 'orders')}>
              {t('st.to_order')}
              <Icon name="go" />
            </a>
          </p>
        ) : null}
        {lines.length === 0 ? (
          <p class="none">
            <Icon name="check" />
            <strong>{t('st.pick_empty')}</strong>
            {t('st.pick_empty_hint')}
          </p>
        ) : null}
        {wanted ? <PickActs /> : null}
        <ul class="rows">
          {lines.map((line) => (
            <PickRow key={line.sku} line={line} />
          ))}
        </ul>
      </section>
      {wanted ? <PickPaper pick={list} wallMs={wallMs} /> : null}
    </>
  );
}

function PickActs() {
  return (
    <p class="pick-acts">
      {may('goods') ? (
        <button type="button" class="primary" onClick={() => void tell({ kind: 'start-refill' })}>
          {t('st.start')}
        </button>
      ) : null}
      <button type="button" class="plain" onClick={() => print()}>
        <Icon name="printer" />
        {t('st.print_pick')}
      </button>
    </p>
  );
}

function PickRow({ line }: { line: StockView['pick']['lines'][number] }) {
  const { sku, name, picture, slots, shortPieces, wantedPieces } = line;
  const carried = slots.filter((slot) => slot.wantedPieces > 0);
  return (
    <li>
      <Picture sku={sku} name={name} picture={picture} />
      <span class="who">
        <strong>{pick(name)}</strong>
        {carried.length > 0 ? (
          <small class="quiet">
            {carried
              .map((slot) => `${placeWords(slot.location)} +${slot.wantedPieces}`)
              .join(t('or.comma'))}
          </small>
        ) : null}
        {shortPieces > 0 ? (
          <small class="short">{t('st.pick_short', { n: shortPieces })}</small>
        ) : null}
      </span>
      {wantedPieces > 0 ? <strong class="whole big">{wantedPieces}</strong> : null}
    </li>
  );
}

function TakeOut({ places }: { places: StockView['pick']['takeOut'] }) {
  if (places.length === 0) return null;
  return (
    <section class="card alarm">
      <h2>
        <Icon name="warn" />
        {t('st.take_out')}
      </h2>
      <ul class="rows">
        {places.map(({ location, sku, name, picture, pieces, code }) => (
          <li key={location}>
            <Picture sku={sku} name={name} picture={picture} />
            <span class="who">
              <strong>{pick(name)}</strong>
              <small class="quiet">
                {placeWords(location)} · {stopWords(code)}
              </small>
            </span>
            <strong class="whole">× {pieces}</strong>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Guided({ view, refill }: { view: StockView; refill: RefillState }) {
  const slots = view.cabinets.flatMap(({ shelves }) => shelves.flatMap((shelf) => shelf.slots));
  const done = new Set(refill.counts.map(({ location }) => location));
  const left = refill.lines.filter(({ location }) => !done.has(location));
  const next = left[0];
  const slot = slots.find(({ location }) => location === next?.location);
  const ending = left.length > 0 ? 'st.end_missing' : 'st.end';
  return (
    <>
      <section class="card guided">
        <h2>
          {t('st.going', { by: refill.by })}
          <span class="badge">{t('st.progress', { n: done.size, of: refill.lines.length })}</span>
        </h2>
        <progress value={done.size} max={Math.max(1, refill.lines.length)} />
        {slot && next ? (
          <SlotTask key={slot.location} slot={slot} wanted={next.wantedPieces} />
        ) : null}
        {may('goods') ? (
          <button
            type="button"
            class={left.length > 0 ? 'plain' : 'primary'}
            onClick={() => void endRefill(refill, left.length > 0 ? 'missing' : '')}
          >
            {t(ending)}
          </button>
        ) : null}
        {left.length > 1 ? <p class="quiet">{t('st.left', { n: left.length })}</p> : null}
      </section>
      <Report refill={refill} slots={slots} />
    </>
  );
}

function SlotTask({ slot, wanted }: { slot: SlotView; wanted: number }) {
  const { location, pieces, capacity, weighedPieces } = slot;
  const found = useSignal(weighedPieces ?? pieces);
  const added = useSignal(wanted);
  const difference = found.value - pieces;
  const countedBy = weighedPieces === found.value ? ('weight' as const) : ('hand' as const);
  return (
    <div class="task">
      <Picture sku={slot.sku} name={slot.name} picture={slot.picture} />
      <div>
        <strong class="big">{pick(slot.name)}</strong>
        <p class="quiet">
          {placeWords(location)} · {t('st.par', { n: pieces, par: slot.par })}
          {weighedPieces === undefined ? '' : ` · ${t('st.weighed', { n: weighedPieces })}`}
        </p>
        <div class="act">
          <span>{t('st.found')}</span>
          <Stepper label={t('st.found')} value={found} most={capacity} />
          <span>{t('st.added')}</span>
          <Stepper label={t('st.added')} value={added} most={Math.max(0, capacity - found.value)} />
        </div>
        {difference === 0 ? null : (
          <p class="short" role="status">
            {t('st.diff', { d: difference > 0 ? `+${difference}` : difference })}
          </p>
        )}
        <button
          type="button"
          class="primary"
          onClick={() =>
            void tell({
              kind: 'count-slot',
              location,
              foundPieces: found.value,
              addedPieces: Math.min(added.value, capacity - found.value),
              countedBy,
            })
          }
        >
          <Icon name="check" />
          {t('st.done')}
        </button>
      </div>
    </div>
  );
}

/** Every slot whose count was not what the books said. */
function Report({ refill, slots }: { refill: RefillState; slots: readonly SlotView[] }) {
  const odd = refill.counts.filter(
    ({ expectedPieces, foundPieces }) => expectedPieces !== foundPieces,
  );
  const nameOf = (location: string) => slots.find((slot) => slot.location === location)?.name;
  return (
    <section class="card">
      <h2>{t('st.report')}</h2>
      {odd.length === 0 ? (
        <p class="quiet">{t('st.report_none')}</p>
      ) : (
        <ul class="rows">
          {odd.map(({ location, expectedPieces, foundPieces }) => (
            <li key={location}>
              <span class="who">
                <strong>{pick(nameOf(location) ?? { zh: location, en: location })}</strong>
                <small class="quiet">{placeWords(location)}</small>
              </span>
              <span class="whole">
                {expectedPieces} → {foundPieces}
              </span>
              <strong class="whole short">
                {foundPieces > expectedPieces ? '+' : ''}
                {foundPieces - expectedPieces}
              </strong>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
