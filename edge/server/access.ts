/** Signing in and out, the first account, and the accounts: `/api/session` and `/api/people`. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import type { Access, Person, SignedIn } from '../access/access.ts';
import { permissionsOfPerson } from '../access/access.ts';
import { accessRefusal } from '../access/refusals.ts';
import { ROLE_NAMES, ROLES } from '../access/roles.ts';
import { FRESH_MS, IDLE_MS, LONGEST_MS, type Session } from '../access/sessions.ts';
import type { Outcome } from '../core/ports.ts';
import { cookieOf, deny, type GuardOptions } from './guard.ts';

const closed = { additionalProperties: false };
const id = Type.String({ pattern: '^[a-z][a-z0-9-]{0,31}$' });
const name = Type.String({ minLength: 1, maxLength: 64 });
const secret = Type.String({ minLength: 1, maxLength: 128 });
const role = Type.Union(ROLES.map((each) => Type.Literal(each)));
const lastDay = Type.String({ pattern: '^(\\d{4}-\\d{2}-\\d{2})?$' });

const SignIn = Type.Object({ id, password: secret }, closed);
const Again = Type.Object({ secret }, closed);
const SetUp = Type.Object({ code: secret, id, name, password: secret, pin: secret }, closed);
const Add = Type.Object(
  { id, name, role, password: secret, pin: secret, lastDay: Type.Optional(lastDay) },
  closed,
);
const Change = Type.Partial(
  Type.Object({ name, role, lastDay, disabled: Type.Boolean(), password: secret, pin: secret }),
  closed,
);
const Own = Type.Object({ password: Type.Optional(secret), pin: Type.Optional(secret) }, closed);
const idParams = Type.Object({ id }, closed);

const operator = (summary: string) => ({ audience: 'operator' as const, summary });

export async function accessRoutes(server: FastifyInstance, options: GuardOptions): Promise<void> {
  sessionRoutes(server, options);
  peopleRoutes(server, options.access);
}

/** What the page needs to know about who it talks to. */
function sessionView(access: Access, signedIn: FastifyRequest['signedIn']) {
  if (!access.isSetUp()) return { state: 'set-up' as const };
  if (!signedIn) return { state: 'sign-in' as const };
  const { person, session } = signedIn;
  const state = access.sessions.isIdle(session) ? ('idle' as const) : ('in' as const);
  return { state, ...inView(person, session) };
}

const inView = (person: Person, { csrf }: Session) => ({
  person,
  permissions: permissionsOfPerson(person),
  csrf,
  limits: { idleMs: IDLE_MS, longestMs: LONGEST_MS, freshMs: FRESH_MS },
});

function sessionRoutes(server: FastifyInstance, { access, secure }: GuardOptions): void {
  const open = (summary: string) => ({ ...operator(summary), open: true });
  const admit = (reply: FastifyReply, outcome: Outcome<SignedIn>) => {
    if (!outcome.ok) return deny(reply, outcome.refusal);
    const { token, person, session } = outcome.value;
    reply.header('set-cookie', cookieOf(secure, token));
    return { state: 'in', ...inView(person, session) };
  };
  server.get('/api/session', { config: open('Who is signed in') }, (request) =>
    sessionView(access, request.signedIn),
  );
  server.post<{ Body: Static<typeof SetUp> }>(
    '/api/session/set-up',
    { schema: { body: SetUp }, config: open('The first account, with the one-time code') },
    async ({ body: { code, ...person } }, reply) => admit(reply, await access.setUp(code, person)),
  );
  server.post<{ Body: Static<typeof SignIn> }>(
    '/api/session',
    { schema: { body: SignIn }, config: open('Sign in') },
    async ({ body }, reply) => admit(reply, await access.signIn(body.id, body.password)),
  );
  server.post<{ Body: Static<typeof Again> }>(
    '/api/session/again',
    { schema: { body: Again }, config: open('Password or PIN once more') },
    async ({ body, signedIn }, reply) => {
      if (!signedIn) return deny(reply, accessRefusal('SESSION_ENDED').refusal);
      const proved = await access.prove(signedIn.session, body.secret);
      if (!proved.ok) return deny(reply, proved.refusal);
      return { state: 'in', ...inView(proved.value, signedIn.session) };
    },
  );
  server.delete('/api/session', { config: open('Sign out') }, ({ signedIn }, reply) => {
    if (signedIn) access.signOut(signedIn.token);
    reply.header('set-cookie', cookieOf(secure, ''));
    return { state: 'sign-in' };
  });
}

function peopleRoutes(server: FastifyInstance, access: Access): void {
  const answer = <T>(reply: FastifyReply, outcome: Outcome<T>) =>
    outcome.ok ? { ok: true, value: outcome.value } : deny(reply, outcome.refusal);
  const keys = (summary: string) => ({
    ...operator(summary),
    may: 'access' as const,
    fresh: true,
  });
  server.get('/api/people', { config: { ...operator('Accounts'), may: 'access' } }, () => ({
    people: access.people(),
    roles: ROLE_NAMES,
  }));
  server.post<{ Body: Static<typeof Add> }>(
    '/api/people',
    { schema: { body: Add }, config: keys('A new account') },
    async ({ body, signedIn }, reply) =>
      answer(reply, await access.add(body, signedIn?.person.id ?? '')),
  );
  server.patch<{ Params: { id: string }; Body: Static<typeof Change> }>(
    '/api/people/:id',
    { schema: { params: idParams, body: Change }, config: keys('Change an account') },
    async ({ params, body, signedIn }, reply) =>
      answer(reply, await access.change(params.id, body, signedIn?.person.id ?? '')),
  );
  server.delete<{ Params: { id: string } }>(
    '/api/people/:id',
    { schema: { params: idParams }, config: keys('Remove an account') },
    ({ params, signedIn }, reply) =>
      answer(reply, access.remove(params.id, signedIn?.person.id ?? '')),
  );
  server.patch<{ Body: Static<typeof Own> }>(
    '/api/session/me',
    {
      schema: { body: Own },
      config: { ...operator('One’s own password or PIN'), may: 'view', fresh: true },
    },
    async ({ body, signedIn }, reply) => {
      const own = signedIn?.person.id ?? '';
      return answer(reply, await access.change(own, body, own));
    },
  );
}
