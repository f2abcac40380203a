/**
 * Fastify as this store needs it: nothing coerced, nothing dropped, every number bounded by its
 * schema, slow and hostile clients cut, strange hosts refused, one shape for every error.
 */
import { createServer as createTlsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyServerFactory,
  type RouteOptions,
} from 'fastify';
import type { Clock, Text } from '../core/ports.ts';
import { budgets, giveWay } from './crowd.ts';
import { compileSchema } from './validation.ts';

export type Audience = 'shopper' | 'operator' | 'box';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who a route is for; every route declares it. */
    audience?: Audience;
    /** One line for the API description. */
    summary?: string;
  }
}

interface HttpError {
  status: number;
  message: Text;
  next: Text;
}

export const HTTP_ERRORS = {
  NOT_FOUND: {
    status: 404,
    message: { zh: '没有这个页面', en: 'There is no such page' },
    next: { zh: '请回到首页', en: 'Go back to the first page' },
  },
  BAD_REQUEST: {
    status: 400,
    message: { zh: '请求的内容不对', en: 'The request is not understood' },
    next: { zh: '请按 /api/openapi.json 的说明发送', en: 'Send it as /api/openapi.json describes' },
  },
  WRONG_HOST: {
    status: 421,
    message: { zh: '不接受用这个域名访问', en: 'This host name is not served here' },
    next: { zh: '请用本机的地址访问', en: 'Use this box’s own address' },
  },
  KEY_MISSING: {
    status: 400,
    message: { zh: '缺少 Idempotency-Key', en: 'The Idempotency-Key header is missing' },
    next: { zh: '每个操作带一个新的编号', en: 'Send a fresh key with every command' },
  },
  TOO_MANY: {
    status: 429,
    message: { zh: '请求太密集', en: 'Too many requests at once' },
    next: { zh: '稍等几秒再试', en: 'Wait a few seconds and try again' },
  },
  TOO_SLOW: {
    status: 408,
    message: { zh: '请求没有按时发完', en: 'The request was not finished in time' },
    next: { zh: '请再试一次', en: 'Try again' },
  },
  INTERNAL: {
    status: 500,
    message: { zh: '机器内部出错，已记录', en: 'Something went wrong here and was logged' },
    next: { zh: '请再试一次；仍不行请呼叫店员', en: 'Try again; if it stays, call staff' },
  },
} satisfies Record<string, HttpError>;

export type HttpErrorCode = keyof typeof HTTP_ERRORS;

export function errorBody(code: HttpErrorCode, detail?: string) {
  const { message, next } = HTTP_ERRORS[code];
  return { error: { code, message, next, ...(detail && { detail }) } };
}

export interface HttpOptions {
  log: { error(fields: object, message: string): void };
  /** Measures the budget of every address; left out, nobody is held to one. */
  clock?: Pick<Clock, 'monoMs'>;
  /** Host names besides IP addresses and localhost that may be used (DNS rebinding guard). */
  hosts?: string[];
  /** CSP `frame-ancestors`: who may show these pages inside their own. */
  frames?: string;
  /** PEM texts; the server speaks TLS 1.2 and newer where given. */
  tls?: { cert: string; key: string };
}

const IP_HOST = /^(\[[0-9a-f:]+\]|\d{1,3}(\.\d{1,3}){3}|localhost)(:\d+)?$/i;

function isOwnHost(host: string, hosts: string[]): boolean {
  return IP_HOST.test(host) || hosts.includes(host.replace(/:\d+$/, ''));
}

const LOOPBACK_FRAMES = "'self' http://127.0.0.1:* http://localhost:*";

const securityHeaders = (frames: string) => ({
  'content-security-policy': `default-src 'self'; img-src 'self' data:; style-src 'self'; frame-ancestors ${frames}; base-uri 'none'; form-action 'none'`,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
});

const LIMITS = { headersTimeout: 5_000, connectionsCheckingInterval: 1_000 };

/** The same limits whether in the clear or over TLS. */
const serverFactory =
  (tls: NonNullable<HttpOptions['tls']>): FastifyServerFactory =>
  (handler) =>
    createTlsServer(
      {
        ...tls,
        ...LIMITS,
        minVersion: 'TLSv1.2',
        handshakeTimeout: 5_000,
        requestTimeout: 10_000,
        keepAliveTimeout: 30_000,
      },
      handler,
    );

/** A bare server with the guards on; plugins add the routes of their audience. */
export function createServer(options: HttpOptions): FastifyInstance {
  const { log, tls } = options;
  const server = Fastify({
    ...(tls ? { serverFactory: serverFactory(tls) } : { http: LIMITS }),
    logger: false,
    bodyLimit: 64 * 1024,
    requestTimeout: 10_000,
    connectionTimeout: 0,
    keepAliveTimeout: 30_000,
    forceCloseConnections: true,
    // Given here, so that nothing is loaded for schemas that this server checks by itself.
    schemaController: {
      compilersFactory: {
        // Its type is that of the library that is not loaded.
        buildValidator: (() => compileSchema) as never,
        buildSerializer: () => () => JSON.stringify,
      },
    },
    clientErrorHandler: (error, socket) => refuseRaw(error.code, socket),
  });
  giveWay(server.server, tls !== undefined);
  guard(server, options);
  server.setNotFoundHandler((_request, reply) => reply.code(404).send(errorBody('NOT_FOUND')));
  server.setErrorHandler((error: FastifyError, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status < 500) return reply.code(status).send(errorBody('BAD_REQUEST', error.message));
    log.error({ error: error.message, stack: error.stack, url: request.url }, 'request failed');
    return reply.code(500).send(errorBody('INTERNAL'));
  });
  describeRoutes(server);
  return server;
}

/** Before anything else: its budget, its host, and what a browser may do with the answer. */
function guard(server: FastifyInstance, options: HttpOptions): void {
  const { hosts = [], frames = LOOPBACK_FRAMES, clock } = options;
  const headers = securityHeaders(frames);
  const waitOf = clock ? budgets(clock) : () => 0;
  server.addHook('onRequest', (request, reply, done) => {
    const { method, headers: asked } = request.raw;
    const address = request.raw.socket.remoteAddress;
    const seconds = address ? waitOf(address, method !== 'GET' && method !== 'HEAD') : 0;
    if (seconds > 0)
      return reply.code(429).header('retry-after', seconds).send(errorBody('TOO_MANY'));
    if (!isOwnHost(asked.host ?? '', hosts)) return reply.code(421).send(errorBody('WRONG_HOST'));
    reply.headers(headers);
    done();
  });
}

/** What is no HTTP, or never ends, is answered in the same words and cut. */
function refuseRaw(code: string | undefined, socket: Duplex): void {
  if (socket.destroyed || !socket.writable) return;
  const slow = code === 'ERR_HTTP_REQUEST_TIMEOUT';
  const large = code === 'HPE_HEADER_OVERFLOW';
  const [status, name] = slow
    ? (['408 Request Timeout', 'TOO_SLOW'] as const)
    : ([large ? '431 Request Header Fields Too Large' : '400 Bad Request', 'BAD_REQUEST'] as const);
  const body = JSON.stringify(errorBody(name));
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json; charset=utf-8\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    () => socket.destroy(),
  );
}

/** GET /api/openapi.json: every route with its audience. A route without one fails at start. */
function describeRoutes(server: FastifyInstance): void {
  const routes: RouteOptions[] = [];
  // Kept as objects: a plugin's own hook may declare the audience after this one has run.
  server.addHook('onRoute', (route) => {
    routes.push(route);
  });
  server.addHook('onReady', async () => {
    const mute = routes.find((route) => !route.config?.audience);
    if (mute) throw new Error(`route ${mute.url} declares no audience`);
  });
  const config = { audience: 'shopper' as const, summary: 'This description' };
  server.get('/api/openapi.json', { config }, () => openApi(routes));
}

function openApi(routes: RouteOptions[]) {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const { method, url, config, schema } of routes) {
    const path = url.replaceAll(/:(\w+)/g, '{$1}');
    for (const each of [method].flat().filter((verb) => verb !== 'HEAD' && verb !== 'OPTIONS')) {
      paths[path] ??= {};
      paths[path][each.toLowerCase()] = {
        summary: config?.summary ?? '',
        'x-audience': config?.audience,
        ...(schema?.body !== undefined && {
          requestBody: { content: { 'application/json': { schema: schema.body } } },
        }),
        parameters: [
          ...parametersOf('path', schema?.params),
          ...parametersOf('query', schema?.querystring),
        ],
        responses: { 200: { description: 'OK' } },
      };
    }
  }
  return { openapi: '3.1.0', info: { title: 'Yike', version: '1' }, paths };
}

function parametersOf(place: 'path' | 'query', schema: unknown) {
  const properties = (schema as { properties?: Record<string, unknown> } | undefined)?.properties;
  return Object.entries(properties ?? {}).map(([name, each]) => ({
    name,
    in: place,
    required: place === 'path',
    schema: each,
  }));
}
