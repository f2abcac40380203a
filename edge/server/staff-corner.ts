/**
 * The staff corner of a kiosk: whoever gives an account's PIN takes that lane out of service, or
 * puts it back, and comes to nothing else. Each request proves the person anew; there is no session.
 */
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { Person } from '../core/person.ts';
import type { Outcome } from '../core/ports.ts';
import { type AttendantCommand, LOCK_REASONS, LOCK_WORDS } from '../core/sale/attendant.ts';
import type { Assistance } from '../core/views/assist-views.ts';
import type { StaffAct } from '../core/views/views.ts';
import { errorBody } from './http-errors.ts';

export interface StaffCornerOptions extends Pick<Assistance, 'act'> {
  hasLane(laneId: string): boolean;
  /** Whose PIN it is; failures are counted for this lane alone. */
  approve(id: string, pin: string, laneId: string): Promise<Outcome<Person>>;
}

const closed = { additionalProperties: false };
const name = Type.String({ minLength: 1, maxLength: 64 });
const who = {
  id: Type.String({ pattern: '^[a-z][a-z0-9-]{0,31}$' }),
  pin: Type.String({ pattern: '^\\d{6,12}$' }),
};
const why = Type.Union(LOCK_REASONS.map((each) => Type.Literal(each)));
const Body = Type.Union([
  Type.Object({ kind: Type.Literal('lock'), why, ...who }, closed),
  Type.Object({ kind: Type.Literal('unlock'), ...who }, closed),
]);

export async function staffCorner(
  server: FastifyInstance,
  options: StaffCornerOptions,
): Promise<void> {
  server.post<{ Params: { id: string }; Body: StaffAct }>(
    '/api/lanes/:id/staff',
    {
      schema: { params: Type.Object({ id: name }, closed), body: Body },
      config: { audience: 'shopper', summary: 'Out of service or back, by the PIN of staff' },
    },
    async ({ params, body, headers }, reply) => {
      const key = headers['idempotency-key'];
      if (typeof key !== 'string' || !/^[\w-]{8,64}$/.test(key))
        return reply.code(400).send(errorBody('KEY_MISSING'));
      // A lane that is none would be a surface with failures of its own.
      if (!options.hasLane(params.id)) return reply.code(404).send(errorBody('NOT_FOUND'));
      const person = await options.approve(body.id, body.pin, params.id);
      if (!person.ok) return person;
      const by = { id: person.value.id, name: person.value.name };
      const command: AttendantCommand =
        body.kind === 'lock' ? { kind: 'lock', why: body.why } : { kind: 'unlock' };
      const reason = body.kind === 'lock' ? LOCK_WORDS[body.why].zh : '恢复使用';
      return options.act(params.id, command, { by, reason }, `staff:${params.id}:${key}`);
    },
  );
}
