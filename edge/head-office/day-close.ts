/**
 * The day's books: X while it runs, Z at its end, and statements held against them. Nothing here
 * needs a network; the period is a stretch of the ledger, whatever the clock did.
 */
import { createHash } from 'node:crypto';
import type { Printer } from '../../drivers/contract.ts';
import type { RecordedEvent } from '../core/events.ts';
import type { Person } from '../core/person.ts';
import type { Outcome } from '../core/ports.ts';
import type { CloseEventBodies } from '../core/sale/close-events.ts';
import { closedReport, type Report, reportLines } from '../core/sale/close-report.ts';
import { totalling, unresolvedIn } from '../core/sale/period-totals.ts';
import { readStatement, reconcile } from '../core/sale/statement.ts';
import { ANSWER_OK, type Cause } from '../ledger/answer.ts';
import type { Ledger } from '../ledger/contract.ts';
import { DAY_CLOSES } from '../ledger/record.ts';
import type { Controller } from '../main.ts';
import { localTimeOf } from '../runtime.ts';
import type { CloseRow } from '../server/day.ts';
import { bookRows } from './reconciliation.ts';

const PAGE_EVENTS = 2_000;
const PAGE_CLOSES = 30;

export interface DayBooks {
  /** The report so far; nothing is closed. */
  x(by: Person): Report;
  /** Closes everything up to now. The same key twice closes once. */
  close(by: Person, cause: Cause): Report;
  /** A closed day again, as a copy; the last one where no number is given. */
  closed(closeNo?: number): Report | undefined;
  /** A page of closed days before one of them, newest first. */
  closes(before?: number): { closes: CloseRow[]; more: boolean };
  /** Prints on the first receipt printer that works; whether it came out. */
  print(report: Report): Promise<boolean>;
  reconcile(text: string, by: Person): Outcome<CloseEventBodies['StatementReconciled']>;
}

export function dayBooksOf(controller: Controller): DayBooks {
  const { ledger, clock, config } = controller;
  const localTime = localTimeOf(config.store.timeZone);
  const facts = { storeName: config.store.name };
  const now = () => ({ ...facts, atLocal: localTime(clock.wallMs()) });
  const closed = (closeNo?: number): Report | undefined => {
    const event = closesIn(ledger).findLast(
      ({ body }) => (closeNo ?? body.closeNo) === body.closeNo,
    );
    if (!event) return undefined;
    return closedReport(event.body, { ...facts, atLocal: localTime(event.wallMs), copy: true });
  };
  return {
    x: (by) => ({ kind: 'X', ...periodOf(ledger, by), ...now(), by: by.name }),
    close(by, cause) {
      const events = [{ type: 'DayClosed', body: periodOf(ledger, by) } as const];
      const command = { ...cause, answer: ANSWER_OK };
      const { replayed } = ledger.append({ source: 'store', events, command });
      // Signed after the commit: cut in between, the next head covers it.
      if (replayed === undefined) ledger.signHead('day-close');
      return { ...closed()!, copy: replayed !== undefined };
    },
    closed,
    closes(before = Number.MAX_SAFE_INTEGER) {
      const older = closesIn(ledger).filter(({ body }) => body.closeNo < before);
      const page = older.slice(-PAGE_CLOSES).reverse();
      const closes = page.map(({ body: { closeNo, totals, by }, wallMs }) => ({
        ...{ closeNo, atLocal: localTime(wallMs), by: by.name, sales: totals.sales },
        netFen: totals.soldFen - totals.refundedFen,
      }));
      return { closes, more: older.length > page.length };
    },
    print: (report) => printReport(controller, report),
    reconcile: (text, by) => reconcileStatement(controller, text, by),
  };
}

type Closed = Extract<RecordedEvent, { type: 'DayClosed' }>;

const closesIn = (ledger: Ledger): Closed[] =>
  ledger.about(DAY_CLOSES).filter((event): event is Closed => event.type === 'DayClosed');

/** Everything after the last close, up to the newest event. */
function periodOf(ledger: Ledger, by: Person): CloseEventBodies['DayClosed'] {
  const last = closesIn(ledger).at(-1)?.body;
  const fromSeq = (last?.toSeq ?? 0) + 1;
  const toSeq = ledger.head().seq;
  const sum = totalling((saleId) => ledger.sale(saleId));
  for (let after = fromSeq - 1; after < toSeq; ) {
    const page = ledger.readAfter(after, PAGE_EVENTS).filter(({ seq }) => seq <= toSeq);
    for (const { record } of page) sum.add(JSON.parse(record));
    after = page.at(-1)?.seq ?? toSeq;
  }
  const totals = sum.totals();
  return {
    ...{ closeNo: (last?.closeNo ?? 0) + 1, fromSeq, toSeq, totals },
    unresolved: unresolvedIn(ledger.unfinishedSales()),
    grandSoldFen: (last?.grandSoldFen ?? 0) + totals.soldFen,
    grandRefundedFen: (last?.grandRefundedFen ?? 0) + totals.refundedFen,
    by,
  };
}

async function printReport({ config, devices }: Controller, report: Report): Promise<boolean> {
  for (const { printer } of config.lanes) {
    const device = devices.find(printer)?.current<Printer>();
    if (!device) continue;
    const jobId = `${report.kind}-${report.closeNo}`;
    const copy = report.copy ?? false;
    const outcome = await device.print({ jobId, lines: reportLines(report, 'zh'), copy });
    if (outcome.ok) return true;
  }
  return false;
}

function reconcileStatement(
  { ledger, localDay }: Controller,
  text: string,
  by: Person,
): Outcome<CloseEventBodies['StatementReconciled']> {
  const read = readStatement(text);
  if (!read.ok) return read;
  const { channel, days, rows } = read.value;
  const books = bookRows(ledger, channel, localDay);
  const sha256 = createHash('sha256').update(text).digest('hex');
  const body = {
    reconciliationId: `${channel}-${days[0]}-${sha256.slice(0, 12)}`,
    ...{ channel, day: days.join(' '), sha256, ...reconcile(rows, books, days), by },
  };
  ledger.append({ source: 'store', events: [{ type: 'StatementReconciled', body }] });
  return { ok: true, value: body };
}
