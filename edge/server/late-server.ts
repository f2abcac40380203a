/**
 * A door that is open at once and whose routes are made when somebody first asks: a store sells for
 * days without anybody at the operator's page, and its hundred routes cost a starting box as much
 * as its ledger.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, ListenOptions } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { bareServer, refuseRaw } from './bare-server.ts';
import { createServer, type HttpOptions } from './http.ts';
import { errorBody } from './http-errors.ts';

export interface LateServer {
  /** Answers the address, as a browser wants it. Rejects with the system's error. */
  listen(where: ListenOptions): Promise<string>;
  close(): Promise<void>;
}

/** `add` puts the routes behind it; it is called once, at the first request. */
export function lateServer(
  options: HttpOptions,
  add: (server: FastifyInstance) => Promise<void>,
): LateServer {
  const { tls, ...inside } = options;
  let making: Promise<FastifyInstance> | undefined;
  let made: FastifyInstance | undefined;

  async function make(): Promise<FastifyInstance> {
    const server = createServer(inside);
    await add(server);
    await server.ready();
    made = server;
    return server;
  }

  async function answerLate(request: IncomingMessage, response: ServerResponse): Promise<void> {
    making ??= make();
    try {
      (await making).routing(request, response);
    } catch (error) {
      options.log.error({ error: String(error), stack: (error as Error).stack }, 'no routes');
      response.writeHead(500, { 'content-type': 'application/json; charset=utf-8' });
      response.end(JSON.stringify(errorBody('INTERNAL')));
    }
  }

  const bare = bareServer((request, response) => {
    if (made) made.routing(request, response);
    else void answerLate(request, response);
  }, tls);
  bare.on('clientError', refuseRaw);
  return {
    async listen(where) {
      await new Promise<void>((resolve, reject) => {
        bare.once('error', reject);
        bare.listen(where, resolve);
      });
      return addressOf(tls ? 'https' : 'http', bare.address());
    },
    async close() {
      const closed = new Promise<void>((resolve) => bare.close(() => resolve()));
      await (await making?.catch(() => undefined))?.close();
      bare.closeAllConnections();
      await closed;
    },
  };
}

function addressOf(scheme: string, address: AddressInfo | string | null): string {
  if (address === null || typeof address === 'string') return address ?? '';
  const { address: host, family, port } = address;
  if (host === '0.0.0.0' || host === '::') return `${scheme}://127.0.0.1:${port}`;
  return `${scheme}://${family === 'IPv6' ? `[${host}]` : host}:${port}`;
}
