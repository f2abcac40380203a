/** Reads a period of the ledger for what may mean a loss; lanes and scales are served between. */
import { setImmediate } from 'node:timers/promises';
import type { RecordedEvent } from '../core/events.ts';
import { createLosses, LOSS_EVENTS } from '../core/loss/losses.ts';
import type { LossDays, LossesView } from '../core/views/loss-views.ts';
import type { Controller } from '../main.ts';
import { localTimeOf } from '../runtime.ts';
import { startOfDay } from './orders.ts';

const DAY_MS = 86_400_000;
/** A few milliseconds of work: what a lane may wait between two pages. */
const READ_AT_ONCE = 200;
const LOOKED_AT: ReadonlySet<string> = new Set(LOSS_EVENTS);

/** Two people who ask for the same days at once share one reading. */
export function lossesOf(controller: Controller): (days: LossDays) => Promise<LossesView> {
  const reading = new Map<LossDays, Promise<LossesView>>();
  return (days) => {
    const known = reading.get(days);
    if (known) return known;
    const begun = read(controller, days).finally(() => reading.delete(days));
    reading.set(days, begun);
    return begun;
  };
}

async function read(controller: Controller, days: LossDays): Promise<LossesView> {
  const { ledger, clock, localDay, config } = controller;
  const nowMs = clock.wallMs();
  const fromDay = localDay(nowMs - (days - 1) * DAY_MS);
  const fromMs = startOfDay(fromDay, localDay);
  const localTime = localTimeOf(config.store.timeZone);
  const version = ledger.priceBookVersion();
  const losses = createLosses({
    lanes: config.lanes.map(({ id }) => id),
    hourOf: (wallMs) => Number(localTime(wallMs).slice(11, 13)),
    goods: (sku) => ledger.item(version, sku),
  });
  const { seq: toSeq } = ledger.head();
  for (let after = firstAfter(controller, fromMs); after < toSeq; ) {
    const page = ledger.readAfter(after, READ_AT_ONCE);
    for (const { record } of page) {
      if (!LOOKED_AT.has(typeOf(record))) continue;
      const event = JSON.parse(record) as RecordedEvent;
      if (event.wallMs >= fromMs) losses.add(event);
    }
    after = page.at(-1)?.seq ?? toSeq;
    await setImmediate();
  }
  return { days, fromDay, toDay: localDay(nowMs), rows: losses.rows() };
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
