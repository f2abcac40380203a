/** What the audit room looks for and what the box answered. */
import { signal } from '@preact/signals';
import type { Outcome, Refusal } from '../../../core/ports.ts';
import type {
  ActView,
  AuditPeople,
  AuditQuery,
  AuditView,
  LedgerFilesView,
} from '../../../core/views/audit-views.ts';
import { language } from '../../shared/language.ts';
import { type Answer, ask, heardAgain } from '../operator.ts';
import { save } from '../reports/csv.ts';

export const wanted = signal<Omit<AuditQuery, 'before'>>({});
export const acts = signal<ActView[] | undefined>(undefined);
export const more = signal(false);
export const people = signal<AuditPeople | undefined>(undefined);
export const files = signal<LedgerFilesView | undefined>(undefined);
export const refused = signal<Refusal | undefined>(undefined);
export const making = signal(false);

const queryOf = (given: object): string =>
  new URLSearchParams(
    Object.entries(given).flatMap(([key, value]) => (value ? [[key, String(value)]] : [])),
  ).toString();

const keep = <T>(answer: Answer<T>): T | undefined => {
  refused.value = answer.ok ? undefined : answer.refusal;
  return answer.ok ? answer.value : undefined;
};

let asked = 0;

/** Looks for what is wanted now; an answer that comes after a later question is dropped. */
export async function find(further = false): Promise<void> {
  asked += 1;
  const mine = asked;
  const query = queryOf({ ...wanted.value, before: further && acts.value?.at(-1)?.seq });
  const answer = await ask<AuditView>('GET', `/api/audit${query && `?${query}`}`);
  if (mine !== asked) return;
  const heard = keep(answer);
  if (!heard) return;
  acts.value = [...(further ? (acts.value ?? []) : []), ...heard.rows];
  more.value = heard.more;
}

export async function lookAtPeople(): Promise<void> {
  const answer = await ask<AuditPeople>('GET', '/api/audit/people');
  if (answer.ok) people.value = answer.value;
}

export async function take(): Promise<void> {
  making.value = true;
  const query = queryOf({ ...wanted.value, language: language.value });
  const answer = await fetch(`/api/audit/file?${query}`).catch(() => undefined);
  if (answer?.ok) save('audit.csv', await answer.blob());
  else await lookAtPeople();
  making.value = false;
}

export async function look(): Promise<void> {
  const answer = await ask<LedgerFilesView>('GET', '/api/ledger/work');
  if (answer.ok) {
    files.value = answer.value;
    heardAgain(refused);
  } else refused.value = answer.refusal;
}

/** Begins or calls off work on the ledger's files. */
export async function work(path: string): Promise<void> {
  const answer = keep(await ask<Outcome<unknown>>('POST', `/api/ledger/${path}`, {}));
  if (answer && !answer.ok) refused.value = answer.refusal;
  await look();
}

/** The browser downloads it by itself once the person has proved who they are. */
export async function download(name: string): Promise<void> {
  const path = `/api/ledger/backups/${name}`;
  if (keep(await ask('POST', `${path}/ask`, {}))) location.assign(path);
}
