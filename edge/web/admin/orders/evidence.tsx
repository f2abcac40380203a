/** What speaks for an order: the shelves' weights of a visit, the pan as the camera saw it. */
import type { EvidenceView, LookView } from '../../../core/views/order-views.ts';
import { kilograms } from '../../shared/format.ts';
import { Icon } from '../../shared/icon.tsx';
import { pick, t } from '../../shared/language.ts';
import { clockTime } from '../../shared/runtime.ts';
import { may } from '../operator.ts';

/** A shelf that nothing was taken from never rests on quite the same gram. */
const NOISE_GRAMS = 3;
const moved = (before: number, after: number) => Math.abs(after - before) > NOISE_GRAMS;

export function Evidence({ evidence }: { evidence: EvidenceView }) {
  const { openedWallMs, shutWallMs, probabilityBp, cells } = evidence;
  const time = (wallMs: number | undefined) => (wallMs ? clockTime(wallMs).slice(11) : '—');
  return (
    <section class="card">
      <h2>
        <Icon name="cold" />
        {t('or.evidence')}
        {probabilityBp === undefined ? null : (
          <span class="badge" data-level={probabilityBp >= 9900 ? 'ok' : 'warn'}>
            {t('or.sure', { p: (probabilityBp / 100).toFixed(1) })}
          </span>
        )}
      </h2>
      <p class="quiet">
        {evidence.cabinetId} · {t('or.door', { open: time(openedWallMs), shut: time(shutWallMs) })}
      </p>
      <ul class="weights">
        {cells
          .filter(({ beforeGrams, afterGrams, goods }) =>
            goods.length > 0 ? beforeGrams !== afterGrams : moved(beforeGrams, afterGrams),
          )
          .map(({ cell, beforeGrams, afterGrams, goods }) => (
            <li key={cell}>
              <span>
                {t('or.cell', { cell, before: beforeGrams, after: afterGrams })}
                <small>{goods.map(pick).join(t('or.comma'))}</small>
              </span>
              <strong class="whole">
                {afterGrams > beforeGrams ? '+' : '−'}
                {Math.abs(afterGrams - beforeGrams)} {t('unit.g')}
              </strong>
            </li>
          ))}
      </ul>
    </section>
  );
}

/** Pictures are for those who teach; the words beside them for all who see orders. */
export function Looks({ looks }: { looks: LookView[] }) {
  return (
    <section class="card">
      <h2>
        <Icon name="camera" />
        {t('or.looks')}
      </h2>
      <ul class="looks">
        {looks.map((look) => (
          <li key={look.lineId}>
            <Pan look={look} />
            <span>
              <strong>{pick(look.name)}</strong>
              <small>{said(look)}</small>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Pan({ look: { picture, name } }: { look: LookView }) {
  if (picture && may('goods'))
    return <img src={picture} alt={t('or.pan_of', { name: pick(name) })} loading="lazy" />;
  return <span class="no-pan">{t(picture ? 'or.pan_not_yours' : 'or.pan_gone')}</span>;
}

/** `0.612 千克 · 点图选的，把握 97% · 摄像头先认成「番茄」` */
function said({ grams, by, confidenceBp, first }: LookView): string {
  return [
    ...(grams === undefined ? [] : [kilograms(grams)]),
    t(`or.by_${by}`),
    ...(confidenceBp === undefined ? [] : [t('or.sure', { p: (confidenceBp / 100).toFixed(0) })]),
    ...(first ? [t('or.seen_first', { name: pick(first) })] : []),
  ].join(' · ');
}
