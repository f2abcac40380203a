/** The pick list for paper: by product, each place with a box to tick. Seen in print alone. */
import type { StockView } from '../../../core/views/stock-view.ts';
import { pick, t } from '../../shared/language.ts';
import { clockTime } from '../../shared/runtime.ts';
import { stopWords } from './shelves.tsx';
import { placeWords } from './store.ts';
import './pick-paper.css';

type PickLine = StockView['pick']['lines'][number];

interface PickPaperOptions {
  pick: StockView['pick'];
  /** When the list was true. */
  wallMs: number;
}

export function PickPaper({ pick: { lines, takeOut }, wallMs }: PickPaperOptions) {
  const carried = lines.filter(({ wantedPieces }) => wantedPieces > 0);
  const pieces = carried.reduce((sum, { wantedPieces }) => sum + wantedPieces, 0);
  return (
    <section class="on-paper pick-paper">
      <h1>{t('st.pick')}</h1>
      <p>
        {t('st.pick_total', { n: carried.length, pieces, time: clockTime(wallMs).slice(0, 16) })}
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('st.place_head')}</th>
            <th scope="col">{t('st.has')}</th>
            <th scope="col">{t('st.put_in')}</th>
            <th scope="col">{t('st.tick')}</th>
          </tr>
        </thead>
        {takeOut.length > 0 ? <TakeOut places={takeOut} /> : null}
        {carried.map((line) => (
          <Product key={line.sku} line={line} />
        ))}
      </table>
    </section>
  );
}

function TakeOut({ places }: { places: StockView['pick']['takeOut'] }) {
  return (
    <tbody>
      <tr class="product">
        <th scope="rowgroup" colSpan={4}>
          {t('st.take_out')}
        </th>
      </tr>
      {places.map(({ location, sku, name, pieces, code }) => (
        <tr key={`${location} ${sku}`}>
          <th scope="row" colSpan={2}>
            {pick(name)}{' '}
            <small>
              {placeWords(location)} · {stopWords(code)}
            </small>
          </th>
          <td>{pieces}</td>
          <td class="tick">
            <span />
          </td>
        </tr>
      ))}
    </tbody>
  );
}

function Product({ line: { sku, name, wantedPieces, slots } }: { line: PickLine }) {
  return (
    <tbody>
      <tr class="product">
        <th scope="rowgroup" colSpan={2}>
          {pick(name)} <small>{sku}</small>
        </th>
        <td>{wantedPieces}</td>
        <td />
      </tr>
      {slots
        .filter((slot) => slot.wantedPieces > 0)
        .toSorted((one, other) => (one.location < other.location ? -1 : 1))
        .map((slot) => (
          <tr key={slot.location}>
            <th scope="row">{placeWords(slot.location)}</th>
            <td>{t('st.par', { n: slot.havePieces, par: slot.par })}</td>
            <td>{slot.wantedPieces}</td>
            <td class="tick">
              <span />
            </td>
          </tr>
        ))}
    </tbody>
  );
}
