/** Who is signed in on this page, and requests in their name. */
import { computed, type Signal, signal } from '@preact/signals';
import type { Refusal, Text } from '../../core/ports.ts';
import { en } from '../shared/i18n/en.ts';
import { zh } from '../shared/i18n/zh.ts';
import { freshKey } from '../shared/runtime.ts';

interface Inside {
  person: { id: string; name: string; role: string };
  permissions: string[];
  csrf: string;
}
export type Door =
  | { state: 'unknown' }
  | { state: 'set-up' | 'sign-in' }
  | ({ state: 'in' | 'idle' } & Inside);

/** Undefined state until the box has answered once. */
export const door = signal<Door>({ state: 'unknown' });
/** A change that waits until the person has shown once more who they are. */
export const askedAgain = signal<{ done: (proved: boolean) => void } | undefined>(undefined);

export const may = (permission: string): boolean => {
  const now = door.value;
  return now.state === 'in' && now.permissions.includes(permission);
};
export const personName = computed(() => ('person' in door.value ? door.value.person.name : ''));

export const NO_ANSWER: Refusal = {
  code: 'NO_ANSWER',
  message: { zh: zh['app.no_answer'], en: en['app.no_answer'] },
  next: { zh: zh['app.no_answer_next'], en: en['app.no_answer_next'] },
};

export type Answer<T> = { ok: true; value: T } | { ok: false; refusal: Refusal };

/** The box answers again: nothing says any more that it did not. What it refused still stands. */
export function heardAgain(refused: Signal<Refusal | undefined>): void {
  if (refused.value?.code === NO_ANSWER.code) refused.value = undefined;
}

/** One request of the operator's page; a refusal is a value, and an ended session shows the door. */
export async function ask<T>(
  method: string,
  path: string,
  body?: object | Blob,
  signal?: AbortSignal,
): Promise<Answer<T>> {
  const first = await once<T>(method, path, body, signal);
  if (first.ok || first.refusal.code !== 'ASK_AGAIN') return first;
  const proved = await new Promise<boolean>((done) => {
    askedAgain.value = { done };
  });
  askedAgain.value = undefined;
  return proved ? once<T>(method, path, body, signal) : first;
}

async function once<T>(...asked: Parameters<typeof send>): Promise<Answer<T>> {
  const response = await send(...asked);
  const heard: unknown = await response?.json().catch(() => undefined);
  if (response?.ok) return { ok: true, value: heard as T };
  return { ok: false, refusal: await refusalIn(heard) };
}

/** What the box makes of a body, as a file. */
export async function askFile(path: string, body: object): Promise<Answer<Blob>> {
  const response = await send('POST', path, body);
  const file = response?.ok ? await response.blob().catch(() => undefined) : undefined;
  if (file) return { ok: true, value: file };
  const heard: unknown = await response?.json().catch(() => undefined);
  return { ok: false, refusal: await refusalIn(heard) };
}

function send(
  method: string,
  path: string,
  body?: object | Blob,
  signal?: AbortSignal,
): Promise<Response | undefined> {
  const headers = new Headers({ 'idempotency-key': freshKey() });
  if ('csrf' in door.value) headers.set('x-csrf-token', door.value.csrf);
  if (body) headers.set('content-type', body instanceof Blob ? body.type : 'application/json');
  const sent = body instanceof Blob ? body : JSON.stringify(body);
  const request = { method, headers, ...(body && { body: sent }), ...(signal && { signal }) };
  return fetch(path, request).catch(() => undefined);
}

async function refusalIn(heard: unknown): Promise<Refusal> {
  const refusal = (heard as { error?: Refusal } | undefined)?.error ?? NO_ANSWER;
  if (refusal.code === 'SESSION_ENDED' || refusal.code === 'SESSION_IDLE') await lookAtDoor();
  return refusal;
}

/** Asks the box who is signed in here. */
export async function lookAtDoor(): Promise<void> {
  const heard = await fetch('/api/session').catch(() => undefined);
  if (heard?.ok) door.value = (await heard.json()) as Door;
}

/** Goes through the door: set-up, sign-in, or a PIN once more. */
export async function enter(path: string, body: object): Promise<Refusal | undefined> {
  const answer = await once<Door>('POST', path, body);
  if (!answer.ok) return answer.refusal;
  door.value = answer.value;
  return undefined;
}

export async function leave(): Promise<void> {
  await once('DELETE', '/api/session');
  await lookAtDoor();
}

/** What, and what to do now; with the seconds to wait where the account is locked. */
export function sentenceOf({ message, next, detail }: Refusal): { what: Text; next: Text } {
  const seconds = detail?.seconds;
  if (seconds === undefined) return { what: message, next };
  const wait = { zh: `${seconds} 秒后再试`, en: `Try again in ${seconds} s` };
  return { what: message, next: wait };
}
