import { effect, type ReadonlySignal, signal } from '@preact/signals';
import type { Refusal } from '../../core/ports.ts';
import type { CommandAnswer } from '../../core/views/views.ts';
import { en } from './i18n/en.ts';
import { zh } from './i18n/zh.ts';
import { after, freshKey, monoMs, pause } from './runtime.ts';

/** How long the line may be silent before the page says so; a restart is usually shorter. */
const QUIET_MS = 1500;
/** Waits between attempts of one command; the key stays the same, so repeating is harmless. */
const RETRY_MS = [300, 900];
/** A second tap on the same target within this time is the same tap. */
const SAME_TAP_MS = 400;

export interface Session<View> {
  /** The last view received; undefined before the first. */
  view: ReadonlySignal<View | undefined>;
  /** True once the line has been down for a while: show the last state, let nothing be pressed. */
  reconnecting: ReadonlySignal<boolean>;
}

/** Top-level keys of `patch` replace those of `view`; `null` deletes one. */
export function applyPatch<View extends object>(view: View, patch: Record<string, unknown>): View {
  const kept = Object.entries({ ...view, ...patch }).filter(([, value]) => value !== null);
  return Object.fromEntries(kept) as View;
}

export interface ConnectOptions {
  /** The stream is open while this holds; signals read here are followed. */
  when?(): boolean;
  /** The stream was refused or ended; it will be opened anew. */
  refused?(): void;
}

/**
 * Follows one stream of the edge: event `snapshot` holds the whole view, `patch` its changes.
 * EventSource reconnects by itself and sends `Last-Event-ID`; a refused stream is opened anew.
 */
export function connect<View extends object>(
  url: string,
  { when = () => true, refused = () => {} }: ConnectOptions = {},
): Session<View> {
  const view = signal<View | undefined>(undefined);
  const reconnecting = signal(false);
  const sources = new Set<EventSource>();
  let forgiving: (() => void) | undefined;
  const lost = () => {
    forgiving ??= after(QUIET_MS, () => {
      reconnecting.value = true;
    });
  };
  const heard = () => {
    forgiving?.();
    forgiving = undefined;
    reconnecting.value = false;
  };
  const open = () => {
    if (!when() || sources.size > 0) return;
    const source = new EventSource(url);
    sources.add(source);
    source.addEventListener('open', heard);
    source.addEventListener('snapshot', (event) => {
      view.value = JSON.parse(event.data);
      heard();
    });
    source.addEventListener('patch', (event) => {
      if (view.value) view.value = applyPatch(view.value, JSON.parse(event.data));
    });
    source.addEventListener('error', () => {
      lost();
      if (source.readyState !== EventSource.CLOSED) return;
      source.close();
      sources.delete(source);
      refused();
      after(QUIET_MS, open);
    });
  };
  effect(() => {
    if (when()) open();
  });
  return { view, reconnecting };
}

const NO_ANSWER: Refusal = {
  code: 'NO_ANSWER',
  message: { zh: zh['app.no_answer'], en: en['app.no_answer'] },
  next: { zh: zh['app.no_answer_next'], en: en['app.no_answer_next'] },
};

/** One POST, tried again under the same key while the network or the service fails. */
async function post(url: string, body: string, key: string): Promise<CommandAnswer> {
  const request: RequestInit = {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body,
  };
  for (const waitMs of [...RETRY_MS, undefined]) {
    const response = await fetch(url, request).catch(() => undefined);
    if (response?.ok) return (await response.json()) as CommandAnswer;
    const repeatable = response === undefined || response.status >= 500;
    if (!repeatable || waitMs === undefined) break;
    await pause(waitMs);
  }
  return { ok: false, refusal: NO_ANSWER };
}

/** Sends commands to one screen's owner; the latest refusal is kept for the page to show. */
export interface Sender<Command> {
  send(command: Command): Promise<void>;
  /** The last refusal; undefined after a command that was carried out, or `dismiss`. */
  refusal: ReadonlySignal<Refusal | undefined>;
  dismiss(): void;
}

export function sender<Command extends { kind: string }>(url: string): Sender<Command> {
  const refusal = signal<Refusal | undefined>(undefined);
  let last = { body: '', atMs: Number.NEGATIVE_INFINITY };
  return {
    refusal,
    dismiss() {
      refusal.value = undefined;
    },
    async send(command) {
      const body = JSON.stringify(command);
      if (body === last.body && monoMs() - last.atMs < SAME_TAP_MS) return;
      last = { body, atMs: monoMs() };
      const answer = await post(url, body, freshKey());
      refusal.value = answer.ok ? undefined : answer.refusal;
    },
  };
}
