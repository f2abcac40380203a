/**
 * The hands page's server, on this machine only: the world as JSON and as an event stream, one
 * route for everything a hand can do, pictures of goods and paper, and the built page itself.
 * `hands-api.ts` has the shapes.
 */
import { createReadStream, existsSync, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { SimulatorRefusal } from './errors.ts';
import { refused } from './errors.ts';
import { doAct, readAct } from './hands-acts.ts';
import type { ScreenSeen } from './hands-api.ts';
import type { HandsFloor } from './hands-snapshot.ts';
import { takeSnapshot } from './hands-snapshot.ts';
import type { Clock } from './runtime.ts';

export interface HandsOptions extends HandsFloor {
  clock: Clock;
  screens?: ScreenSeen[];
  pagesDir?: string;
}

export const HANDS_PORT = 8060;

const MAX_BODY_BYTES = 16_384;
/** At most ten snapshots a second, and as long as a plate is still moving. */
const FRAME_MS = 100;
const KEEP_ALIVE_MS = 15_000;

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.webp': 'image/webp',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.woff2': 'font/woff2',
};

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
  };
  response.writeHead(status, headers).end(JSON.stringify(body));
}

function sendRefusal(response: ServerResponse, status: number, refusal: SimulatorRefusal): void {
  sendJson(response, status, { ok: false, ...refusal });
}

function sendFile(response: ServerResponse, file: string): void {
  const type = TYPES[path.extname(file).toLowerCase()] ?? 'application/octet-stream';
  response.writeHead(200, { 'content-type': type, 'cache-control': 'max-age=60' });
  const stream = createReadStream(file);
  stream.on('error', () => response.destroy());
  stream.pipe(response);
}

/** The file under `folder` that a request means, or undefined where there is none inside it. */
function fileIn(folder: string, asked: string): string | undefined {
  const file = path.join(folder, asked === '/' ? 'index.html' : asked);
  const inside = file.startsWith(folder + path.sep);
  return inside && existsSync(file) && statSync(file).isFile() ? file : undefined;
}

/** Sends the world to everybody who watches: after every change, and while plates move. */
function createStream(floor: HandsFloor, clock: Clock, screens: () => ScreenSeen[]) {
  const watchers = new Set<ServerResponse>();
  let cancel: (() => void) | undefined;
  const isMoving = () => floor.world.plateIds.some((plateId) => floor.world.load(plateId).moving);
  const send = (text: string) => {
    for (const watcher of watchers) watcher.write(text);
  };
  const snapshot = () =>
    `event: world\ndata: ${JSON.stringify(takeSnapshot(floor, screens()))}\n\n`;
  const soon = () => {
    if (watchers.size > 0) cancel ??= clock.after(FRAME_MS, frame);
  };
  const frame = () => {
    cancel = undefined;
    // Asked before: the snapshot that follows the last movement must show the plate standing still.
    const moving = isMoving();
    send(snapshot());
    if (moving) soon();
  };
  const stopChanges = floor.world.onChange(soon);
  for (const cabinet of floor.cabinets ?? []) cabinet.onChange(soon);
  let stopPulse: () => void;
  /** Keeps browsers from giving up on a store where nothing happens. */
  const pulse = () => {
    stopPulse = clock.after(KEEP_ALIVE_MS, () => {
      send(': still here\n\n');
      pulse();
    });
  };
  pulse();
  return {
    changed: soon,
    watch(response: ServerResponse): void {
      const headers = { 'content-type': 'text/event-stream', 'cache-control': 'no-store' };
      response.writeHead(200, headers);
      response.write(snapshot());
      watchers.add(response);
      response.on('close', () => watchers.delete(response));
      if (isMoving()) soon();
    },
    close(): void {
      stopChanges();
      stopPulse();
      cancel?.();
    },
  };
}

/** The whole body as text; undefined where it is too long. */
function readBody(request: IncomingMessage): Promise<string | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_BODY_BYTES) chunks.push(chunk);
    });
    request.on('end', () =>
      resolve(size > MAX_BODY_BYTES ? undefined : String(Buffer.concat(chunks))),
    );
    request.on('error', () => resolve(undefined));
  });
}

/** One act; JSON only, so that no page of another site can act here without being asked. */
async function act(floor: HandsFloor, request: IncomingMessage, response: ServerResponse) {
  const isJson = request.headers['content-type']?.startsWith('application/json');
  const body = await readBody(request);
  const wrong = !isJson ? 'content-type' : body === undefined ? 'body' : undefined;
  const asked = wrong ? refused('BAD_REQUEST', wrong) : readAct(body ?? '');
  const acted = asked.ok ? doAct(asked.value, floor.world, floor.wallets, floor.cabinets) : asked;
  if (acted.ok) sendJson(response, 200, { ok: true, value: acted.value ?? null });
  else sendRefusal(response, 400, acted.refusal);
}

/** Paper and goods as pictures; answers whether the address was one of these. */
function sendPicture({ world }: HandsFloor, asked: string, response: ServerResponse): boolean {
  const [, n] = /^\/receipts\/(\d+)\.svg$/.exec(asked) ?? [];
  const receipt = world.receipts().find((it) => String(it.n) === n);
  if (receipt) response.writeHead(200, { 'content-type': 'image/svg+xml' }).end(receipt.svg);
  if (receipt) return true;
  const [, sku] = /^\/goods\/([^/]+)$/.exec(asked) ?? [];
  const good = world.goods.find((it) => it.sku === sku);
  if (good) sendFile(response, good.picture);
  return good !== undefined;
}

function decoded(url: string): string | undefined {
  try {
    return decodeURIComponent(new URL(url, 'http://hands').pathname);
  } catch {
    return undefined; // a broken escape: answered as a page that is not there
  }
}

/**
 * Starts the server on 127.0.0.1; port 0 takes any. Rejects where the port is taken. The page is
 * looked for in `pagesDir`, else beside the compiled simulator.
 */
export async function startHands(options: HandsOptions, port = HANDS_PORT) {
  const { clock, pagesDir = path.join(import.meta.dirname, 'pages') } = options;
  let screens = options.screens ?? [];
  const stream = createStream(options, clock, () => screens);
  const pages = path.resolve(pagesDir);
  const server = createServer((request, response) => {
    const asked = decoded(request.url ?? '/');
    const file = asked && request.method === 'GET' ? fileIn(pages, asked) : undefined;
    const route = `${request.method} ${asked}`;
    if (route === 'GET /api/world') sendJson(response, 200, takeSnapshot(options, screens));
    else if (route === 'GET /api/stream') stream.watch(response);
    else if (route === 'POST /api/act') void act(options, request, response);
    else if (asked && request.method === 'GET' && sendPicture(options, asked, response)) return;
    else if (file) sendFile(response, file);
    else sendRefusal(response, 404, refused('PAGE_UNKNOWN', route).refusal);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    setScreens(next: ScreenSeen[]): void {
      screens = next;
      stream.changed();
    },
    close: () =>
      new Promise<void>((resolve) => {
        stream.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
