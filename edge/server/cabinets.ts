/** What a cabinet's door panel and a shopper's phone may ask. */
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { Clock } from '../core/ports.ts';
import type {
  CabinetCommand,
  CabinetDecision,
  CabinetOverview,
  CabinetView,
  ReviewView,
} from '../core/views/cabinet-views.ts';
import { COMFORTS } from '../core/views/comfort.ts';
import type { CommandAnswer } from '../core/views/views.ts';
import { errorBody } from './http-errors.ts';
import { createViewStream, type LiveView } from './view-stream.ts';
import { createVisitStreams } from './visit-streams.ts';

/** A cabinet as the server sees it. */
export interface CabinetActor extends LiveView {
  id: string;
  view(): CabinetView;
  visit(visitId: string): CabinetView | undefined;
  reviews(): ReviewView[];
  overview(): CabinetOverview;
  handle(command: CabinetCommand, key: string): Promise<CommandAnswer>;
  decide(decision: CabinetDecision, key: string): Promise<CommandAnswer>;
}

const closed = { additionalProperties: false };
const name = Type.String({ minLength: 1, maxLength: 96 });
const idParams = Type.Object({ id: name }, closed);
const reason = Type.Union(
  (['not-taken', 'wrong-item', 'wrong-price', 'other'] as const).map((each) => Type.Literal(each)),
);
const CommandSchema = Type.Union([
  Type.Object(
    { kind: Type.Literal('open'), code: Type.String({ minLength: 4, maxLength: 64 }) },
    closed,
  ),
  Type.Object(
    { kind: Type.Literal('dispute'), visitId: name, lineId: Type.Optional(name), reason },
    closed,
  ),
  Type.Object({ kind: Type.Literal('help') }, closed),
  Type.Object({ kind: Type.Literal('finish') }, closed),
  ...COMFORTS.map((kind) => Type.Object({ kind: Type.Literal(kind), on: Type.Boolean() }, closed)),
]);
type Params = { Params: { id: string } };
const KEY = /^[\w-]{8,64}$/;

export interface CabinetsOptions {
  cabinets: CabinetActor[];
  clock: Clock;
  boot: string;
}

const shopper = (summary: string) => ({ audience: 'shopper' as const, summary });
const params = { params: idParams };

/** One visit by its unguessable name: once, or live. */
function followVisits(server: FastifyInstance, options: CabinetsOptions): void {
  const visits = createVisitStreams(options.cabinets, options.clock, options.boot);
  server.get<Params>(
    '/api/visits/:id',
    { schema: params, config: shopper('One visit, by its unguessable name') },
    ({ params: { id } }, reply) =>
      options.cabinets.map((each) => each.visit(id)).find(Boolean) ??
      reply.code(404).send(errorBody('NOT_FOUND')),
  );
  server.get<Params>(
    '/api/visits/:id/stream',
    { schema: params, config: shopper('One visit, live: snapshot, then patches (SSE)') },
    ({ params: { id }, headers }, reply) => {
      if (!options.cabinets.some((each) => each.visit(id)))
        return reply.code(404).send(errorBody('NOT_FOUND'));
      reply.hijack();
      visits.attach(id, reply.raw, headers['last-event-id'] as string | undefined);
      return reply;
    },
  );
  server.addHook('preClose', async () => visits.close());
}

/** The shopper's side. A phone reads one visit by its unguessable name, live. */
export async function cabinets(server: FastifyInstance, options: CabinetsOptions): Promise<void> {
  const streams = new Map(
    options.cabinets.map((each) => [each.id, createViewStream(each, options.clock, options.boot)]),
  );
  const find = (id: string) => options.cabinets.find((each) => each.id === id);
  server.get('/api/cabinets', { config: shopper('Names of the cabinets') }, () => ({
    ids: options.cabinets.map(({ id }) => id),
  }));
  server.get<Params>(
    '/api/cabinets/:id',
    { schema: params, config: shopper('What its panel shows now') },
    ({ params: { id } }, reply) => find(id)?.view() ?? reply.code(404).send(errorBody('NOT_FOUND')),
  );
  server.get<Params>(
    '/api/cabinets/:id/stream',
    { schema: params, config: shopper('Snapshot, then patches (SSE)') },
    (request, reply) => {
      const stream = streams.get(request.params.id);
      if (!stream) return reply.code(404).send(errorBody('NOT_FOUND'));
      reply.hijack();
      stream.attach(reply.raw, request.headers['last-event-id'] as string | undefined);
      return reply;
    },
  );
  followVisits(server, options);
  server.post<Params & { Body: unknown }>(
    '/api/cabinets/:id/commands',
    { schema: { ...params, body: CommandSchema }, config: shopper('A command, with a key') },
    async (request, reply) => {
      const key = request.headers['idempotency-key'];
      if (typeof key !== 'string' || !KEY.test(key))
        return reply.code(400).send(errorBody('KEY_MISSING'));
      const found = find(request.params.id);
      if (!found) return reply.code(404).send(errorBody('NOT_FOUND'));
      // The schema above is exactly CabinetCommand.
      return found.handle(request.body as CabinetCommand, `${request.params.id}:${key}`);
    },
  );
  server.addHook('preClose', async () => {
    for (const stream of streams.values()) stream.close();
  });
}
