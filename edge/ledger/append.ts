import type { CatalogueItem } from '../core/catalogue/catalogue.ts';
import { whyNotEditable } from '../core/catalogue/catalogue-decide.ts';
import { CATALOGUE_EVENT_TYPES } from '../core/catalogue/catalogue-events.ts';
import { CLOCK_STEP_MS } from '../core/clock-events.ts';
import type { DomainEvent } from '../core/events.ts';
import type { Clock, Ids } from '../core/ports.ts';
import { type DateClock, whyUnrecordable } from '../core/stock/stock-rules.ts';
import { type AppenderSoon, appenderSoon } from './append-soon.ts';
import type { AppendRequest, AppendResult, Ledger } from './contract.ts';
import type { Connection, CrashPoint } from './database.ts';
import { asLedgerError, LedgerError } from './errors.ts';
import type { Projector } from './projections.ts';
import { commonText, recordText, subjectOf } from './record.ts';

/** The newest event; advanced only after its commit. */
export interface Head {
  seq: number;
  hash: string;
  /** Wall time less monotonic time at the newest event of this boot; a change is a step. */
  aheadMs?: number;
}

export interface AppenderParts {
  db: Connection;
  head: Head;
  projector: Projector;
  clock: Clock;
  ids: Ids;
  crashPoint: CrashPoint;
  /** The ledger's file, for errors. */
  file: string;
  fixed: { epoch: number; storeId: string; boot: string };
  /** Now, for goods with a date. */
  dates(): DateClock;
  /** An article of the prices in use. */
  item(sku: string): CatalogueItem | undefined;
}

type Command = NonNullable<AppendRequest['command']>;
type StoredAnswer = NonNullable<ReturnType<Ledger['answerOf']>>;

export interface Appender extends AppenderSoon {
  /** `beside` runs in the same transaction, after the events. */
  append(request: AppendRequest, beside?: () => void): AppendResult;
  answerOf: Ledger['answerOf'];
  /** One immediate transaction, rolled back whole; failures come out as LedgerError. */
  write<T>(work: () => T): T;
  whyUnrecordable: Ledger['whyUnrecordable'];
}

/** Builds the one writer of events. */
export function appender(parts: AppenderParts): Appender {
  const { db, head, projector, crashPoint } = parts;
  const answer = db.prepare<[string], StoredAnswer>(
    'SELECT fingerprint, answer FROM commands WHERE key = ?',
  );
  const keepAnswer = db.prepare('INSERT INTO commands VALUES (NULL, ?, ?, ?)');
  const insertAll = eventInserter(parts);
  const whyNot = (event: DomainEvent) =>
    whyUnrecordable(projector.stock, asLineAdded(event, projector), parts.dates) ??
    whyNotEditable(event, {
      ...{ state: projector.catalogue(), wallMs: parts.clock.wallMs(), itemOf: parts.item },
    });
  const write = transactor(parts);

  function insert(request: AppendRequest, from: Head): Head {
    const next = insertAll(request, from);
    const { command } = request;
    if (command) keepAnswer.run(command.key, command.fingerprint, command.answer);
    return next;
  }

  function commit(request: AppendRequest, beside?: () => void): Head {
    const next = insert(request, head);
    projector.settle();
    beside?.();
    crashPoint(`append.before-commit.${request.events[0]?.type ?? 'answer'}`);
    return next;
  }

  function judge({ command, events }: AppendRequest): string | undefined {
    const replayed = command && replayOf(command, answer.get(command.key));
    if (replayed === undefined) refuseUnsellable(events, whyNot);
    return replayed;
  }

  function append(request: AppendRequest, beside?: () => void): AppendResult {
    const replayed = judge(request);
    const before = head.seq;
    if (replayed === undefined && (request.events.length > 0 || request.command)) {
      try {
        const next = write(() => commit(request, beside));
        projector.adopt();
        Object.assign(head, next);
      } catch (error) {
        projector.forget();
        throw error;
      }
      crashPoint(`append.after-commit.${request.events[0]?.type ?? 'answer'}`);
    }
    // The first of the request's own; a step of the clock may stand before it.
    const firstSeq = head.seq === before ? before : head.seq - request.events.length + 1;
    const result = { firstSeq, headSeq: head.seq, headHash: head.hash };
    return replayed === undefined ? result : { ...result, replayed };
  }

  const soon = appenderSoon({ head, projector, crashPoint, append, write, judge, insert });
  return { ...soon, append, answerOf: (key) => answer.get(key), write, whyUnrecordable: whyNot };
}

function transactor({ db, file }: AppenderParts): Appender['write'] {
  const transact = db.transaction((work: () => unknown) => work());
  return <T>(work: () => T): T => {
    try {
      return transact.immediate(work) as T;
    } catch (error) {
      throw asLedgerError(error, file);
    }
  };
}

/** More of a line is judged as the line itself. */
function asLineAdded(event: DomainEvent, { sales }: Projector): DomainEvent {
  if (event.type !== 'LineQuantityChanged') return event;
  const { saleId, lineId, quantity } = event.body;
  const line = sales.get(saleId)?.state.lines.find((each) => each.lineId === lineId);
  if (!line || quantity <= line.quantity) return event;
  return { type: 'LineAdded', body: { saleId, line } };
}

/** The last word on recalled, expired and held goods and on prices, whichever device asks. */
function refuseUnsellable(events: DomainEvent[], whyNot: Ledger['whyUnrecordable']): void {
  for (const event of events) {
    const refusal = whyNot(event);
    if (!refusal) continue;
    const code = isOfCatalogue(event) ? 'NOT_EDITABLE' : 'NOT_SELLABLE';
    throw new LedgerError(code, JSON.stringify({ code: refusal.code, ...refusal.detail }));
  }
}

const OF_CATALOGUE: ReadonlySet<string> = new Set(CATALOGUE_EVENT_TYPES);
const isOfCatalogue = ({ type }: DomainEvent): boolean => OF_CATALOGUE.has(type);

function replayOf(command: Command, stored: StoredAnswer | undefined): string | undefined {
  if (!stored) return undefined;
  if (stored.fingerprint !== command.fingerprint) throw new LedgerError('KEY_REUSED', command.key);
  return stored.answer;
}

/** Chains, inserts and projects every event of a request; returns the head they lead to. */
function eventInserter(parts: AppenderParts): (request: AppendRequest, from: Head) => Head {
  const { db, projector, clock, ids, crashPoint } = parts;
  const { epoch, storeId: store, boot } = parts.fixed;
  const insert = db.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)');
  return ({ source, events }, from) => {
    const tx = ids('tx');
    const monoMs = Math.round(clock.monoMs());
    const wallMs = Math.round(clock.wallMs());
    const time = { monoMs, wallMs, clock: clock.wallQuality() };
    const common = commonText({ epoch, store, boot, ...time, tx, source });
    let { seq, hash: prev } = from;
    const aheadMs = wallMs - monoMs;
    for (const event of [...clockStep(from, wallMs, aheadMs, events), ...events]) {
      seq += 1;
      const { record, hash } = recordText(seq, common, prev, event);
      insert.run(seq, tx, source, subjectOf(event), event.type, record, hash);
      projector.apply(event, { seq, wallMs });
      crashPoint(`append.after-event.${event.type}`);
      prev = hash;
    }
    return events.length > 0 ? { seq, hash: prev, aheadMs } : { ...from, seq, hash: prev };
  };
}

/** What stands before `events` where the wall clock was set since the event before. */
function clockStep(head: Head, wallMs: number, aheadMs: number, events: DomainEvent[]) {
  const stepMs = aheadMs - (head.aheadMs ?? aheadMs);
  if (events.length === 0 || Math.abs(stepMs) <= CLOCK_STEP_MS) return [];
  const body = { wallBeforeMs: wallMs - stepMs, wallMs, stepMs };
  return [{ type: 'ClockStepped', body } as const];
}
