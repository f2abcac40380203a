/**
 * The server under the routes: the same limits whether in the clear or over TLS, slow and hostile
 * clients cut, and what is no HTTP answered in the same words as everything else.
 */
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { giveWay } from './crowd.ts';
import { errorBody } from './http-errors.ts';

/** PEM texts. */
export interface Tls {
  cert: string;
  key: string;
}

const LIMITS = {
  headersTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
  requestTimeout: 10_000,
  keepAliveTimeout: 30_000,
};

/** Answers with `handler`, over TLS 1.2 and newer where `tls` is given. */
export function bareServer(handler: RequestListener, tls?: Tls): Server {
  const server = tls
    ? createTlsServer({ ...tls, ...LIMITS, minVersion: 'TLSv1.2', handshakeTimeout: 5_000 })
    : createServer(LIMITS);
  const asked = giveWay(server, tls !== undefined);
  // One listener for both: two would cost an array each request.
  server.on('request', (request, response) => {
    asked(request);
    handler(request, response);
  });
  return server;
}

/** What is no HTTP, or never ends, is answered in the same words and cut. */
export function refuseRaw({ code }: NodeJS.ErrnoException, socket: Duplex): void {
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
