/**
 * Fastify as this store needs it: nothing coerced, nothing dropped, every number bounded by its
 * schema, slow and hostile clients cut, strange hosts refused, one shape for every error.
 */
import Fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type RouteOptions,
} from 'fastify';
import { bareServer, refuseRaw, type Tls } from './bare-server.ts';
import { budgets } from './crowd.ts';
import { errorBody, HTTP_ERRORS, type HttpErrorCode } from './http-errors.ts';
import { logRequests, type Noted, type RequestLogOptions } from './request-log.ts';
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

export interface HttpOptions {
  log: { error(fields: object, message: string): void } & Partial<RequestLogOptions['log']>;
  /** Measures the budget of every address and each request; left out, nothing is measured. */
  clock?: RequestLogOptions['clock'];
  /** Host names besides IP addresses and localhost that may be used (DNS rebinding guard). */
  hosts?: string[];
  /** CSP `frame-ancestors`: who may show these pages inside their own. */
  frames?: string;
  /** The server speaks TLS 1.2 and newer where given. */
  tls?: Tls;
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

/** A bare server with the guards on; plugins add the routes of their audience. */
export function createServer(options: HttpOptions): FastifyInstance {
  const { log, tls } = options;
  const server = Fastify({
    serverFactory: (handler) => bareServer(handler, tls),
    logger: false,
    bodyLimit: 64 * 1024,
    forceCloseConnections: true,
    // Given here, so that nothing is loaded for schemas that this server checks by itself.
    schemaController: {
      compilersFactory: {
        // Its type is that of the library that is not loaded.
        buildValidator: (() => compileSchema) as never,
        buildSerializer: () => () => JSON.stringify,
      },
    },
    clientErrorHandler: refuseRaw,
  });
  const { info } = log;
  const noted =
    info && options.clock
      ? logRequests(server, { log: { info: info.bind(log) }, clock: options.clock })
      : undefined;
  guard(server, options, noted);
  server.setNotFoundHandler((request, reply) => {
    reply.code(404);
    noted?.(request, reply);
    return reply.send(errorBody('NOT_FOUND'));
  });
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
function guard(server: FastifyInstance, options: HttpOptions, noted?: Noted): void {
  const { hosts = [], frames = LOOPBACK_FRAMES, clock } = options;
  const headers = securityHeaders(frames);
  const waitOf = budgets();
  let lastHost: string | undefined;
  const refuse = (request: FastifyRequest, reply: FastifyReply, code: HttpErrorCode) => {
    reply.code(HTTP_ERRORS[code].status);
    if (request.is404) noted?.(request, reply);
    return reply.send(errorBody(code));
  };
  server.decorateRequest('askedMonoMs', 0);
  server.addHook('onRequest', (request, reply, done) => {
    const { method, headers: asked } = request.raw;
    const address = request.raw.socket.remoteAddress;
    const nowMs = clock?.monoMs() ?? 0;
    request.askedMonoMs = nowMs;
    const isChange = method !== 'GET' && method !== 'HEAD';
    const seconds = clock && address ? waitOf(address, isChange, nowMs) : 0;
    if (seconds > 0) {
      reply.header('retry-after', seconds);
      return refuse(request, reply, 'TOO_MANY');
    }
    // Every screen asks by the same name again and again.
    if (asked.host !== lastHost || lastHost === undefined) {
      if (!isOwnHost(asked.host ?? '', hosts)) return refuse(request, reply, 'WRONG_HOST');
      lastHost = asked.host;
    }
    reply.headers(headers);
    done();
  });
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
