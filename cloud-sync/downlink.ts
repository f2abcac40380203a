/**
 * Prices on their way down. Asks for a book newer than the one in use, checks it whole, and hands
 * it over; a book that fails any check changes nothing and is said in words. Versions are head
 * office's own count, so books that come twice or in any order end at the same prices.
 */
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import type { PriceBook } from '../edge/core/catalogue/catalogue.ts';
import { checkPriceBook } from '../edge/core/catalogue/price-book.ts';
import type { Clock, Outcome, Random, Refusal } from '../edge/core/ports.ts';
import { isSaidNo, refuse, sentence } from './errors.ts';
import { retryDelayMs, takeTurns } from './turns.ts';
import {
  BOOK_SHA256_HEADER,
  type HeadOfficeResponse,
  MAX_BOOK_BYTES,
  parseJson,
  priceBookPath,
  readRefusal,
  type Send,
  type SyncLog,
} from './wire.ts';

export interface DownlinkParts {
  storeId: string;
  token: string;
  /** Version in use; 0 for none. */
  version(): number;
  /** Stores and uses a checked book; `sha256` is of the text it came as. May throw. */
  activate(book: PriceBook, sha256: string): void;
  send: Send;
  clock: Clock;
  random: Random;
  log: SyncLog;
  /** Pause between two questions that were answered; 5000 where left out. */
  everyMs?: number;
  onChange?(): void;
  /** Head office has answered. */
  onHeard?(): void;
}

export interface DownlinkStatus {
  link: 'up' | 'down';
  lastSuccessWallMs?: number;
  nextTryWallMs?: number;
  /** Why head office cannot be heard, or why its newest book is not in use. */
  lastError?: string;
  /** Head office answers, and says no, or sends what no store can use. */
  refused?: Refusal;
}

export interface Downlink {
  status(): DownlinkStatus;
  /** Ask now. */
  nudge(): void;
  close(): Promise<void>;
}

const REQUEST_TIMEOUT_MS = 30_000;

/** What one question came to: nothing newer, a book in use, or why not. */
interface Asked {
  /** Whether head office answered at all. */
  heard: boolean;
  activated?: PriceBook;
  refusal?: Refusal;
}

/** Asks at once, then every `everyMs` while it is answered. */
export function createDownlink(parts: DownlinkParts): Downlink {
  const { clock, random, log, everyMs = 5_000 } = parts;
  let failures = 0;
  let lastSuccessWallMs: number | undefined;
  let lastError: Refusal | undefined;

  const turns = takeTurns(clock, async () => {
    const { heard, activated, refusal } = await ask(parts);
    const news = refusal?.code !== lastError?.code;
    if (heard) lastSuccessWallMs = clock.wallMs();
    if (refusal && news) log.warn({ code: refusal.code }, sentence(refusal));
    if (activated)
      log.info(
        { version: activated.version },
        `价格表第 ${activated.version} 版已启用 / Price book ${activated.version} in use`,
      );
    failures = heard ? 0 : failures + 1;
    lastError = refusal;
    return {
      pauseMs: heard ? everyMs : retryDelayMs(failures, random),
      announce() {
        if (heard) parts.onHeard?.();
        if (activated || news) parts.onChange?.();
      },
    };
  });

  turns.now();
  return {
    nudge: turns.now,
    status() {
      const nextTryWallMs = turns.pausedUntilWallMs();
      return {
        link: failures === 0 && lastSuccessWallMs !== undefined ? 'up' : 'down',
        ...(lastSuccessWallMs !== undefined && { lastSuccessWallMs }),
        ...(nextTryWallMs !== undefined && failures > 0 && { nextTryWallMs }),
        ...(lastError && { lastError: sentence(lastError) }),
        ...(isSaidNo(lastError) && { refused: lastError }),
      };
    },
    close: turns.close,
  };
}

async function ask(parts: DownlinkParts): Promise<Asked> {
  const response = await parts
    .send({
      method: 'GET',
      path: `${priceBookPath(parts.storeId)}?after=${parts.version()}`,
      headers: { authorization: `Bearer ${parts.token}` },
      timeoutMs: REQUEST_TIMEOUT_MS,
    })
    .catch((error: unknown) => String(error instanceof Error ? error.message : error));
  if (typeof response === 'string') {
    return { heard: false, ...refuse('HEAD_OFFICE_UNREACHABLE', { reason: response }) };
  }
  if (response.status === 204) return { heard: true };
  if (response.status !== 200) return { heard: false, refusal: readRefusal(response) };
  const received = readPriceBook(response, parts.storeId, parts.version());
  if (!received.ok) return { heard: true, refusal: received.refusal };
  const { book, sha256 } = received.value;
  try {
    parts.activate(book, sha256);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { heard: true, ...refuse('BOOK_NOT_ACTIVATED', { reason }) };
  }
  return { heard: true, activated: book };
}

/** Every check a book must pass before a price of it is used: digest, form, store, version. */
export function readPriceBook(
  { headers, body }: HeadOfficeResponse,
  storeId: string,
  after: number,
): Outcome<{ book: PriceBook; sha256: string }> {
  const text = headers['content-encoding'] === 'gzip' ? inflated(body) : body;
  const sha256 = text && createHash('sha256').update(text).digest('hex');
  if (!text || !sha256 || sha256 !== headers[BOOK_SHA256_HEADER]) return refuse('BOOK_DAMAGED');
  const parsed = parseJson(text);
  if (parsed === undefined) return refuse('BOOK_UNREADABLE');
  const checked = checkPriceBook(parsed);
  if (!checked.ok) return checked;
  const book = checked.value;
  if (book.storeId !== storeId) return refuse('BOOK_OF_ANOTHER_STORE', { store: book.storeId });
  if (book.version <= after) return refuse('BOOK_NOT_NEWER', { version: book.version, after });
  return { ok: true, value: { book, sha256 } };
}

function inflated(body: Uint8Array): Uint8Array | undefined {
  try {
    return gunzipSync(body, { maxOutputLength: MAX_BOOK_BYTES });
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}
