/** CheckHealth at three levels, with what was measured, its limit and what to do. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { CheckLevel, CheckReport, DiagDevice } from '../../core/diag-views.ts';
import { pick, t } from '../shared/language.ts';
import { tool } from './tools.ts';

const LEVELS: CheckLevel[] = ['internal', 'external', 'interactive'];
const MARK = { pass: '✓', warn: '!', fail: '✗', none: '–' };

export function Check({ device }: { device: DiagDevice }) {
  const running = useSignal<CheckLevel | undefined>(undefined);
  const report = useSignal<CheckReport | undefined>(undefined);
  const run = async (level: CheckLevel) => {
    running.value = level;
    report.value = await tool<CheckReport>('POST', `/devices/${device.id}/check`, { level });
    running.value = undefined;
  };
  // The first look costs nothing: the internal check touches no device.
  useEffect(() => void run('internal'), []);
  return (
    <div class="check">
      <div class="row">
        {LEVELS.map((level) => (
          <button
            type="button"
            class={level === 'internal' ? 'primary' : 'plain'}
            key={level}
            disabled={running.value !== undefined}
            onClick={() => void run(level)}
          >
            {t(`g.level_${level}`)}
          </button>
        ))}
      </div>
      <p class="quiet" role="status">
        {running.value ? t(`g.running_${running.value}`) : t('g.levels_hint')}
      </p>
      {report.value ? <Report report={report.value} /> : null}
    </div>
  );
}

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
                {step.hint ? <small>→ {pick(step.hint)}</small> : null}
              </th>
              <td>{step.status === 'none' ? t('g.unsupported') : step.value}</td>
              <td class="limit">{step.limit}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="result" data-status={report.status}>
        {report.checkHealthText} · {report.ms} ms
      </p>
    </>
  );
}
