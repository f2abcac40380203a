/** The counter as its own parts see it. */
import type { CounterConfig } from '../config/config.ts';
import type { CatalogueItem } from '../core/catalogue/catalogue.ts';
import type { Choice, LabelRecord } from '../core/events.ts';
import type { Clock, Ids, Outcome, Text } from '../core/ports.ts';
import { type Comforts, forgetComforts, patienceOf } from '../core/views/comfort.ts';
import type { CounterView } from '../core/views/counter-views.ts';
import type { HelpCalls } from '../core/views/help-calls.ts';
import type { NoticeView } from '../core/views/views.ts';
import type { DeviceTable } from '../devices/devices.ts';
import type { Ledger } from '../ledger/contract.ts';
import type { Log } from '../log.ts';
import type { WeighStation } from '../weighing/station.ts';

export interface CounterParts {
  config: CounterConfig;
  storeName: Text;
  phone: string;
  /** How long pictures of goods are kept; 0 or left out, they are not. */
  photoHours?: number;
  ledger: Ledger;
  devices: DeviceTable;
  station: WeighStation;
  clock: Clock;
  ids: Ids;
  log: Log;
  localTime(wallMs: number): string;
  /** Who else in this store waits for a person. */
  calls?: HelpCalls;
}

export interface CounterInside extends Comforts {
  parts: CounterParts;
  chosen?: { item: CatalogueItem; by: Choice['by'] };
  /** `printed` is absent while the printer is at it. */
  shown?: { label: LabelRecord; printed?: boolean };
  /** The camera's choice was taken for the goods lying there. */
  accepted?: true;
  tareGrams: number;
  /** Goods lay at rest on the plate when it was last looked at. */
  lies?: boolean;
  notice?: NoticeView;
  notices: number;
  /** Monotonic. */
  startedMonoMs: number;
  help?: { sinceWallMs: number };
  teaching?: NonNullable<CounterView['teaching']>;
  cancelReturn(): void;
  /** Cancels the end of this shopper's comforts. */
  cancelForget(): void;
  changed(): void;
}

export const DONE: Outcome<undefined> = { ok: true, value: undefined };

export function notify(
  counter: CounterInside,
  level: NoticeView['level'],
  text: Text,
  next?: Text,
): void {
  counter.notices += 1;
  counter.notice = { id: counter.notices, level, text, ...(next && { next }) };
  counter.changed();
}

/** Nobody weighs and nobody taps for this long: the next shopper begins without comforts. */
const NEXT_SHOPPER_MS = 60_000;

/** Somebody is there. */
export function heed(counter: CounterInside): void {
  counter.cancelForget();
  counter.cancelForget = counter.parts.clock.after(NEXT_SHOPPER_MS * patienceOf(counter), () => {
    if (counter.chosen || counter.shown || counter.parts.station.loaded()) return heed(counter);
    forgetComforts(counter);
    delete counter.notice;
    counter.changed();
  });
}

/** Back to the first screen. */
export function reset(counter: CounterInside): void {
  counter.cancelReturn();
  delete counter.chosen;
  delete counter.shown;
  setTare(counter, 0);
}

export function setTare(counter: CounterInside, tareGrams: number): void {
  counter.tareGrams = tareGrams;
  counter.parts.station.setTare(tareGrams);
}
