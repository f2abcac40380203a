/** The picture of each cabinet's shelves: what lies in every slot, coloured by how full it is. */
import { useSignal } from '@preact/signals';
import type { Planogram } from '../../../core/stock/planogram.ts';
import type { CabinetStockView, SlotView } from '../../../core/views/stock-view.ts';
import type { Key } from '../../shared/i18n/zh.ts';
import { Icon } from '../../shared/icon.tsx';
import { pick, t } from '../../shared/language.ts';
import { Picture } from '../../shared/picture.tsx';
import { may } from '../operator.ts';
import { linkTo } from '../rooms.ts';
import { fillOf } from './fill.ts';
import { Holds } from './holds.tsx';
import { SlotActs } from './slot-acts.tsx';
import { lastDay, stockNow, tell } from './store.ts';

export const stopWords = (code: string): string => {
  const known = ['SLOT_HELD', 'LOT_EXPIRED', 'LOT_RECALLED', 'CLOCK_UNSURE'].includes(code);
  return known ? t(`st.stop_${code}` as Key) : t('st.stopped');
};

export function Shelves() {
  const { cabinets = [], holds = [] } = stockNow.value ?? {};
  if (cabinets.length === 0)
    return (
      <section class="card">
        <p class="none">
          <Icon name="package" />
          <strong>{t('st.none')}</strong>
          {t('st.none_hint')}
        </p>
        {may('goods') ? (
          <a class="primary" href={linkTo('stock', 'edit', 'cabinet-1')}>
            {t('st.draw')}
          </a>
        ) : null}
      </section>
    );
  return (
    <>
      <Holds holds={holds} />
      {cabinets.map((cabinet) => (
        <Cabinet key={cabinet.planogram.cabinetId} cabinet={cabinet} />
      ))}
    </>
  );
}

function Cabinet({ cabinet }: { cabinet: CabinetStockView }) {
  const chosen = useSignal<string | undefined>(undefined);
  const { cabinetId, version, origin } = cabinet.planogram;
  const slots = cabinet.shelves.flatMap((shelf) => shelf.slots);
  const short = slots.filter((slot) => fillOf(slot) === 'low' || fillOf(slot) === 'empty').length;
  const slot = slots.find(({ location }) => location === chosen.value);
  return (
    <section class="card cabinet">
      <h2>
        <span class="whole">{cabinetId}</span>
        <small class="quiet">
          {t('st.version', { n: version })} ·{' '}
          {t(origin === 'local' ? 'st.drawn_here' : 'st.drawn_hq')}
        </small>
        <span class="badge" data-level={short > 0 ? 'warn' : 'ok'}>
          {short > 0 ? t('st.low', { n: short }) : t('st.full')}
        </span>
      </h2>
      <Replaced cabinet={cabinet} />
      <div class="shelves">
        {cabinet.shelves.map((shelf) => (
          <ul class="shelf" key={shelf.shelfId} aria-label={t('st.shelf', { n: shelf.shelfId })}>
            {shelf.slots.map((each) => (
              <li key={each.slotId} style={{ flexGrow: each.facings }}>
                <SlotButton
                  slot={each}
                  chosen={each.location === chosen.value}
                  choose={() => {
                    chosen.value = each.location === chosen.value ? undefined : each.location;
                  }}
                />
              </li>
            ))}
          </ul>
        ))}
      </div>
      {slot ? <SlotActs key={slot.location} slot={slot} cabinetId={cabinetId} /> : null}
      {may('goods') ? (
        <p class="act">
          <a class="plain" href={linkTo('stock', 'edit', cabinetId)}>
            <Icon name="package" />
            {t('st.edit')}
          </a>
          <PutBack cabinet={cabinet} />
        </p>
      ) : null}
    </section>
  );
}

/** Head office's lay-out took the place of one drawn here: said for a week, and can be put back. */
function Replaced({ cabinet: { planogram, before } }: { cabinet: CabinetStockView }) {
  const isNews = before && boxNow() - before.untilWallMs < SAID_FOR_MS;
  const overruled = planogram.origin === 'head-office' && before?.planogram.origin === 'local';
  if (!isNews || !overruled) return null;
  return (
    <p class="told" role="status">
      <Icon name="warn" />
      {t('st.overruled', { n: planogram.version, before: before.planogram.version })}
    </p>
  );
}

const SAID_FOR_MS = 7 * 86_400_000;
const boxNow = () => stockNow.value?.wallMs ?? 0;

/** The lay-out before this one, as the next version; asked twice. */
function PutBack({ cabinet: { planogram, before } }: { cabinet: CabinetStockView }) {
  const asked = useSignal(false);
  if (!before) return null;
  const n = before.planogram.version;
  const { version: basedOn } = planogram;
  const put = () => {
    const next: Planogram = { ...before.planogram, version: basedOn + 1, origin: 'local' };
    if (asked.value) void tell({ kind: 'publish-planogram', planogram: next, basedOn });
    asked.value = !asked.value;
  };
  return (
    <button type="button" class="plain" onClick={put}>
      <Icon name="undo" />
      {t(asked.value ? 'st.put_back_sure' : 'st.put_back', { n })}
    </button>
  );
}

function SlotButton({ slot, chosen, choose }: { slot: SlotView; chosen: boolean; choose(): void }) {
  const { pieces, par, capacity, stopped, soonestExpiryWallMs } = slot;
  const fill = fillOf(slot);
  return (
    <button type="button" class="slot" data-fill={fill} aria-pressed={chosen} onClick={choose}>
      <Picture sku={slot.sku} name={slot.name} picture={slot.picture} />
      <span class="name">{pick(slot.name)}</span>
      <span class="level" aria-hidden="true">
        <span style={{ width: `${Math.min(100, (pieces / Math.max(1, capacity)) * 100)}%` }} />
      </span>
      <span class="counts whole">{t('st.par', { n: pieces, par })}</span>
      {stopped ? (
        <span class="stop">{t('st.stopped')}</span>
      ) : soonestExpiryWallMs !== undefined ? (
        <span class="quiet whole">{t('st.until', { day: lastDay(soonestExpiryWallMs) })}</span>
      ) : null}
    </button>
  );
}
