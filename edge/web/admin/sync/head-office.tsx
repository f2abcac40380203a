/** What head office answered: how much it holds, how its clock stands, what it did not understand. */
import type { StandingView } from '../../../core/views/sync-views.ts';
import { duration } from '../../shared/format.ts';
import { Icon } from '../../shared/icon.tsx';
import { t } from '../../shared/language.ts';

interface HeadOfficeOptions {
  standing: StandingView | undefined;
  /** The newest event here. */
  here: number;
  asking: boolean;
  inquire(): void;
}

export function HeadOffice({ standing, here, asking, inquire }: HeadOfficeOptions) {
  return (
    <section class="card">
      <h2>
        <Icon name="database" />
        {t('sy.head_office')}
        <button type="button" class="plain ask" disabled={asking} onClick={inquire}>
          {t(asking ? 'sy.asking' : 'sy.ask')}
        </button>
      </h2>
      {standing ? <Answer standing={standing} here={here} /> : null}
    </section>
  );
}

function Answer({ standing, here }: { standing: StandingView; here: number }) {
  const { headSeq, quarantined, skewMs, roundTripMs } = standing;
  return (
    <>
      <dl class="facts">
        <div>
          <dt>{t('sy.holds', { n: headSeq })}</dt>
          <dd>{headSeq >= here ? t('sy.same') : t('sy.unsent', { n: here - headSeq })}</dd>
        </div>
        {skewMs === undefined ? null : <Skew skewMs={skewMs} />}
        <div>
          <dt>{t('sy.round')}</dt>
          <dd>{t('sy.ms', { n: roundTripMs })}</dd>
        </div>
      </dl>
      <h3>
        {t('sy.odd')}
        <span class="badge" data-level={quarantined.length > 0 ? 'warn' : 'off'}>
          {quarantined.length}
        </span>
      </h3>
      <p class="quiet">{t(quarantined.length > 0 ? 'sy.odd_hint' : 'sy.odd_none')}</p>
      <ul class="odd">
        {quarantined.map(({ epoch, seq, reason }) => (
          <li key={`${epoch}-${seq}`}>
            <strong>{t('sy.odd_row', { seq })}</strong>
            <span>{reason}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Statements are matched to the day: below this nobody is hurt. */
const HARMLESS_MS = 120_000;
const TOGETHER_MS = 2000;

function Skew({ skewMs }: { skewMs: number }) {
  const apartMs = Math.abs(skewMs);
  const key = skewMs > 0 ? 'sy.clock_ahead' : 'sy.clock_behind';
  return (
    <div>
      <dt>{t('sy.clock')}</dt>
      <dd>
        {apartMs < TOGETHER_MS ? t('sy.clock_same') : t(key, { time: duration(apartMs) })}
        {apartMs > HARMLESS_MS ? <span class="next">→ {t('sy.clock_next')}</span> : null}
      </dd>
    </div>
  );
}
