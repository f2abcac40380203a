/** What the lanes show now, and the acts of staff on their way to them. */
import { signal } from '@preact/signals';
import type { Refusal } from '../../../core/ports.ts';
import { type AttendantCommand, MOVES_MONEY } from '../../../core/sale/attendant.ts';
import type { AssistView } from '../../../core/views/assist-views.ts';
import type { CommandAnswer } from '../../../core/views/views.ts';
import type { Key } from '../../shared/i18n/zh.ts';
import { ask } from '../operator.ts';

/** An act that waits for its reason. */
export interface Act {
  laneId: string;
  command: AttendantCommand;
  /** What the button said, and what the person may say why. */
  what: string;
  reasons: readonly (Key | Because)[];
  amountFen?: number;
  /** Said above the reasons. */
  hint?: Key;
  /** Whatever else there is to say may be typed; it goes with `command`. */
  ownWords?: { label: Key; hint: Key; action: Key };
}

/** A reason that asks something of its own. */
export interface Because {
  said: string;
  command: AttendantCommand;
}

export const assistNow = signal<AssistView | undefined>(undefined);
export const unseen = signal<Refusal | undefined>(undefined);
export const acting = signal<Act | undefined>(undefined);
export const done = signal<string | undefined>(undefined);

export async function look(): Promise<void> {
  const answer = await ask<AssistView>('GET', '/api/assist');
  unseen.value = answer.ok ? undefined : answer.refusal;
  if (answer.ok) assistNow.value = answer.value;
}

export function begin(act: Act): void {
  done.value = undefined;
  acting.value = act;
}

/** Carries the act out in the name of whoever is signed in; answers why not, if not. */
export async function carryOut(
  { laneId, what }: Act,
  { said: reason, command }: Because,
  second?: { id: string; pin: string },
): Promise<Refusal | undefined> {
  const where = MOVES_MONEY.includes(command.kind) ? 'money' : 'assist';
  const path = `/api/lanes/${encodeURIComponent(laneId)}/${where}`;
  const body = { command, reason, ...(second && { second }) };
  const answer = await ask<CommandAnswer>('POST', path, body);
  const told = answer.ok ? answer.value : answer;
  if (!told.ok) return told.refusal;
  acting.value = undefined;
  done.value = what;
  await look();
  return undefined;
}
