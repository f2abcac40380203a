/** The running day, the closed ones, and what is asked of them. */
import { signal } from '@preact/signals';
import type { Refusal } from '../../../core/ports.ts';
import type { Report } from '../../../core/sale/close-report.ts';
import type { LossDays, LossesView } from '../../../core/views/loss-views.ts';
import { ask } from '../operator.ts';

export type CloseRow = Pick<Report, 'closeNo' | 'atLocal' | 'by'> & {
  sales: number;
  netFen: number;
};

/** Undefined while it is on its way. */
export const report = signal<Report | undefined>(undefined);
export const closes = signal<CloseRow[] | undefined>(undefined);
export const hasOlder = signal(false);
export const losses = signal<LossesView | undefined>(undefined);
export const refused = signal<Refusal | undefined>(undefined);
export const said = signal<{ level: 'ok' | 'warn'; words: string } | undefined>(undefined);

/** The day so far, or a closed one by its number. */
export async function open(closeNo?: string): Promise<void> {
  report.value = undefined;
  const path = closeNo === undefined ? '/api/day' : `/api/day/closes/${closeNo}`;
  const answer = await ask<Report>('GET', path);
  refused.value = answer.ok ? undefined : answer.refusal;
  if (answer.ok) report.value = answer.value;
}

/** The day so far once more, in place of what is shown. */
export async function refresh(): Promise<void> {
  const answer = await ask<Report>('GET', '/api/day');
  if (answer.ok && report.value?.kind === 'X') report.value = answer.value;
}

/** The first page of closed days, or the one after those already here. */
export async function list(more = false): Promise<void> {
  const known = more ? (closes.value ?? []) : [];
  const last = known.at(-1)?.closeNo;
  const before = last === undefined ? '' : `?before=${last}`;
  const answer = await ask<{ closes: CloseRow[]; more: boolean }>(
    'GET',
    `/api/day/closes${before}`,
  );
  refused.value = answer.ok ? undefined : answer.refusal;
  if (!answer.ok) return;
  closes.value = [...known, ...answer.value.closes];
  hasOlder.value = answer.value.more;
}

export interface Closed {
  report: Report;
  printed: boolean;
}

export async function close(): Promise<Closed | undefined> {
  const answer = await ask<Closed>('POST', '/api/day/close', { print: true });
  refused.value = answer.ok ? undefined : answer.refusal;
  return answer.ok ? answer.value : undefined;
}

export async function print(closeNo: number | undefined): Promise<boolean | undefined> {
  const body = closeNo === undefined ? {} : { closeNo };
  const answer = await ask<{ printed: boolean }>('POST', '/api/day/print', body);
  refused.value = answer.ok ? undefined : answer.refusal;
  return answer.ok ? answer.value.printed : undefined;
}

let sought = 0;

/** Of so many days; what an earlier question still brings is passed over. */
export async function seekLosses(days: LossDays): Promise<void> {
  losses.value = undefined;
  sought += 1;
  const asked = sought;
  const answer = await ask<LossesView>('GET', `/api/reports/losses?days=${days}`);
  if (asked !== sought) return;
  refused.value = answer.ok ? undefined : answer.refusal;
  if (answer.ok) losses.value = answer.value;
}
