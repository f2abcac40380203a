/** The register of members: enrol and erase. A number goes in and never comes out. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { Membership } from '../core/member-events.ts';
import type { Person } from '../core/person.ts';
import type { Outcome } from '../core/ports.ts';
import { errorBody } from './http-errors.ts';

export interface MembersOptions {
  enrol(number: string, as: Omit<Membership, 'memberRef'>, by: Person): Outcome<Membership>;
  erase(number: string, reason: string, by: Person): Outcome<{ memberRef: string }>;
  audience: 'operator' | 'box';
  personOf(request: FastifyRequest, by: string | undefined): Person | undefined;
}

const closed = { additionalProperties: false };
const text = Type.String({ minLength: 1, maxLength: 64 });
const Enrol = Type.Object(
  {
    number: text,
    tier: Type.Union([Type.Literal('member'), Type.Literal('gold')]),
    senior: Type.Boolean(),
    by: Type.Optional(text),
  },
  closed,
);
const Erase = Type.Object({ number: text, reason: text, by: Type.Optional(text) }, closed);

export async function members(server: FastifyInstance, options: MembersOptions): Promise<void> {
  const { audience } = options;
  const may = (summary: string) => ({ audience, summary, may: 'assist' as const });
  server.post<{ Body: { number: string; by?: string } & Omit<Membership, 'memberRef'> }>(
    '/api/members',
    { schema: { body: Enrol }, config: may('Enrol a member') },
    (request, reply) => {
      const { number, tier, senior, by } = request.body;
      const person = options.personOf(request, by);
      if (!person) return reply.code(400).send(errorBody('BAD_REQUEST'));
      return options.enrol(number, { tier, senior }, person);
    },
  );
  server.post<{ Body: { number: string; reason: string; by?: string } }>(
    '/api/members/erase',
    { schema: { body: Erase }, config: may('Forget a member: their key is dropped') },
    (request, reply) => {
      const { number, reason, by } = request.body;
      const person = options.personOf(request, by);
      if (!person) return reply.code(400).send(errorBody('BAD_REQUEST'));
      return options.erase(number, reason, person);
    },
  );
}
