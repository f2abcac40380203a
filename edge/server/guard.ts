/**
 * The guard at the operator's door: every route of the audience `operator` wants a signed-in person
 * whose role may do it; whatever changes anything must come from this page itself (Origin and a
 * token of the session); money and keys want a password or PIN not older than five minutes.
 */
import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Access, Person } from '../access/access.ts';
import { type AccessRefusalCode, accessRefusal } from '../access/refusals.ts';
import { mayDo, type Permission } from '../access/roles.ts';
import type { Session } from '../access/sessions.ts';
import type { Refusal } from '../core/ports.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What an operator route needs; `view` where left out, and never left out on a change. */
    may?: Permission;
    /** Money and keys: ask again who it is. */
    fresh?: boolean;
    /** For people who are not signed in yet. */
    open?: boolean;
    /** Only looking on (streams): does not keep a session from going idle. */
    passive?: boolean;
  }
  interface FastifyRequest {
    signedIn?: {
      person: Person;
      session: Session;
      token: string;
      /** Runs `fn` when the session ends or goes idle; returns how to call that off. */
      onEnd(fn: () => void): () => void;
    };
  }
}

export interface GuardOptions {
  access: Access;
  /** Whether this door speaks TLS. */
  secure: boolean;
}

const STATUS: Partial<Record<AccessRefusalCode, number>> = {
  SESSION_ENDED: 401,
  SESSION_IDLE: 401,
  LOCKED_OUT: 429,
  ROLE_REFUSED: 403,
  ASK_AGAIN: 403,
  FORGED: 403,
};

export const statusOf = ({ code }: Refusal): number => STATUS[code as AccessRefusalCode] ?? 400;

/** `__Host-` wants TLS; on the loopback door there is none, and nobody else hears it. */
const cookieName = (secure: boolean) => (secure ? '__Host-yike' : 'yike');

export function cookieOf(secure: boolean, token: string): string {
  const life = token === '' ? '; Max-Age=0' : '';
  const tls = secure ? '; Secure' : '';
  return `${cookieName(secure)}=${token}; Path=/; HttpOnly; SameSite=Strict${tls}${life}`;
}

function tokenOf(request: FastifyRequest, secure: boolean): string | undefined {
  const prefix = `${cookieName(secure)}=`;
  const pairs = (request.headers.cookie ?? '').split(/;\s*/);
  return pairs.find((pair) => pair.startsWith(prefix))?.slice(prefix.length);
}

const isChange = ({ method }: { method: string }) => method !== 'GET' && method !== 'HEAD';

/** A browser says where a request comes from; one from elsewhere is never a person's wish. */
function isFromHere(request: FastifyRequest, secure: boolean): boolean {
  const { origin, host, 'sec-fetch-site': site } = request.headers;
  if (site !== undefined && site !== 'same-origin') return false;
  return origin === undefined || origin === `${secure ? 'https' : 'http'}://${host}`;
}

function holdsToken(request: FastifyRequest, { csrf }: Session): boolean {
  const given = Buffer.from(String(request.headers['x-csrf-token'] ?? ''));
  const wanted = Buffer.from(csrf);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

/** Guards what `server` and its plugins add from now on. */
export function guardOperator(server: FastifyInstance, { access, secure }: GuardOptions): void {
  server.addHook('onRoute', ({ config, method, url }) => {
    const changes = [method].flat().some((each) => isChange({ method: each }));
    if (config?.audience === 'operator' && changes && !config.open && !config.may)
      throw new Error(`route ${url} changes something and does not say who may`);
  });
  server.addHook('onRequest', async (request, reply) => {
    const { config } = request.routeOptions;
    if (config.audience !== 'operator') return;
    const refused = examine(request, access, secure);
    if (!refused) return;
    return deny(reply, refused);
  });
}

export function deny(reply: FastifyReply, refusal: Refusal): FastifyReply {
  return reply.code(statusOf(refusal)).send({ error: refusal });
}

/** Why the request may not pass, if so; who it is, is left in `request.signedIn`. */
function examine(request: FastifyRequest, access: Access, secure: boolean): Refusal | undefined {
  const { may = 'view', fresh, open, passive } = request.routeOptions.config;
  const refuse = (code: AccessRefusalCode) => accessRefusal(code).refusal;
  const changes = isChange(request);
  if (changes && !isFromHere(request, secure)) return refuse('FORGED');
  const token = tokenOf(request, secure);
  const session = token === undefined ? undefined : access.sessions.find(token);
  const person = session && access.personOf(session);
  if (session && person) {
    const onEnd = (fn: () => void) => access.sessions.onEnd(session, fn);
    request.signedIn = { person, session, token: token ?? '', onEnd };
  }
  if (open) return undefined;
  if (!session || !person) return refuse('SESSION_ENDED');
  if (changes && !holdsToken(request, session)) return refuse('FORGED');
  if (access.sessions.isIdle(session)) return refuse('SESSION_IDLE');
  if (!mayDo(person.role, may)) return refuse('ROLE_REFUSED');
  if (fresh && !access.sessions.isFresh(session)) return refuse('ASK_AGAIN');
  if (!passive) access.sessions.touch(session);
  return undefined;
}
