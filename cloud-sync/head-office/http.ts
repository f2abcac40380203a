/** Head office's doors: stores with their tokens, the operator with theirs, people with a page. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Clock, Outcome, Refusal } from '../../edge/core/ports.ts';
import { refusalOf, refuse, SYNC_REFUSALS } from '../errors.ts';
import {
  BOOK_SHA256_HEADER,
  encodeEvents,
  MAX_BODY_BYTES,
  MAX_BOOK_BYTES,
  type SyncLog,
} from '../wire.ts';
import { newerBook, publishBook } from './books.ts';
import { type Database, isDatabaseDown } from './database.ts';
import { ingest } from './ingest.ts';
import { openOrders } from './orders.ts';
import { page } from './page.ts';
import { newestEvents, storedEvents, storeStates } from './state.ts';

export interface DoorsOptions {
  database: Database;
  /** Store id → token. */
  tokens: Record<string, string>;
  /** Whoever publishes prices; left out, nobody does over HTTP. */
  operatorToken?: string;
  clock: Clock;
  timeZone: string;
  log: SyncLog;
}

const inflate = promisify(gunzip);
const deflate = promisify(gzip);

/** Carries a refusal out of a handler to the one place that writes it. */
class Refused extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.code);
    this.refusal = refusal;
  }
}

function must<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Refused(outcome.refusal);
  return outcome.value;
}

export function createDoors(options: DoorsOptions): FastifyInstance {
  const app = Fastify({
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false } },
    bodyLimit: MAX_BODY_BYTES,
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    ['application/x-ndjson', 'application/json'],
    { parseAs: 'buffer' },
    (_request, body, done) => done(null, body),
  );
  app.setErrorHandler((error, _request, reply) => answerError(error, reply, options.log));
  app.setNotFoundHandler((_request, reply) => refuseWith(reply, refusalOf('NOT_FOUND')));
  storeDoors(app, options);
  peopleDoors(app, options);
  fontDoor(app);
  return app;
}

interface StoreRoute {
  Params: { storeId: string };
  Querystring: { after?: string; limit?: string };
}

function storeDoors(app: FastifyInstance, options: DoorsOptions): void {
  const { database, clock, tokens, operatorToken } = options;
  const check = (request: FastifyRequest<StoreRoute>, ...allowed: (string | undefined)[]) => {
    const given = request.headers.authorization ?? '';
    const known = allowed.filter((token) => token !== undefined);
    if (!known.some((token) => sameSecret(given, `Bearer ${token}`))) {
      throw new Refused(refusalOf('TOKEN_REFUSED'));
    }
    return request.params.storeId;
  };
  const tokenOf = ({ params: { storeId } }: FastifyRequest<StoreRoute>) =>
    Object.hasOwn(tokens, storeId) ? tokens[storeId] : undefined;

  app.post<StoreRoute>('/v1/stores/:storeId/events', {
    // Before the body is read: a stranger's megabytes are never taken in.
    onRequest: async (request) => void check(request, tokenOf(request)),
    handler: async (request) => {
      const text = await inflatedText(request);
      return must(await ingest(database, request.params.storeId, text, clock.wallMs()));
    },
  });

  app.get<StoreRoute>('/v1/stores/:storeId/events', async (request, reply) => {
    const storeId = check(request, tokenOf(request), operatorToken);
    const limit = Math.min(count(request.query.limit, 1000), 1000);
    const events = await storedEvents(database, storeId, count(request.query.after, 0), limit);
    return reply.type('application/x-ndjson').send(encodeEvents(events).text);
  });

  app.get<StoreRoute>('/v1/stores/:storeId/price-book', async (request, reply) => {
    const storeId = check(request, tokenOf(request));
    const newer = await newerBook(database, storeId, count(request.query.after, 0));
    if (!newer) return reply.code(204).send();
    reply.header(BOOK_SHA256_HEADER, newer.sha256).header('content-encoding', 'gzip');
    return reply.type('application/json').send(await deflate(newer.book));
  });

  app.post<StoreRoute>('/v1/stores/:storeId/price-book', {
    bodyLimit: MAX_BOOK_BYTES,
    onRequest: async (request) => void check(request, operatorToken),
    handler: async (request, reply) => {
      const text = bodyOf(request);
      const { storeId } = request.params;
      const published = must(await publishBook(database, storeId, text, clock.wallMs()));
      return reply.code(201).send(published);
    },
  });

  app.get<StoreRoute>('/v1/stores/:storeId/orders', async (request) => {
    const storeId = check(request, tokenOf(request), operatorToken);
    return { orders: await openOrders(database, storeId) };
  });

  app.get<StoreRoute>('/v1/stores/:storeId', async (request) => {
    const storeId = check(request, tokenOf(request), operatorToken);
    const [state] = await storeStates(database, now(options), storeId);
    return state ?? must(refuse('NOT_FOUND'));
  });
}

function peopleDoors(app: FastifyInstance, options: DoorsOptions): void {
  const { database, timeZone } = options;
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  app.get('/healthz', async () => {
    await database.query('SELECT 1');
    return { ok: true };
  });
  app.get('/', async (_request, reply) => {
    const at = now(options);
    const states = await storeStates(database, at);
    const newest = await newestEvents(database, 20);
    const localTime = (wallMs: number) => format.format(wallMs);
    reply.header('content-security-policy', POLICY);
    return reply
      .type('text/html; charset=utf-8')
      .send(page({ states, newest, localTime, nowWallMs: at.wallMs }));
  });
}

const POLICY = "default-src 'none'; style-src 'self' 'unsafe-inline'; font-src 'self'";

/** The fonts that the build put beside the store's pages: Chinese reads the same on any machine. */
const DIST = join(
  import.meta.dirname,
  import.meta.filename.endsWith('.ts') ? '../../dist' : '../..',
);
const FONTS = join(DIST, 'edge/web/receipt/fonts');
const FONT_TYPES: Record<string, string> = { css: 'text/css', woff2: 'font/woff2' };

function fontDoor(app: FastifyInstance): void {
  app.get<{ Params: { file: string } }>('/fonts/:file', async ({ params: { file } }, reply) => {
    const [, extension = ''] = /^[\w[\]-]+\.(css|woff2)$/.exec(file) ?? [];
    const type = FONT_TYPES[extension];
    if (!type || !existsSync(join(FONTS, file))) throw new Refused(refusalOf('NOT_FOUND'));
    reply.header('cache-control', 'public, max-age=86400');
    return reply.type(type).send(await readFile(join(FONTS, file)));
  });
}

const now = ({ clock, timeZone }: DoorsOptions) => ({ wallMs: clock.wallMs(), timeZone });

/** Digests have one length, so the time it takes tells nothing of the token. */
function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

function count(given: string | undefined, otherwise: number): number {
  if (given === undefined) return otherwise;
  if (!/^\d{1,15}$/.test(given)) throw new Refused(refusalOf('BAD_REQUEST', { given }));
  return Number(given);
}

function bodyOf({ body }: FastifyRequest<StoreRoute>): Buffer {
  if (!Buffer.isBuffer(body)) throw new Refused(refusalOf('BAD_REQUEST', { body: 'none' }));
  return body;
}

/** The body's text; what unpacks to more than the cap is never unpacked further than that. */
async function inflatedText(request: FastifyRequest<StoreRoute>): Promise<string> {
  const encoding = request.headers['content-encoding'];
  if (encoding !== 'gzip') throw new Refused(refusalOf('BODY_NOT_GZIP'));
  const plain = await inflate(bodyOf(request), { maxOutputLength: MAX_BODY_BYTES }).catch(
    (error: NodeJS.ErrnoException) => {
      const tooLarge = error.code === 'ERR_BUFFER_TOO_LARGE';
      throw new Refused(refusalOf(tooLarge ? 'BODY_TOO_LARGE' : 'BODY_NOT_GZIP'));
    },
  );
  return plain.toString('utf8');
}

function refuseWith(reply: FastifyReply, refusal: Refusal): FastifyReply {
  const found = Object.entries(SYNC_REFUSALS).find(([code]) => code === refusal.code);
  return reply.code(found?.[1].status || 422).send(refusal);
}

/** Fastify's own words for a request it would not take. */
const FASTIFY_CODES: Record<string, Parameters<typeof refusalOf>[0]> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'BODY_TOO_LARGE',
};

function answerError(error: unknown, reply: FastifyReply, log: SyncLog): FastifyReply {
  if (error instanceof Refused) return refuseWith(reply, error.refusal);
  const facts = error instanceof Error ? { error: error.message, stack: error.stack } : { error };
  if (isDatabaseDown(error)) {
    log.warn(facts, 'Database not available');
    return refuseWith(reply, refusalOf('DATABASE_DOWN'));
  }
  const { code = '', statusCode = 500 } = error as { code?: string; statusCode?: number };
  if (statusCode < 500) {
    return refuseWith(reply, refusalOf(FASTIFY_CODES[code] ?? 'BAD_REQUEST', { reason: code }));
  }
  log.warn(facts, 'A request failed');
  return reply.code(500).send({ error: 'internal' });
}
