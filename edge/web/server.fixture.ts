/** A stand-in edge: the built pages under the strictest policy, and whatever view it is told. */
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { OVERVIEW, RECEIPT } from './status.fixture.ts';
import { ITEMS } from './weigh-views.fixture.ts';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.webp': 'image/webp',
  '.mp3': 'audio/mpeg',
};

/** Somebody who may do everything is signed in. */
const OPERATOR = {
  state: 'in',
  person: { id: 'li', name: '李梅', role: 'operator' },
  permissions: ['view', 'assist', 'goods', 'money', 'devices', 'audit', 'settings', 'access'],
  csrf: 'csrf',
};

/** Nothing to tell: asked for by every room of the operator. */
const NO_ALERTS = {
  ...{ rules: [], mutes: [], open: [], history: [], deliveries: [], codes: [] },
  channels: {
    webhook: { on: false, url: '', hasSecret: false },
    mqtt: { on: true, available: false, topic: '' },
  },
};

export interface Posted {
  path: string;
  key: string;
  command: Record<string, unknown>;
  /** Where it was no POST. */
  method?: string;
}

export interface FixtureServer {
  origin: string;
  /** Commands received, in order. */
  posted: Posted[];
  /**
   * What a GET of this path (with its query) is answered with, besides what the pages always ask;
   * bytes are a JPEG.
   */
  seen: Map<string, unknown>;
  /** What the next commands are answered with. */
  answer: { status: number; body: unknown };
  /** Sends one whole view to every open stream, and to those opened later. */
  show(view: object): void;
  /** Sends a patch to every open stream. */
  patch(changes: object): void;
  /** Cuts every stream and refuses new ones until `show`. */
  cut(): void;
  close(): Promise<void>;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function sendFile(response: ServerResponse, file: string): void {
  if (!existsSync(file)) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, {
    'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
    'content-security-policy': "default-src 'self'; img-src 'self' data:",
  });
  response.end(readFileSync(file));
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** Serves `built` (the folder `build` filled) and pictures from `pictures`, on a free port. */
export async function serveFixture(built: string, pictures: string): Promise<FixtureServer> {
  const streams = new Set<ServerResponse>();
  let current: object | undefined;
  let eventId = 0;
  const event = (kind: string, body: object) => {
    eventId += 1;
    return `id: ${eventId}\nevent: ${kind}\ndata: ${JSON.stringify(body)}\n\n`;
  };
  const openStream = (response: ServerResponse) => {
    if (!current) return sendJson(response, 503, {});
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(event('snapshot', current));
    streams.add(response);
    response.on('close', () => streams.delete(response));
  };
  const posted: Posted[] = [];
  const seen = new Map<string, unknown>();
  const fixture = { posted, seen, answer: { status: 200, body: { ok: true } as unknown } };
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (request.method !== 'GET') {
      const command = JSON.parse((await readBody(request)) || '{}');
      const key = String(request.headers['idempotency-key']);
      const method = request.method === 'POST' ? {} : { method: String(request.method) };
      posted.push({ path: url.pathname, key, command, ...method });
      return sendJson(response, fixture.answer.status, fixture.answer.body);
    }
    if (url.pathname.endsWith('/stream')) return openStream(response);
    if (url.pathname === '/api/items') {
      const query = url.searchParams.get('q') ?? '';
      const pieces = url.searchParams.get('sold') === 'piece';
      const found = ITEMS.filter(
        (item) =>
          (query === '' || item.sku.startsWith(query.slice(0, 1))) &&
          (!pieces || item.priceBasis === 'each'),
      );
      const listed = ['fruit', 'vegetable', 'nut', '熟食区/Deli'];
      const categories = query === '' && !pieces ? { categories: listed } : {};
      return sendJson(response, 200, { items: found, ...categories });
    }
    const told = seen.get(url.pathname + url.search);
    if (told instanceof Uint8Array)
      return void response.writeHead(200, { 'content-type': 'image/jpeg' }).end(told);
    if (told) return sendJson(response, 200, told);
    if (url.pathname === '/api/overview') return sendJson(response, 200, OVERVIEW);
    if (url.pathname === '/api/alerts') return sendJson(response, 200, NO_ALERTS);
    if (url.pathname === '/api/session') return sendJson(response, 200, OPERATOR);
    if (url.pathname === '/api/receipts/5f1c0a7e9b') return sendJson(response, 200, RECEIPT);
    const path = normalize(decodeURIComponent(url.pathname));
    if (path.startsWith('/pictures/')) return sendFile(response, join(pictures, path.slice(10)));
    return sendFile(response, join(built, path, path.endsWith('/') ? 'index.html' : ''));
  };
  const server: Server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => sendJson(response, 500, String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const broadcast = (kind: string, body: object) => {
    const bytes = event(kind, body);
    for (const stream of streams) stream.write(bytes);
  };
  const end = () => {
    for (const stream of streams) stream.destroy();
    streams.clear();
  };
  return Object.assign(fixture, {
    origin: `http://127.0.0.1:${port}`,
    show(view: object) {
      current = view;
      broadcast('snapshot', view);
    },
    patch: (changes: object) => broadcast('patch', changes),
    cut() {
      current = undefined;
      end();
    },
    async close() {
      end();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}
