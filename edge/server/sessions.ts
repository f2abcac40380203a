/** Sessions on the box's own socket: who is being served, and a stuck one freed. */
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { Person } from '../core/person.ts';
import type { SessionView } from '../core/views/session-view.ts';
import type { CommandAnswer } from '../core/views/views.ts';

export interface SessionsOptions {
  list(): SessionView[];
  release(
    id: string,
    warrant: { by: Person; reason: string },
    key: string,
  ): Promise<CommandAnswer | undefined>;
}

const closed = { additionalProperties: false };
const name = Type.String({ minLength: 1, maxLength: 64 });
const KEY = /^[\w-]{8,64}$/;

export async function sessions(server: FastifyInstance, options: SessionsOptions): Promise<void> {
  const box = (summary: string) => ({ audience: 'box' as const, summary });
  server.get('/sessions', { config: box('Who is being served') }, () => ({
    sessions: options.list(),
  }));
  const schema = {
    params: Type.Object({ id: name }, closed),
    body: Type.Object({ by: name, reason: Type.String({ maxLength: 200 }) }, closed),
  };
  server.post<{ Params: { id: string }; Body: { by: string; reason: string } }>(
    '/sessions/:id/release',
    { schema, config: box('Frees a stuck one') },
    async ({ params, body: { by, reason }, headers }, reply) => {
      const key = headers['idempotency-key'];
      if (typeof key !== 'string' || !KEY.test(key)) return reply.code(400).send({});
      const warrant = { by: { id: `box:${by}`, name: by }, reason };
      return (await options.release(params.id, warrant, key)) ?? reply.code(404).send({});
    },
  );
}
