/** Reads the ledger for what may mean a loss; lanes and scales are served between its pages. */
import { setImmediate } from 'node:timers/promises';
import type { RecordedEvent } from '../core/events.ts';
import { createLosses, LOSS_EVENTS, type LossFacts } from '../core/loss/losses.ts';
import { LOSS_DAYS, type LossDays, type LossesView } from '../core/views/loss-views.ts';
import type { Controller } from '../main.ts';
import { localTimeOf } from '../runtime.ts';
import { keepLosses, recallLosses } from './losses-kept.ts';
import { startOfDay } from './orders.ts';

const DAY_MS = 86_400_000;
/** A few milliseconds of work: what a lane may wait between two pages. */
const READ_AT_ONCE = 200;
const MOST_DAYS = Math.max(...LOSS_DAYS);
const LOOKED_AT: ReadonlySet<string> = new Set(LOSS_EVENTS);

/** Between two readings of what is new: so much is left to whoever asks. */
const READ_EVERY_MS = 3_600_000;
/** So many events are read again after a start rather than kept one by one. */
const KEPT_EVERY_EVENTS = 1_000;

export interface LossReport {
  losses(days: LossDays): Promise<LossesView>;
  close(): void;
}

/**
 * Reads each event once: of a ledger never read before the last month, from then on what is new,
 * every hour and whenever somebody asks. One for all doors.
 */
export function lossReport({ controller, dataDir }: LossParts): LossReport {
  const { ledger, clock, localDay } = controller;
  const facts = factsOf(controller);
  const rules = JSON.stringify([facts.lanes, facts.limits, controller.config.store.timeZone]);
  const dayBefore = (days: number) => localDay(clock.wallMs() - (days - 1) * DAY_MS);
  const read = recallLosses(dataDir, ledger, rules);
  const losses = createLosses(facts, read.known);
  let closed = false;
  let keptSeq = read.seq ?? 0;
  const readOn = async (): Promise<void> => {
    losses.forget(dayBefore(MOST_DAYS));
    read.seq ??= firstAfter(controller, startOfDay(dayBefore(MOST_DAYS), localDay));
    const { seq: toSeq } = ledger.head();
    while (read.seq < toSeq && !closed) {
      const page = ledger.readAfter(read.seq, READ_AT_ONCE);
      for (const { record } of page)
        if (LOOKED_AT.has(typeOf(record))) losses.add(JSON.parse(record) as RecordedEvent);
      read.seq = page.at(-1)?.seq ?? toSeq;
      await setImmediate();
    }
    if (closed || read.seq - keptSeq < KEPT_EVERY_EVENTS) return;
    keepLosses(dataDir, ledger, rules, read);
    keptSeq = read.seq;
  };
  // Two people who ask at once share one reading.
  let reading: Promise<void> | undefined;
  const readNew = () => {
    reading ??= readOn().finally(() => {
      reading = undefined;
    });
    return reading;
  };
  let cancel = clock.after(READ_EVERY_MS, look);
  function look(): void {
    void readNew();
    cancel = clock.after(READ_EVERY_MS, look);
  }
  return {
    async losses(days) {
      await readNew();
      const fromDay = dayBefore(days);
      return { days, fromDay, toDay: dayBefore(1), rows: losses.rows(fromDay) };
    },
    close() {
      closed = true;
      cancel();
    },
  };
}

function factsOf({ ledger, localDay, config }: Controller): LossFacts {
  const localTime = localTimeOf(config.store.timeZone);
  return {
    lanes: config.lanes.map(({ id }) => id),
    hourOf: (wallMs) => Number(localTime(wallMs).slice(11, 13)),
    dayOf: localDay,
    goods: (sku) => ledger.item(ledger.priceBookVersion(), sku),
    limits: config.losses,
  };
}

export interface LossParts {
  controller: Controller;
  dataDir: string;
}

const TYPE = '"type":"';

/** Without parsing the rest; nothing before it can hold a bare quote. */
function typeOf(record: string): string {
  const begins = record.indexOf(TYPE) + TYPE.length;
  return record.slice(begins, record.indexOf('"', begins));
}

/** The newest event before an instant, halving: a store's clock goes forwards but for small steps. */
function firstAfter({ ledger }: Controller, fromMs: number): number {
  let [before, within] = [0, ledger.head().seq + 1];
  while (within - before > 1) {
    const middle = Math.floor((before + within) / 2);
    const [event] = ledger.readAfter(middle - 1, 1);
    const isOld = event && (JSON.parse(event.record) as RecordedEvent).wallMs < fromMs;
    if (isOld) before = middle;
    else within = middle;
  }
  return before;
}
