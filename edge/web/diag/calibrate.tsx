/** Zero, then weights one after the other; the record is kept, and printed from this page. */
import { useSignal } from '@preact/signals';
import type { CalibrationView, DiagDevice } from '../../core/views/diag-views.ts';
import { personName } from '../admin/operator.ts';
import { t } from '../shared/language.ts';
import { act } from './tools.ts';

interface Point {
  appliedGrams: number;
  shownGrams: number;
}

/** The weight now, where it stands still. */
function standing({ live }: DiagDevice): number | undefined {
  const { kind, grams } = live?.event ?? {};
  const still = kind === 'stable' || kind === 'zero';
  return still && live && live.ageMs < 1000 ? Number(grams ?? 0) : undefined;
}

export function Calibrate({ device }: { device: DiagDevice }) {
  const points = useSignal<Point[]>([]);
  const applied = useSignal('0');
  const now = standing(device);
  const take = () => {
    if (now === undefined || !/^\d{1,6}$/.test(applied.value)) return;
    points.value = [...points.value, { appliedGrams: Number(applied.value), shownGrams: now }];
  };
  const keep = async () => {
    if (await act(device.id, { act: 'calibrate', points: points.value })) points.value = [];
  };
  return (
    <div class="calibrate">
      <Steps device={device} />
      <div class="row">
        <label>
          {t('g.cal_applied')}
          <input
            inputMode="numeric"
            value={applied.value}
            onInput={(event) => (applied.value = event.currentTarget.value)}
          />
        </label>
        <output>{now === undefined ? t('g.cal_moving') : `${now} g`}</output>
        <button type="button" class="plain" disabled={now === undefined} onClick={take}>
          {t('g.cal_take')}
        </button>
      </div>
      <PointTable points={points.value} />
      <div class="row">
        <button
          type="button"
          class="primary"
          disabled={points.value.length < 2}
          onClick={() => void keep()}
        >
          {t('g.cal_keep', { name: personName.value })}
        </button>
        <button type="button" class="plain" onClick={() => (points.value = [])}>
          {t('g.cal_drop')}
        </button>
      </div>
      {device.calibration ? <Sheet device={device} calibration={device.calibration} /> : null}
    </div>
  );
}

/** What comes before the weights. */
function Steps({ device }: { device: DiagDevice }) {
  return (
    <>
      <p class="notice-law">{t('g.cal_law')}</p>
      <ol>
        <li>{t('g.cal_warm')}</li>
        <li>
          {t('g.cal_zero')}{' '}
          {device.can.includes('zero') ? (
            <button
              type="button"
              class="plain"
              onClick={() => void act(device.id, { act: 'zero' })}
            >
              {t('g.zero')}
            </button>
          ) : (
            <small>{t('g.cal_zero_by_hand')}</small>
          )}
        </li>
        <li>{t('g.cal_weights')}</li>
      </ol>
    </>
  );
}

function PointTable({ points }: { points: Point[] }) {
  if (points.length === 0) return null;
  return (
    <table class="facts">
      <thead>
        <tr>
          <th scope="col">{t('g.cal_applied')}</th>
          <th scope="col">{t('g.cal_shown')}</th>
          <th scope="col">{t('g.cal_error')}</th>
        </tr>
      </thead>
      <tbody>
        {points.map(({ appliedGrams, shownGrams }) => (
          <tr key={`${appliedGrams}-${shownGrams}`}>
            <td>{appliedGrams} g</td>
            <td>{shownGrams} g</td>
            <td>{shownGrams - appliedGrams} g</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const dayOf = (wallMs: number) => new Date(wallMs).toISOString().slice(0, 10);

/** The printed record: the rest of the page is left out by the print style. */
function Sheet({ device, calibration }: { device: DiagDevice; calibration: CalibrationView }) {
  return (
    <section class="sheet">
      <h2>{t('g.cal_record')}</h2>
      <p>
        {device.id} · {device.driver} ·{' '}
        {device.identity?.serialNumber ?? device.identity?.usb ?? ''}
      </p>
      <p>
        {calibration.by} · {dayOf(calibration.atWallMs)} ·{' '}
        <b>{t(calibration.passed ? 'g.cal_passed' : 'g.cal_failed')}</b>
      </p>
      <PointTable points={calibration.points} />
      <p class="quiet">{t('g.cal_due', { day: dayOf(calibration.dueWallMs) })}</p>
      <button type="button" class="plain" onClick={() => print()}>
        {t('g.cal_print')}
      </button>
    </section>
  );
}
