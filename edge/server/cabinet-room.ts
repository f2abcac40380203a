/** The operator's side of cabinets: how they are, what waits for a person, and the answers. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { Person } from '../core/person.ts';
import type { Outcome } from '../core/ports.ts';
import type { CabinetDecision } from '../core/views/cabinet-views.ts';
import type { CabinetActor } from './cabinets.ts';
import { errorBody } from './http-errors.ts';

const closed = { additionalProperties: false };
const name = Type.String({ minLength: 1, maxLength: 96 });
const pieces = Type.Object(
  { sku: name, location: name, pieces: Type.Integer({ minimum: 1, maximum: 99 }) },
  closed,
);
const note = Type.String({ maxLength: 500 });
const DecisionSchema = Type.Union([
  Type.Object(
    {
      kind: Type.Literal('decide-review'),
      visitId: name,
      taken: Type.Array(pieces, { maxItems: 40 }),
      note,
    },
    closed,
  ),
  Type.Object(
    {
      kind: Type.Literal('decide-dispute'),
      visitId: name,
      disputeId: name,
      accepted: Type.Boolean(),
      refundFen: Type.Integer({ minimum: 0, maximum: 10_000_000 }),
      note,
      second: Type.Optional(Type.Object({ id: name, pin: name }, closed)),
    },
    closed,
  ),
]);
const ServiceSchema = Type.Union([
  Type.Object({ kind: Type.Literal('tidied') }, closed),
  Type.Object(
    {
      kind: Type.Literal('open-for-service'),
      reason: Type.String({ minLength: 1, maxLength: 200 }),
    },
    closed,
  ),
]);

export interface CabinetRoomOptions {
  cabinets: CabinetActor[];
  /** The second person of a rule of two, by PIN; never the first. */
  approve(id: string, pin: string, notBy: string): Promise<Outcome<Person>>;
}

interface Asked {
  Params: { id: string };
  /** The schemas below are exactly CabinetDecision, but for the people. */
  Body: CabinetDecision & { second?: { id: string; pin: string } };
}

const KEY = /^[\w-]{8,64}$/;
const ROUTES = [
  ['decisions', DecisionSchema, 'Ends a review or answers a dispute', 'money', true],
  [
    'service',
    ServiceSchema,
    'Opens a door for staff, or says the shelves are tidy',
    'goods',
    false,
  ],
] as const;

export async function cabinetRoom(
  server: FastifyInstance,
  options: CabinetRoomOptions,
): Promise<void> {
  const { cabinets } = options;
  const audience = 'operator' as const;
  server.get(
    '/api/cabinet-room',
    { config: { audience, summary: 'Cabinets, and visits that wait for a person' } },
    () => ({
      cabinets: cabinets.map((each) => each.overview()),
      reviews: cabinets.flatMap((each) => each.reviews()),
    }),
  );
  for (const [path, body, summary, may, fresh] of ROUTES)
    server.post<Asked>(
      `/api/cabinets/:id/${path}`,
      {
        schema: { params: Type.Object({ id: name }, closed), body },
        config: { audience, summary, may, fresh },
      },
      async (request, reply) => {
        const key = request.headers['idempotency-key'];
        if (typeof key !== 'string' || !KEY.test(key))
          return reply.code(400).send(errorBody('KEY_MISSING'));
        const found = cabinets.find(({ id }) => id === request.params.id);
        if (!found) return reply.code(404).send(errorBody('NOT_FOUND'));
        const signed = await signedBy(request, options);
        if (!signed.ok) return signed;
        const { second: _, ...asked } = request.body;
        return found.decide({ ...asked, ...signed.value }, `decide:${key}`);
      },
    );
}

async function signedBy(
  { signedIn, body }: FastifyRequest<Asked>,
  { approve }: CabinetRoomOptions,
): Promise<Outcome<{ by: Person; approvedBy?: Person }>> {
  // The guard in front of these routes lets nobody else through.
  const { id, name: called } = signedIn!.person;
  const by = { id, name: called };
  if (!body.second) return { ok: true, value: { by } };
  const witness = await approve(body.second.id, body.second.pin, id);
  if (!witness.ok) return witness;
  return {
    ok: true,
    value: { by, approvedBy: { id: witness.value.id, name: witness.value.name } },
  };
}
