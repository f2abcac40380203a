/** What the diagnostics page knows and asks: the devices, the chosen one, and how to reach the box. */
import { signal } from '@preact/signals';
import type { Refusal } from '../../core/ports.ts';
import type { DiagDevice } from '../../core/views/diag-views.ts';
import { type Answer, ask, door } from '../admin/operator.ts';
import { after } from '../shared/runtime.ts';

export const devices = signal<DiagDevice[] | undefined>(undefined);
export const chosenId = signal<string | undefined>(undefined);
/** The last thing that was refused; shown until it is closed. */
export const refused = signal<Refusal | undefined>(undefined);

/** What was copied last; shown for a moment. */
export const copied = signal<string | undefined>(undefined);

const LOOK_MS = 1000;
const COPIED_MS = 3000;

/** One request; a refusal of the box, or of the door, is shown and gives undefined. */
export async function tool<T>(method: string, path: string, body?: object): Promise<T | undefined> {
  const asked = await ask<Answer<T>>(method, `/api/diag${path}`, body);
  const heard = asked.ok ? asked.value : asked;
  refused.value = heard.ok ? undefined : heard.refusal;
  return heard.ok ? heard.value : undefined;
}

/** The devices, once a second while somebody is signed in; quiet where the box does not answer. */
export async function follow(): Promise<void> {
  if (door.value.state === 'in') {
    const asked = await ask<{ devices: DiagDevice[] }>('GET', '/api/diag/devices');
    if (asked.ok) devices.value = asked.value.devices;
    chosenId.value ??=
      devices.value?.find(({ state }) => state !== 'ok')?.id ?? devices.value?.[0]?.id;
  }
  after(LOOK_MS, () => void follow());
}

export async function act(id: string, body: object): Promise<boolean> {
  return (await tool<object>('POST', `/devices/${id}/act`, body)) !== undefined;
}

/** Puts text on the clipboard; without one (plain HTTP) it is selected for the reader to copy. */
export async function copy(text: string): Promise<void> {
  if (navigator.clipboard) await navigator.clipboard.writeText(text).catch(() => undefined);
  copied.value = text;
  after(COPIED_MS, () => {
    if (copied.peek() === text) copied.value = undefined;
  });
}
