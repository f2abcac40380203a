/**
 * Request/response to one device over HTTP, for acquirers and cameras: one call is one request on
 * the wire, with a deadline, a bounded answer and no retry of its own. The memory wire behaves
 * the same with the far side in this process.
 */
import * as http from 'node:http';
import * as https from 'node:https';
import {
  type DriverClock,
  type RequestWire,
  WireError,
  type WireRequest,
  type WireResponse,
} from '../contract.ts';
import { say } from '../say.ts';

/** Longest answer `request` takes: a device that sends more is not one of ours. */
export const MAX_RESPONSE_BYTES = 1024 * 1024;

type Started = Awaited<ReturnType<RequestWire['stream']>>;
type Fail = (error: WireError) => void;

const target = (
  base: URL,
  agent: http.Agent,
  { path, method, headers, body }: WireRequest,
): [string, http.RequestOptions] => [
  base.href.replace(/\/$/, '') + path,
  { method, agent, headers: { ...headers, 'content-length': body?.byteLength ?? 0 } },
];

/**
 * Connects with the first request and keeps the connection. `baseUrl` is `http://host:port/prefix`
 * or `https://…`; throws WireError `BAD_ADDRESS`. Requests reject with `REQUEST_TIMEOUT` (the
 * deadline covers the whole answer; for a stream, its head), `UNREACHABLE` (no connection) or
 * `CLOSED` (broke off, too long, or closed by us).
 */
export function openHttpWire(baseUrl: string, clock: DriverClock): RequestWire {
  const base = parseBase(baseUrl);
  const transport = base.protocol === 'https:' ? https : http;
  const agent = new transport.Agent({ keepAlive: true, noDelay: true });
  const underWay = new Set<Fail>();
  let closed = false;

  /** One exchange; whatever ends it first, its timer and place are given back once. */
  const exchange = <T>(
    request: WireRequest,
    use: (incoming: http.IncomingMessage, done: (value: T) => void, fail: Fail) => void,
  ): Promise<T> =>
    new Promise((resolve, reject) => {
      if (closed) return reject(closedError(baseUrl));
      const outgoing = transport.request(...target(base, agent, request));
      const settle = (): void => {
        cancel();
        underWay.delete(fail);
      };
      const fail: Fail = (error) => {
        settle();
        outgoing.destroy();
        reject(error);
      };
      const done = (value: T): void => {
        settle();
        resolve(value);
      };
      const cancel = clock.after(request.timeoutMs, () => fail(timeoutError(baseUrl, request)));
      underWay.add(fail);
      outgoing.on('error', (error) => fail(socketError(baseUrl, error)));
      outgoing.on('response', (incoming) => use(incoming, done, fail));
      outgoing.end(request.body);
    });

  return {
    kind: 'request',
    address: baseUrl,
    request: (request) =>
      exchange<WireResponse>(request, (...exchanged) => collect(baseUrl, ...exchanged)),
    stream: (request, onBytes, onEnd) =>
      exchange<Started>(request, (incoming, done) => {
        const stop: Fail = () => started.close();
        const started = follow(incoming, onBytes, (reason) => {
          underWay.delete(stop);
          onEnd(reason);
        });
        underWay.add(stop);
        done(started);
      }),
    async close() {
      closed = true;
      for (const fail of [...underWay]) fail(closedError(baseUrl));
      agent.destroy();
    },
  };
}

/** Answers a request as the device would; never answering is silence, throwing is a hang-up. */
export type MemoryHandler = (request: WireRequest) => Promise<WireResponse> | WireResponse;

/**
 * A request wire whose far side is a function in this process, for simulated time. `stream`
 * hands the handler's body over as one piece and ends.
 */
export function memoryRequestWire(handler: MemoryHandler, clock: DriverClock): RequestWire {
  const address = 'memory:';
  const underWay = new Set<Fail>();
  let closed = false;
  const request = (asked: WireRequest): Promise<WireResponse> =>
    new Promise((resolve, reject) => {
      if (closed) return reject(closedError(address));
      const fail: Fail = (error) => {
        cancel();
        underWay.delete(fail);
        reject(error);
      };
      const cancel = clock.after(asked.timeoutMs, () => fail(timeoutError(address, asked)));
      underWay.add(fail);
      const answer = async (): Promise<WireResponse> => handler(asked);
      answer().then(
        (response) => {
          cancel();
          underWay.delete(fail);
          resolve(response);
        },
        (error: unknown) => fail(socketError(address, error)),
      );
    });
  return {
    kind: 'request',
    address,
    request,
    async stream(asked, onBytes, onEnd) {
      const { status, headers, body } = await request(asked);
      let ended = false;
      const end = (reason: string): void => {
        if (ended) return;
        ended = true;
        onEnd(reason);
      };
      queueMicrotask(() => {
        if (!ended) onBytes(body);
        end('ended');
      });
      return { status, headers, close: () => end('closed') };
    },
    async close() {
      closed = true;
      for (const fail of [...underWay]) fail(closedError(address));
    },
  };
}

function collect(
  address: string,
  incoming: http.IncomingMessage,
  done: (response: WireResponse) => void,
  fail: Fail,
): void {
  const chunks: Uint8Array[] = [];
  let length = 0;
  incoming.on('data', (chunk: Uint8Array) => {
    length += chunk.length;
    if (length <= MAX_RESPONSE_BYTES) chunks.push(chunk);
    else
      fail(
        new WireError(
          'CLOSED',
          say(`${address}: 回答超过 1 MiB`, `${address}: The answer is over 1 MiB`),
          false,
        ),
      );
  });
  incoming.on('error', (error) => fail(socketError(address, error)));
  incoming.on('end', () => {
    done({ ...headOf(incoming), body: new Uint8Array(Buffer.concat(chunks)) });
  });
}

function follow(
  incoming: http.IncomingMessage,
  onBytes: (bytes: Uint8Array) => void,
  onEnd: (reason: string) => void,
): Started {
  let ended = false;
  const end = (reason: string): void => {
    if (ended) return;
    ended = true;
    incoming.destroy();
    onEnd(reason);
  };
  incoming.on('data', (chunk: Uint8Array) => {
    if (!ended) onBytes(chunk);
  });
  incoming.on('end', () => end('ended'));
  incoming.on('error', (error) => end(error.message));
  incoming.on('close', () => end('broken off'));
  return { ...headOf(incoming), close: () => end('closed') };
}

function headOf(incoming: http.IncomingMessage): Omit<WireResponse, 'body'> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return { status: incoming.statusCode ?? 0, headers };
}

function parseBase(baseUrl: string): URL {
  const base = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (base?.protocol === 'http:' || base?.protocol === 'https:') return base;
  throw new WireError(
    'BAD_ADDRESS',
    say(`${baseUrl}: 地址应为 http://主机:端口`, `${baseUrl}: Not an http:// or https:// address`),
    false,
  );
}

function closedError(address: string): WireError {
  return new WireError('CLOSED', say(`${address}: 连接已关闭`, `${address}: The wire is closed`));
}

function timeoutError(address: string, request: WireRequest): WireError {
  return new WireError(
    'REQUEST_TIMEOUT',
    say(
      `${address}${request.path}: ${request.timeoutMs} ms 内没有回答`,
      `${address}${request.path}: No answer within ${request.timeoutMs} ms`,
    ),
  );
}

/** What node reports when no connection came to be; anything later broke off under way. */
const NO_CONNECTION = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
]);

function socketError(address: string, error: unknown): WireError {
  const reason = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return NO_CONNECTION.has(code)
    ? new WireError(
        'UNREACHABLE',
        say(`${address}: 连不上：${code}`, `${address}: Cannot connect: ${code}`),
      )
    : new WireError(
        'CLOSED',
        say(`${address}: 连接中断：${reason}`, `${address}: The connection broke: ${reason}`),
      );
}
