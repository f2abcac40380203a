/** Counts from the ledger how recognition fared over the last thirty days, and goes on counting. */
import type { RecordedEvent } from '../core/events.ts';
import type { Clock } from '../core/ports.ts';
import type { Ledger } from '../ledger/contract.ts';
import { createHitCounter, HIT_EVENTS, type HitCounter } from '../recognition/hit-rates.ts';

export type HitFigures = Pick<HitCounter, 'rates' | 'days' | 'doubts'>;

export interface RecognitionDays extends HitFigures {
  /** Everything up to the head is counted. */
  caughtUp(): boolean;
  close(): void;
}

export interface RecognitionDaysParts {
  ledger: Pick<Ledger, 'head' | 'readAfter'>;
  clock: Clock;
  localDay(wallMs: number): string;
}

const DAY_MS = 86_400_000;
export const DAYS_KEPT = 30;
const LOOK_EVERY_MS = 2_000;
const READ_AT_ONCE = 500;
/** While it catches up, the store sells between two readings. */
const NEXT_READ_MS = 5;
const STRIDE = 2_000;
const LOOKED_AT = HIT_EVENTS.map((type) => `"type":"${type}"`);

export function countRecognitionDays(parts: RecognitionDaysParts): RecognitionDays {
  const { ledger, clock, localDay } = parts;
  const counter = createHitCounter(localDay);
  let seq: number | undefined;
  let cancel: () => void = () => undefined;
  let caughtUp = false;
  const look = (): void => {
    seq ??= startOf(parts);
    const events = ledger.readAfter(seq, READ_AT_ONCE);
    for (const { record } of events)
      if (LOOKED_AT.some((type) => record.includes(type)))
        counter.add(JSON.parse(record) as RecordedEvent);
    seq = events.at(-1)?.seq ?? seq;
    caughtUp = events.length < READ_AT_ONCE;
    if (caughtUp) counter.forget(localDay(clock.wallMs() - DAYS_KEPT * DAY_MS));
    cancel = clock.after(caughtUp ? LOOK_EVERY_MS : NEXT_READ_MS, look);
  };
  cancel = clock.after(NEXT_READ_MS, look);
  return { ...counter, caughtUp: () => caughtUp, close: () => cancel() };
}

/** Goes back from the head in strides until an event is old enough. */
function startOf({ ledger, clock }: RecognitionDaysParts): number {
  const oldest = clock.wallMs() - DAYS_KEPT * DAY_MS;
  for (let seq = ledger.head().seq - STRIDE; seq > 0; seq -= STRIDE) {
    const [event] = ledger.readAfter(seq, 1);
    if (!event || (JSON.parse(event.record) as RecordedEvent).wallMs < oldest) return seq;
  }
  return 0;
}
