/**
 * Requests of one turn of the loop in one transaction: twenty lanes pay for one sync of the disk,
 * and each is told only after it. A request that is refused takes nobody with it: what can be
 * judged beforehand is, and where anything else throws, the whole group is rolled back and every
 * request carried out by itself.
 */
import type { DomainEvent } from '../core/events.ts';
import { STOCK_EVENT_TYPES } from '../core/stock/stock-events.ts';
import type { Appender, Head } from './append.ts';
import type { AppendRequest, AppendResult } from './contract.ts';
import type { CrashPoint } from './database.ts';
import { LedgerError } from './errors.ts';
import type { Projector } from './projections.ts';

export interface SoonParts {
  head: Head;
  projector: Projector;
  crashPoint: CrashPoint;
  append: Appender['append'];
  write: Appender['write'];
  /** The stored answer of a repeat. Throws LedgerError `KEY_REUSED`, `NOT_SELLABLE`. */
  judge(request: AppendRequest): string | undefined;
  /** Inserts, chained to `from`; returns the head they lead to. */
  insert(request: AppendRequest, from: Head): Head;
}

export interface AppenderSoon {
  appendSoon(request: AppendRequest): Promise<AppendResult>;
  /** Carries out what waits, now. */
  flush(): void;
}

interface Waiting {
  request: AppendRequest;
  resolve(result: AppendResult): void;
  reject(error: unknown): void;
}

const GROUP_REQUESTS = 64;

export function appenderSoon(parts: SoonParts): AppenderSoon {
  const waiting: Waiting[] = [];
  const flush = () => {
    while (waiting.length > 0) carryOut(parts, takeGroup(waiting));
  };
  return {
    flush,
    appendSoon: (request) =>
      new Promise((resolve, reject) => {
        waiting.push({ request, resolve, reject });
        if (waiting.length === 1) setImmediate(flush);
      }),
  };
}

const STOCK: ReadonlySet<string> = new Set(STOCK_EVENT_TYPES);
const changesStock = (event: DomainEvent): boolean => STOCK.has(event.type);
/** Events that are held to stock and baskets as last committed. */
const isJudged = ({ type }: DomainEvent): boolean =>
  type === 'LineAdded' || type === 'LineQuantityChanged' || type === 'LabelIssued';

/** The longest group whose members may be judged before any of them is committed. */
function takeGroup(waiting: Waiting[]): Waiting[] {
  let stockChanged = false;
  const end = waiting.slice(0, GROUP_REQUESTS).findIndex(({ request: { events } }, at) => {
    const late = stockChanged && events.some(isJudged);
    // More of a line is judged as the line, which must be committed.
    const more = at > 0 && events.some(({ type }) => type === 'LineQuantityChanged');
    stockChanged ||= events.some(changesStock);
    return late || more;
  });
  return waiting.splice(0, end === -1 ? GROUP_REQUESTS : end);
}

function carryOut(parts: SoonParts, group: Waiting[]): void {
  const answers = group.length > 1 ? together(parts, group) : undefined;
  for (const [at, { request, resolve, reject }] of group.entries()) {
    try {
      const answer = answers ? answers[at] : parts.append(request);
      if (answer instanceof LedgerError) reject(answer);
      else if (answer) resolve(answer);
    } catch (error) {
      reject(error);
    }
  }
}

/** What everybody is told, once it is on the disk; undefined where nothing of it is. */
function together(parts: SoonParts, group: Waiting[]): (AppendResult | LedgerError)[] | undefined {
  const { head, projector, crashPoint, write } = parts;
  let next = head;
  let answers: (AppendResult | LedgerError)[];
  try {
    answers = write(() => {
      const all = group.map(({ request }) => {
        const taken = take(parts, request, next);
        next = taken.next;
        return taken.answer;
      });
      projector.settle();
      crashPoint('group.before-commit');
      return all;
    });
  } catch {
    // Nothing of it was committed; one by one each of them is told what became of it.
    projector.forget();
    return undefined;
  }
  projector.adopt();
  Object.assign(head, next);
  crashPoint('group.after-commit');
  return answers;
}

function take(
  parts: SoonParts,
  request: AppendRequest,
  from: Head,
): { next: Head; answer: AppendResult | LedgerError } {
  try {
    const replayed = parts.judge(request);
    if (replayed !== undefined) {
      const { seq, hash } = from;
      return { next: from, answer: { firstSeq: seq, headSeq: seq, headHash: hash, replayed } };
    }
  } catch (error) {
    if (error instanceof LedgerError) return { next: from, answer: error };
    throw error;
  }
  const next = parts.insert(request, from);
  // The first of the request's own; a step of the clock may stand before it.
  const firstSeq = next.seq === from.seq ? from.seq : next.seq - request.events.length + 1;
  return { next, answer: { firstSeq, headSeq: next.seq, headHash: next.hash } };
}
