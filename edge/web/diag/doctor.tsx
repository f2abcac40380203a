/** Checks of the box itself. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Text } from '../../core/ports.ts';
import { ask } from '../admin/operator.ts';
import { pick, t } from '../shared/language.ts';

interface BoxCheck {
  id: string;
  status: 'pass' | 'warn' | 'fail' | 'none';
  title: Text;
  value: Text;
  reason?: string;
  hint?: Text;
}

const MARK = { pass: '✓', warn: '!', fail: '✗', none: '–' };

export function Doctor() {
  const checks = useSignal<BoxCheck[]>([]);
  useEffect(() => {
    void ask<{ checks: BoxCheck[] }>('GET', '/api/diag/doctor').then((asked) => {
      if (asked.ok) checks.value = asked.value.checks;
    });
  }, []);
  return (
    <section class="card">
      <h2>{t('g.doctor')}</h2>
      <table class="steps">
        <tbody>
          {checks.value.map((check) => (
            <tr key={check.id} data-status={check.status}>
              <td class="mark">{MARK[check.status]}</td>
              <th scope="row">
                {pick(check.title)}
                {check.hint ? <small>→ {pick(check.hint)}</small> : null}
              </th>
              <td>
                {pick(check.value)}
                {check.reason ? <code>{check.reason}</code> : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
