/** The recognition room's view, and what it asks of the box. */
import { signal } from '@preact/signals';
import type { Outcome, Refusal } from '../../../core/ports.ts';
import type { RecognitionRoomView } from '../../../core/views/recognition-view.ts';
import { ask, heardAgain } from '../operator.ts';

/** Undefined while it is on its way. */
export const roomNow = signal<RecognitionRoomView | undefined>(undefined);
export const refused = signal<Refusal | undefined>(undefined);

/** Another model was asked for and does not answer yet. */
export const changing = signal(false);

export async function look(): Promise<void> {
  const answer = await ask<RecognitionRoomView>('GET', '/api/recognition');
  if (answer.ok) {
    roomNow.value = answer.value;
    heardAgain(refused);
  } else refused.value = answer.refusal;
}

/** Carries one request out and looks again; the answer, or undefined where it was refused. */
export async function tell<T = true>(path: string, body: object = {}): Promise<T | undefined> {
  const answer = await ask<Outcome<T>>('POST', `/api/recognition/${path}`, body);
  const told = answer.ok ? answer.value : answer;
  refused.value = told.ok ? undefined : told.refusal;
  await look();
  return told.ok ? (told.value ?? (true as T)) : undefined;
}

export const decide = (reviewId: string, body: object) =>
  tell(`review/${encodeURIComponent(reviewId)}`, body);

export const pictureOf = (id: string): string =>
  `/api/recognition/pictures/${encodeURIComponent(id)}`;

/** Of two counts, in whole percent; a dash where there is nothing to count. */
export const percent = (part: number, of: number): string =>
  of === 0 ? '–' : `${Math.round((100 * part) / of)}%`;
