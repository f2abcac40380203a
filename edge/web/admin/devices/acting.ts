/** What is done to one device or to many, one after another; who cannot is skipped and said. */
import { signal } from '@preact/signals';
import type { Refusal, Text } from '../../../core/ports.ts';
import type { CheckReport, DiagDevice } from '../../../core/views/diag-views.ts';
import type { DeviceView } from '../../../core/views/views.ts';
import type { Key } from '../../shared/i18n/zh.ts';
import { type Answer, ask } from '../operator.ts';

export type Act = 'check' | 'restart' | 'disable' | 'enable';

export interface Result {
  id: string;
  ok: boolean;
  /** A sentence of this page, or one of the box. */
  said: Key | Text;
}

export const results = signal<Result[]>([]);
export const busy = signal(false);
export const report = signal<CheckReport | undefined>(undefined);

const at = (id: string) => `/api/diag/devices/${id}`;

async function once<T>(method: string, path: string, body?: object): Promise<Answer<T>> {
  const asked = await ask<Answer<T>>(method, path, body);
  return asked.ok ? asked.value : asked;
}

export const lookAt = (id: string): Promise<Answer<DiagDevice>> => once('GET', at(id));

/** Why this cannot be done to that one now; undefined where it can. */
export function skips({ state }: DeviceView, act: Act): Key | undefined {
  if (act === 'enable' || act === 'disable') return undefined;
  if (state === 'disabled') return 'dv.skipped_disabled';
  return act === 'check' && state === 'offline' ? 'dv.skipped' : undefined;
}

const refusedWith = (id: string, { message }: Refusal): Result => ({
  id,
  ok: false,
  said: message,
});

async function one(device: DeviceView, act: Act, why: string): Promise<Result> {
  const { id } = device;
  const skipped = skips(device, act);
  if (skipped) return { id, ok: false, said: skipped };
  if (act !== 'check') {
    const done = await once<object>('POST', `${at(id)}/act`, { act, ...(why && { why }) });
    return done.ok ? { id, ok: true, said: 'dv.done' } : refusedWith(id, done.refusal);
  }
  const told = await once<CheckReport>('POST', `${at(id)}/check`, { level: 'internal' });
  if (!told.ok) return refusedWith(id, told.refusal);
  report.value = told.value;
  const ok = told.value.status === 'ok';
  return { id, ok, said: ok ? 'dv.passed' : 'dv.not_passed' };
}

export async function perform(devices: readonly DeviceView[], act: Act, why = ''): Promise<void> {
  busy.value = true;
  results.value = [];
  report.value = undefined;
  for (const device of devices) results.value = [...results.value, await one(device, act, why)];
  busy.value = false;
}
