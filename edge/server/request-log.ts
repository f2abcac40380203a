/**
 * What a server is asked, in the log. A change, a refusal and what took long have a line each, up to
 * sixty a minute; looks that went well are only counted, and the counts of a minute are one line.
 * A line for every look would cost a server a third of what it can answer, and the box its disk.
 *
 * A line names the route, never the address asked for: that may hold a name or a code.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest, onSendHookHandler } from 'fastify';
import type { Clock } from '../core/ports.ts';

export interface RequestLogOptions {
  log: { info(fields: object, message: string): void };
  clock: Pick<Clock, 'monoMs' | 'after'>;
}

declare module 'fastify' {
  interface FastifyRequest {
    askedMonoMs: number;
  }
}

const SLOW_MS = 250;
const MINUTE_MS = 60_000;
const LINES_A_MINUTE = 60;

const isLook = ({ method }: FastifyRequest) => method === 'GET' || method === 'HEAD';

/** Notes an answer to what is no route, with its status set. */
export type Noted = (request: FastifyRequest, reply: FastifyReply) => void;

/** Notes every answer of the routes that are declared after it; what is no route the caller notes. */
export function logRequests(server: FastifyInstance, { log, clock }: RequestLogOptions): Noted {
  const looks = new Map<string, number>();
  let lines = 0;
  let unlogged = 0;
  let cancel: (() => void) | undefined;

  function tellMinute(): void {
    cancel?.();
    cancel = undefined;
    const counts = Object.fromEntries(looks);
    if (looks.size + unlogged > 0)
      log.info({ looks: counts, ...(unlogged > 0 && { unlogged }) }, 'requests of a minute');
    looks.clear();
    lines = 0;
    unlogged = 0;
  }

  function note(route: string, request: FastifyRequest, reply: FastifyReply): void {
    cancel ??= clock.after(MINUTE_MS, tellMinute);
    const ms = clock.monoMs() - request.askedMonoMs;
    const { statusCode: status } = reply;
    if (status < 400 && ms < SLOW_MS && isLook(request)) {
      looks.set(route, (looks.get(route) ?? 0) + 1);
      return;
    }
    lines += 1;
    if (lines > LINES_A_MINUTE) unlogged += 1;
    else log.info({ method: request.method, route, status, ms }, 'request');
  }

  // A hook of each route's own knows its name; asking a request for it costs more than the note.
  server.addHook('onRoute', (route) => {
    const noted: onSendHookHandler = (request, reply, _payload, done) => {
      note(route.url, request, reply);
      done();
    };
    route.onSend = [noted, ...[route.onSend ?? []].flat()];
  });
  server.addHook('onClose', async () => tellMinute());
  return (request, reply) => note('none', request, reply);
}
