/** The alerts as this page knows them, on whichever room; a new one may also speak up itself. */
import { signal } from '@preact/signals';
import type { Refusal } from '../../../core/ports.ts';
import type { AlertsView, Delivery } from '../../../core/views/alert-views.ts';
import { pick, t } from '../../shared/language.ts';
import { after } from '../../shared/runtime.ts';
import { ask, may } from '../operator.ts';

export const alerts = signal<AlertsView | undefined>(undefined);
export const refused = signal<Refusal | undefined>(undefined);
/** Notifications of the browser: whether it may, or why not. */
export const browserMay = signal<NotificationPermission | 'missing'>(
  'Notification' in window ? Notification.permission : 'missing',
);

const LOOK_MS = 3000;
let known: ReadonlySet<string> | undefined;

export async function look(): Promise<void> {
  if (!may('view')) return;
  const answer = await ask<AlertsView>('GET', '/api/alerts');
  if (!answer.ok) {
    if (!alerts.value) refused.value = answer.refusal;
    return;
  }
  alerts.value = answer.value;
  const forHere = answer.value.deliveries.filter(({ channel }) => channel === 'browser');
  for (const delivery of known ? forHere.filter(({ id }) => !known?.has(id)) : [])
    speakUp(delivery);
  known = new Set(forHere.map(({ id }) => id));
}

function speakUp({ id, kind, alert }: Delivery): void {
  if (browserMay.value !== 'granted') return;
  const title = t(`al.kind_${kind}`, { subject: alert.subject });
  // The same message in two open pages is shown once.
  new Notification(title, { body: pick(alert.text), tag: id });
}

export async function allowBrowser(): Promise<void> {
  if ('Notification' in window) browserMay.value = await Notification.requestPermission();
}

/** Looks for new ones as long as the page is open; returns how to stop. */
export function followAlerts(): () => void {
  let stop = () => {};
  let left = false;
  const again = async () => {
    await look();
    if (!left) stop = after(LOOK_MS, () => void again());
  };
  void again();
  return () => {
    left = true;
    stop();
  };
}

/** Sends one change and looks again. */
export async function tell(path: string, body: object): Promise<boolean> {
  const answer = await ask('POST', `/api/alerts/${path}`, body);
  refused.value = answer.ok ? undefined : answer.refusal;
  await look();
  return answer.ok;
}
