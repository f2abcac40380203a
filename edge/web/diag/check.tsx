/** CheckHealth at three levels, with what was measured, its limit and what to do. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { CheckLevel, CheckReport, DiagDevice } from '../../core/views/diag-views.ts';
import { pick, t } from '../shared/language.ts';
import { nowMs } from '../shared/runtime.ts';
import { copy, refused, tool } from './tools.ts';

const LEVELS: CheckLevel[] = ['internal', 'external', 'interactive'];
const MARK = { pass: '✓', warn: '!', fail: '✗', none: '–' };

export function Check({ device }: { device: DiagDevice }) {
  const running = useSignal<CheckLevel | undefined>(undefined);
  const report = useSignal<CheckReport | undefined>(undefined);
  const shown = useSignal<CheckLevel>('internal');
  const run = async (level: CheckLevel) => {
    running.value = level;
    shown.value = level;
    report.value =
      (await tool<CheckReport>('POST', `/devices/${device.id}/check`, { level })) ?? report.value;
    // Whoever called it off needs no telling.
    if (refused.value?.code === 'CHECK_CANCELLED') refused.value = undefined;
    running.value = undefined;
  };
  // The first look costs nothing: the internal check touches no device. One that was just added
  // is looked at once it has answered, or not.
  const starting = device.state === 'starting';
  useEffect(() => {
    if (!starting && !report.value) void run('internal');
  }, [starting]);
  return (
    <div class="check">
      <div class="row">
        {LEVELS.map((level) => (
          <button
            type="button"
            class={level === shown.value ? 'primary' : 'plain'}
            aria-pressed={level === shown.value}
            key={level}
            disabled={running.value !== undefined}
            onClick={() => void run(level)}
          >
            {t(`g.level_${level}`)}
          </button>
        ))}
      </div>
      {running.value && running.value !== 'internal' ? (
        <Cancel id={device.id} key={running.value} />
      ) : null}
      <p class="quiet" role="status">
        {running.value ? t(`g.running_${running.value}`) : t('g.levels_hint')}
      </p>
      {report.value ? <Report report={report.value} /> : null}
    </div>
  );
}

/** How long it has been going on, and the way out. */
function Cancel({ id }: { id: string }) {
  const began = useSignal(nowMs.value);
  const seconds = Math.max(0, Math.round((nowMs.value - began.value) / 1000));
  return (
    <p class="row cancel">
      <progress aria-label={t('g.checking')} />
      <span>{t('g.check_seconds', { n: seconds })}</span>
      <button
        type="button"
        class="plain"
        onClick={() => void tool('POST', `/devices/${id}/check/cancel`, {})}
      >
        {t('g.check_cancel')}
      </button>
    </p>
  );
}

/** What a raw figure means, for whoever has not met it. */
const EXPLAINED = ['connected', 'seen', 'replies', 'frames', 'zero', 'stability'] as const;

function Why({ id }: { id: string }) {
  const known = EXPLAINED.find((each) => each === id);
  if (!known) return null;
  return (
    <details>
      <summary aria-label={t('g.explain')}>?</summary>
      {t(`g.why_${known}`)}
    </details>
  );
}

/** The result as lines of text, as the command prints it. */
const textOf = (report: CheckReport): string =>
  [
    ...report.steps.map(({ status, title, value = '', limit = '' }) =>
      [MARK[status], pick(title), value, limit && `(${limit})`].filter(Boolean).join(' '),
    ),
    `${report.id} ${report.checkHealthText} ${report.ms} ms`,
  ].join('\n');

function Report({ report }: { report: CheckReport }) {
  return (
    <>
      <table class="steps">
        <tbody>
          {report.steps.map((step) => (
            <tr key={step.id} data-status={step.status}>
              <td class="mark">{MARK[step.status]}</td>
              <th scope="row">
                {pick(step.title)}
                <Why id={step.id} />
                {step.hint ? <small>→ {pick(step.hint)}</small> : null}
              </th>
              <td>{step.status === 'none' ? t('g.unsupported') : step.value}</td>
              <td class="limit">{step.limit}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <div class="result" data-status={report.status}>
        <span>
          {report.checkHealthText} · {report.ms} ms
        </span>
        <button type="button" class="plain" onClick={() => void copy(textOf(report))}>
          {t('g.copy')}
        </button>
        <button type="button" class="plain" onClick={() => void copy(JSON.stringify(report))}>
          {t('g.copy_json')}
        </button>
      </div>
    </>
  );
}
