/**
 * What a store and head office say to each other, byte for byte. HTTP/1.1, one store one token
 * (`Authorization: Bearer …`).
 *
 *   POST /v1/stores/:storeId/events        content-encoding: gzip, application/x-ndjson
 *     {"hash":"<64 hex>","record":<record exactly as stored>}\n      ascending seq, one epoch on
 *     → 200 {"acked":n,"epoch":e,"quarantined":[seq…]}               committed before it is said
 *     → 4xx/5xx {"code","message":{zh,en},"next":{zh,en},"detail"?}  nothing of it was stored
 *   GET /v1/stores/:storeId/price-book?after=V
 *     → 204, or 200 with the newer book as gzip and `yike-sha256` of its text
 *   POST /v1/stores/:storeId/price-book    operator's token; the book as JSON → 201
 *   GET /v1/stores/:storeId                what head office holds of this store
 *
 * A record is never parsed and written again on its way: a line is glued together from stored
 * text and cut apart by position, so the bytes that were hashed are the bytes that arrive.
 * `acked` is the highest seq up to which every event is durable there, and `epoch` its epoch.
 */
import type { StoredEvent } from '../edge/core/events.ts';
import type { Outcome, Refusal } from '../edge/core/ports.ts';
import { refuse } from './errors.ts';

export interface HeadOfficeRequest {
  method: 'GET' | 'POST';
  /** Path and query relative to head office's base address. */
  path: string;
  headers?: Record<string, string>;
  body?: Uint8Array;
  timeoutMs: number;
}

export interface HeadOfficeResponse {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: Uint8Array;
}

/** Carries one request; rejects where no answer came within `timeoutMs`. Never retries. */
export type Send = (request: HeadOfficeRequest) => Promise<HeadOfficeResponse>;

/** What sync writes to the controller's log; a pino logger fits. */
export interface SyncLog {
  info(facts: object, words: string): void;
  warn(facts: object, words: string): void;
}

export interface EventsAnswer {
  acked: number;
  epoch: number;
  /** Events of this batch that are stored but were not understood. */
  quarantined: number[];
}

/** Most plain bytes of one request; head office takes twice that. */
export const MAX_BATCH_BYTES = 8 * 1024 * 1024;
export const MAX_BODY_BYTES = 16 * 1024 * 1024;
export const MAX_BOOK_BYTES = 64 * 1024 * 1024;
export const BOOK_SHA256_HEADER = 'yike-sha256';

export const storePath = (storeId: string): string => `/v1/stores/${encodeURIComponent(storeId)}`;
export const eventsPath = (storeId: string): string => `${storePath(storeId)}/events`;
export const priceBookPath = (storeId: string): string => `${storePath(storeId)}/price-book`;

const BEFORE_HASH = '{"hash":"';
const BEFORE_RECORD = '","record":';
const RECORD_AT = BEFORE_HASH.length + 64 + BEFORE_RECORD.length;

/** One line per event, as many whole events as fit `MAX_BATCH_BYTES`, and at least one. */
export function encodeEvents(events: readonly StoredEvent[]): { text: string; count: number } {
  const lines: string[] = [];
  let bytes = 0;
  for (const { hash, record } of events) {
    bytes += RECORD_AT + Buffer.byteLength(record) + 2;
    if (lines.length > 0 && bytes > MAX_BATCH_BYTES) break;
    lines.push(`${BEFORE_HASH}${hash}${BEFORE_RECORD}${record}}\n`);
  }
  return { text: lines.join(''), count: lines.length };
}

/** What a record says of itself before its body, read by position: the body may be anything. */
export interface Envelope {
  seq: number;
  epoch: number;
  store: string;
  wallMs: number;
  tx: string;
  source: string;
  prev: string;
  version: number;
  type: string;
}

const NUMBER = String.raw`(\d{1,15})`;
const WORD = String.raw`"([^"\\]{0,200})"`;
/** Key order of `RecordedEvent`, which every ledger keeps. */
const ENVELOPE = new RegExp(
  String.raw`^\{"seq":${NUMBER},"epoch":${NUMBER},"store":${WORD},"boot":"[^"\\]*",` +
    String.raw`"monoMs":[-\d.e+]+,"wallMs":(-?\d{1,15})(?:\.\d+)?,"clock":"[a-z]+","tx":${WORD},` +
    `"source":${WORD},"prev":"([0-9a-f]{64})","v":${NUMBER},"type":${WORD},"body":`,
);

export function envelopeOf(record: string): Envelope | undefined {
  const found = ENVELOPE.exec(record);
  if (!found) return undefined;
  const [, seq, epoch, store = '', wallMs, tx = '', source = '', prev = '', v, type = ''] = found;
  return {
    seq: Number(seq),
    epoch: Number(epoch),
    store,
    wallMs: Number(wallMs),
    tx,
    source,
    prev,
    version: Number(v),
    type,
  };
}

export interface ReceivedEvent extends Envelope {
  hash: string;
  record: string;
}

/** Cuts a batch into its events by position; refused with BAD_LINE at its first bad line. */
export function decodeEvents(text: string): Outcome<ReceivedEvent[]> {
  const lines = text.split('\n');
  if (lines.pop() !== '') return refuse('BAD_LINE', { line: lines.length + 1 });
  const events: ReceivedEvent[] = [];
  for (const [at, line] of lines.entries()) {
    const hash = line.slice(BEFORE_HASH.length, BEFORE_HASH.length + 64);
    const framed =
      line.startsWith(BEFORE_HASH) &&
      line.startsWith(BEFORE_RECORD, BEFORE_HASH.length + 64) &&
      line.endsWith('}') &&
      /^[0-9a-f]{64}$/.test(hash);
    const record = line.slice(RECORD_AT, -1);
    const envelope = framed && !record.includes('\0') ? envelopeOf(record) : undefined;
    if (!envelope) return refuse('BAD_LINE', { line: at + 1 });
    events.push({ ...envelope, hash, record });
  }
  return { ok: true, value: events };
}

const isText = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  'zh' in value &&
  'en' in value &&
  typeof value.zh === 'string' &&
  typeof value.en === 'string';

const isRefusal = (value: unknown): value is Refusal =>
  typeof value === 'object' &&
  value !== null &&
  'code' in value &&
  typeof value.code === 'string' &&
  'message' in value &&
  isText(value.message) &&
  'next' in value &&
  isText(value.next);

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;

const isEventsAnswer = (value: unknown): value is EventsAnswer =>
  typeof value === 'object' &&
  value !== null &&
  'acked' in value &&
  isCount(value.acked) &&
  'epoch' in value &&
  isCount(value.epoch) &&
  'quarantined' in value &&
  Array.isArray(value.quarantined) &&
  value.quarantined.every(isCount);

/** A body as JSON, or undefined: what came back may be any page of any server. */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The refusal in an answer that is not 2xx, or ANSWER_UNREADABLE. */
export function readRefusal({ status, body }: HeadOfficeResponse): Refusal {
  const parsed = parseJson(body);
  return isRefusal(parsed) ? parsed : refuse('ANSWER_UNREADABLE', { status }).refusal;
}

/** The answer to a batch of events. */
export function readEventsAnswer(response: HeadOfficeResponse): Outcome<EventsAnswer> {
  if (response.status !== 200) return { ok: false, refusal: readRefusal(response) };
  const parsed = parseJson(response.body);
  if (!isEventsAnswer(parsed)) return refuse('ANSWER_UNREADABLE', { status: response.status });
  return { ok: true, value: parsed };
}
