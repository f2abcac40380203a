/**
 * What many clients at once may take: a connection that has not finished asking gives way to newer
 * ones, and each address has a budget of requests. So a shopper's tap is heard in any crowd.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../core/ports.ts';

export const MOST_CONNECTIONS = 256;
/** Connections that are still asking; an honest one has asked within milliseconds. */
const MOST_ASKING = 64;

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/** The oldest connection that is still asking is cut where there are too many of them. */
export function giveWay(server: Server, secure: boolean): void {
  server.maxConnections = MOST_CONNECTIONS;
  const asking = new Set<Socket>();
  server.on(secure ? 'secureConnection' : 'connection', (socket: Socket) => {
    asking.add(socket);
    socket.once('close', () => asking.delete(socket));
    if (asking.size > MOST_ASKING) asking.values().next().value?.destroy();
  });
  server.on('request', (request: IncomingMessage) => {
    const { socket } = request;
    if (hasBody(request)) request.once('end', () => asking.delete(socket));
    else asking.delete(socket);
  });
  // Full all the same: those that only wait for another request make room for who asks now.
  server.on('drop', () => server.closeIdleConnections());
}

/** A change costs ten looks: fifty taps a second for good, three hundred at once. */
const BUDGET = 3000;
const PER_SECOND = 500;
const CHANGE_COST = 10;
const MOST_ADDRESSES = 1024;

interface Bucket {
  left: number;
  atMs: number;
}

/** Whole seconds an address has to wait before its request is looked at; 0 where it has not. */
export function budgets(clock: Pick<Clock, 'monoMs'>) {
  const buckets = new Map<string, Bucket>();
  return (address: string, isChange: boolean): number => {
    const nowMs = clock.monoMs();
    const known = buckets.get(address) ?? { left: BUDGET, atMs: nowMs };
    const gained = ((nowMs - known.atMs) / 1000) * PER_SECOND;
    const cost = isChange ? CHANGE_COST : 1;
    const left = Math.min(BUDGET, known.left + gained) - cost;
    buckets.delete(address);
    buckets.set(address, { left: Math.max(left, 0 - cost), atMs: nowMs });
    if (buckets.size > MOST_ADDRESSES) buckets.delete(buckets.keys().next().value ?? '');
    return left >= 0 ? 0 : Math.ceil((0 - left) / PER_SECOND);
  };
}
