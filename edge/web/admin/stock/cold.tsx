/** Each cabinet's temperature now, and over the last seven days. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { CabinetStockView, TemperatureView } from '../../../core/views/stock-view.ts';
import { Icon } from '../../shared/icon.tsx';
import { language, t } from '../../shared/language.ts';
import { ask } from '../operator.ts';
import { Holds } from './holds.tsx';
import { degrees, stockNow } from './store.ts';

export function Cold() {
  const { cabinets = [], holds = [] } = stockNow.value ?? {};
  return (
    <>
      <Holds holds={holds} />
      {cabinets.map((cabinet) => (
        <CabinetCold key={cabinet.planogram.cabinetId} cabinet={cabinet} />
      ))}
      {cabinets.length === 0 ? (
        <section class="card">
          <p class="none">
            <Icon name="cold" />
            <strong>{t('st.temp_none')}</strong>
          </p>
        </section>
      ) : null}
    </>
  );
}

function CabinetCold({ cabinet: { planogram, cold } }: { cabinet: CabinetStockView }) {
  const { cabinetId } = planogram;
  const week = useSignal<TemperatureView | undefined>(undefined);
  useEffect(() => {
    void ask<TemperatureView>('GET', `/api/stock/temperature/${cabinetId}`).then((answer) => {
      if (answer.ok) week.value = answer.value;
    });
  }, [cabinetId]);
  const level = cold?.excursion ? 'bad' : cold?.fault || cold?.doorOpen ? 'warn' : 'ok';
  return (
    <section class="card">
      <h2>
        <Icon name="cold" />
        {cabinetId}
        {cold ? (
          <span class="badge" data-level={level}>
            {cold.excursion
              ? t('st.stopped')
              : cold.fault
                ? t('st.temp_fault')
                : cold.doorOpen
                  ? t('st.temp_door')
                  : t('st.temp_ok')}
          </span>
        ) : null}
      </h2>
      {cold?.deciCelsius === undefined ? null : (
        <p class="degrees" data-old={cold.fault !== undefined || null}>
          <span class="quiet">{t('st.temp_now')}</span>{' '}
          <strong class="whole">{degrees(cold.deciCelsius)} ℃</strong>{' '}
          <span class="quiet">{t('st.temp_limit', { t: degrees(cold.limitDeciCelsius) })}</span>
        </p>
      )}
      <h3>{t('st.week')}</h3>
      {week.value && week.value.points.length > 1 ? (
        <Chart key={language.value} week={week.value} />
      ) : (
        <p class="quiet">{t('st.temp_none')}</p>
      )}
    </section>
  );
}

/** uPlot is loaded only where a chart is looked at; it draws with the page's own colours. */
function Chart({ week }: { week: TemperatureView }) {
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let stop = () => {};
    let gone = false;
    void import('./chart.ts').then(({ drawWeek }) => {
      if (!gone && frame.current) stop = drawWeek(frame.current, week);
    });
    return () => {
      gone = true;
      stop();
    };
  }, [week]);
  const known = week.points.flatMap(([, deci]) => deci ?? []);
  const label = `${t('st.week')}: ${degrees(Math.min(...known))} – ${degrees(Math.max(...known))} ℃`;
  return <div class="chart" ref={frame} role="img" aria-label={label} />;
}
