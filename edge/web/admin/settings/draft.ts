/** The configuration as it is being changed on this page, and what the box says of it. */
import { computed, signal } from '@preact/signals';
import type { Refusal } from '../../../core/ports.ts';
import { changesBetween } from '../../../core/settings-changes.ts';
import type {
  SettingChange,
  SettingsVersion,
  SettingsView,
} from '../../../core/views/settings-views.ts';
import { type Answer, ask } from '../operator.ts';

type Values = Record<string, unknown>;
export type Path = readonly (string | number)[];

export const settings = signal<(SettingsView & { canRestart: boolean }) | undefined>(undefined);
export const draft = signal<Values>({});
export const refused = signal<Refusal | undefined>(undefined);
/** What the box would change; shown before anything is saved. */
export const proposed = signal<SettingChange[] | undefined>(undefined);
export const saved = signal<SettingsVersion | undefined>(undefined);

export const changed = computed(() => changesBetween(settings.value?.values ?? {}, draft.value));

export async function load(): Promise<void> {
  const answer = await ask<SettingsView & { canRestart: boolean }>('GET', '/api/settings');
  if (!answer.ok) {
    refused.value = answer.refusal;
    return;
  }
  settings.value = answer.value;
  draft.value = answer.value.values;
  proposed.value = undefined;
}

/** `values` with one of them replaced, or taken out where `value` is undefined. */
export function placed(values: unknown, [first, ...rest]: Path, value: unknown): unknown {
  if (first === undefined) return value;
  if (Array.isArray(values)) {
    const list = [...values];
    if (value === undefined && rest.length === 0) list.splice(Number(first), 1);
    else list[Number(first)] = placed(list[Number(first)], rest, value);
    return list;
  }
  const branch = { ...(values as Values | undefined) };
  const next = placed(branch[first], rest, value);
  if (next === undefined) delete branch[first];
  else branch[first] = next;
  return branch;
}

export function set(path: Path, value: unknown): void {
  draft.value = placed(draft.value, path, value) as Values;
  proposed.value = undefined;
  refused.value = undefined;
}

/** A draft from elsewhere: a file, or an earlier version. */
export function take(values: Values): void {
  draft.value = values;
  proposed.value = undefined;
  refused.value = undefined;
}

/** A request whose own answer is again an outcome. */
async function tell<T>(path: string, body?: object): Promise<Answer<T>> {
  const method = body ? 'POST' : 'GET';
  const answer = await ask<Answer<T>>(method, path, body);
  const told = answer.ok ? answer.value : answer;
  refused.value = told.ok ? undefined : told.refusal;
  return told;
}

export async function propose(): Promise<void> {
  const told = await tell<SettingChange[]>('/api/settings/check', { values: draft.value });
  proposed.value = told.ok ? told.value : undefined;
}

export async function save(): Promise<void> {
  const body = { values: draft.value, basedOn: settings.value?.basedOn ?? '' };
  const told = await tell<SettingsVersion>('/api/settings', body);
  if (!told.ok) return;
  saved.value = told.value;
  await load();
}

/** An earlier version as a draft; its changes are shown before it counts. */
export async function earlier(version: number): Promise<void> {
  const told = await tell<Values>(`/api/settings/versions/${version}`);
  if (!told.ok) return;
  take(told.value);
  await propose();
}

export async function restart(): Promise<void> {
  await tell('/api/settings/restart', {});
}
