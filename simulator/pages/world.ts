import { signal } from '@preact/signals';
import type { Act, Words, WorldSnapshot } from '../hands-api.ts';

/** The latest whole snapshot; undefined until the first one came. */
export const world = signal<WorldSnapshot | undefined>(undefined);
export const connected = signal(false);

/** What the person holds in one hand; nothing is in the store's hands until it is put down. */
export const held = signal<{ sku: string; pieces: number; totalGrams?: number } | undefined>(
  undefined,
);

/** The last thing the store refused, for a moment. */
export const complaint = signal<Words | undefined>(undefined);

/** Subscribes to the store; the browser reconnects by itself and the first event tells all. */
export function watchWorld(): void {
  const stream = new EventSource('/api/stream');
  stream.addEventListener('world', (event) => {
    const snapshot: WorldSnapshot = JSON.parse(event.data);
    world.value = snapshot;
    connected.value = true;
  });
  stream.addEventListener('error', () => {
    connected.value = false;
  });
}

const unreachable: Words = {
  zh: '模拟店没有回答,请看它是否还在运行',
  en: 'The simulated store does not answer: see whether it still runs',
};

/** Does one thing with the hands; answers whether the store let it happen. */
export async function act(body: Act): Promise<boolean> {
  complaint.value = undefined;
  try {
    const headers = { 'Content-Type': 'application/json' };
    const answer = await fetch('/api/act', { method: 'POST', headers, body: JSON.stringify(body) });
    if (answer.ok) return true;
    const { message }: { message: Words } = await answer.json();
    complaint.value = message;
  } catch {
    complaint.value = unreachable;
  }
  return false;
}

/** Takes a good off the shelf; the same one again adds a piece, up to three. */
export function pickUp(sku: string): void {
  const same = held.value?.sku === sku;
  held.value = { sku, pieces: same ? Math.min(3, (held.value?.pieces ?? 0) + 1) : 1 };
}

/** Lays what is held on a plate, and empties the hand if it worked. */
export async function putDown(plateId: string): Promise<void> {
  const holding = held.value;
  if (holding === undefined) return;
  if (await act({ act: 'place', plateId, ...holding })) held.value = undefined;
}
