import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { CabinetCommand, CabinetView } from '../../core/views/cabinet-views.ts';
import { after } from '../shared/runtime.ts';
import { connect, type Sender, sender } from '../shared/session.ts';

const query = new URLSearchParams(location.search);
const cabinetId = query.get('cabinet') ?? 'cabinet-1';
/** On a phone: one visit by its name, whatever the door does next. */
export const visitId: string | undefined = query.get('visit') ?? undefined;
const path = `/api/cabinets/${encodeURIComponent(cabinetId)}`;

const visitPath = `/api/visits/${encodeURIComponent(visitId ?? '')}`;

const session = connect<CabinetView>(`${visitId === undefined ? path : visitPath}/stream`);
const own = signal<CabinetView | 'gone' | undefined>(undefined);
const LOOK_EVERY_MS = 1_500;

const live = computed(() => session.view.value !== undefined && !session.reconnecting.value);

/**
 * A phone whose stream does not come through asks for its own visit again and again; that is short,
 * and survives any network.
 */
async function look(): Promise<void> {
  if (visitId === undefined) return;
  const response = live.value ? undefined : await fetch(visitPath).catch(() => undefined);
  if (live.value) own.value = undefined;
  else if (response?.ok) own.value = (await response.json()) as CabinetView;
  else if (response?.status === 404) own.value = 'gone';
  after(LOOK_EVERY_MS, () => void look());
}
void look();

/** What to show; undefined before the first answer, `gone` where there is no such visit. */
export const cabinet: ReadonlySignal<CabinetView | 'gone' | undefined> = computed(() =>
  visitId === undefined || live.value ? session.view.value : (own.value ?? session.view.value),
);
export const deaf: ReadonlySignal<boolean> = computed(
  () => visitId === undefined && session.reconnecting.value,
);
export const commands: Sender<CabinetCommand> = sender<CabinetCommand>(`${path}/commands`);

export function send(command: CabinetCommand): void {
  void commands.send(command).then(look);
}
