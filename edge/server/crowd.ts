/**
 * What many clients at once may take: a connection that has not finished asking gives way to newer
 * ones, and each address has a budget of requests. So a shopper's tap is heard in any crowd.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

export const MOST_CONNECTIONS = 256;
/** Connections that are still asking; an honest one has asked within milliseconds. */
const MOST_ASKING = 64;

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/**
 * The oldest connection that is still asking is cut where there are too many of them; the answer is
 * to be told of each request.
 */
export function giveWay(server: Server, secure: boolean): (request: IncomingMessage) => void {
  server.maxConnections = MOST_CONNECTIONS;
  const asking = new Set<Socket>();
  server.on(secure ? 'secureConnection' : 'connection', (socket: Socket) => {
    asking.add(socket);
    socket.once('close', () => asking.delete(socket));
    if (asking.size > MOST_ASKING) asking.values().next().value?.destroy();
  });
  // Full all the same: those that only wait for another request make room for who asks now.
  server.on('drop', () => server.closeIdleConnections());
  return (request) => {
    const { socket } = request;
    if (hasBody(request)) request.once('end', () => asking.delete(socket));
    else asking.delete(socket);
  };
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

/** Whoever was heard longest ago starts afresh. */
function forgetOne(buckets: Map<string, Bucket>): void {
  let [longest, sinceMs] = ['', Number.POSITIVE_INFINITY];
  for (const [address, { atMs }] of buckets)
    if (atMs < sinceMs) [longest, sinceMs] = [address, atMs];
  buckets.delete(longest);
}

/** Whole seconds an address has to wait before its request is looked at; 0 where it has not. */
export function budgets() {
  const buckets = new Map<string, Bucket>();
  return (address: string, isChange: boolean, nowMs: number): number => {
    let bucket = buckets.get(address);
    if (!bucket) {
      if (buckets.size >= MOST_ADDRESSES) forgetOne(buckets);
      bucket = { left: BUDGET, atMs: nowMs };
      buckets.set(address, bucket);
    }
    const gained = ((nowMs - bucket.atMs) / 1000) * PER_SECOND;
    const cost = isChange ? CHANGE_COST : 1;
    const left = Math.min(BUDGET, bucket.left + gained) - cost;
    bucket.left = Math.max(left, 0 - cost);
    bucket.atMs = nowMs;
    return left >= 0 ? 0 : Math.ceil((0 - left) / PER_SECOND);
  };
}
