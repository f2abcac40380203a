/** Stock, refills, orders and the cold chain: the same routes for the operator and the box. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { LOSS_REASONS } from '../core/stock/stock-events.ts';
import type {
  ProposalView,
  StockAsk,
  StockView,
  TemperatureView,
} from '../core/views/stock-view.ts';
import type { CommandAnswer, ItemView } from '../core/views/views.ts';
import { errorBody } from './http-errors.ts';

/** The keeper of stock as the server sees it. */
export interface StockRoutesOptions {
  keeper: {
    view(): StockView;
    proposals(): ProposalView[];
    temperature(cabinetId: string): TemperatureView | undefined;
    handle(asked: StockAsk, key: string, by: string): Promise<CommandAnswer>;
  };
  /** Items of the price book in force, for the planogram editor. */
  items(): ItemView[];
  audience: 'operator' | 'box';
}

const closed = { additionalProperties: false };
const name = Type.String({ minLength: 1, maxLength: 64 });
const location = Type.String({ pattern: '^[A-Za-z0-9-]{1,32}(/[A-Za-z0-9-]{1,32}){0,2}$' });
const pieces = Type.Integer({ minimum: 0, maximum: 100_000 });
const words = Type.String({ maxLength: 200 });
const day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' });
const oneOf = (...values: string[]) => Type.Union(values.map((value) => Type.Literal(value)));

const ask = (kind: StockAsk['kind'], fields: Record<string, object>) =>
  Type.Object({ kind: Type.Literal(kind), ...fields }, closed);

/** One schema for every thing a person may ask; the planogram itself is checked by the core. */
const StockAskSchema = Type.Union([
  ask('publish-planogram', {
    planogram: Type.Object({}, { additionalProperties: true }),
    basedOn: Type.Integer({ minimum: 0, maximum: 1_000_000_000 }),
  }),
  ask('receive', {
    sku: name,
    pieces,
    expiresOn: Type.Optional(day),
    supplierLot: Type.Optional(name),
    orderId: Type.Optional(name),
  }),
  ask('count', { location, sku: name, pieces }),
  ask('lose', {
    cause: oneOf('waste', 'shrink'),
    reason: oneOf(...LOSS_REASONS),
    location,
    sku: name,
    lotId: Type.Optional(name),
    pieces,
  }),
  ask('recall', { sku: name, supplierLot: Type.Optional(name), reason: words }),
  ask('hold', { cabinetId: name, locations: Type.Array(location, { maxItems: 480 }) }),
  ask('clear', { holdId: name, verdict: oneOf('sell', 'discard'), note: words }),
  ask('order', {
    cabinetId: Type.Optional(name),
    skus: Type.Optional(Type.Array(name, { maxItems: 1000 })),
  }),
  ask('cancel-order', { orderId: name, reason: words }),
  ask('start-refill', { cabinets: Type.Optional(Type.Array(name, { maxItems: 100 })) }),
  ask('count-slot', {
    location,
    foundPieces: pieces,
    addedPieces: pieces,
    countedBy: oneOf('weight', 'hand'),
  }),
  ask('end-refill', { reason: words }),
]);

export async function stockRoutes(
  server: FastifyInstance,
  { keeper, items, audience }: StockRoutesOptions,
): Promise<void> {
  const config = (summary: string) => ({ audience, summary });
  server.get('/api/stock', { config: config('Cabinets, pick list, orders, dates') }, () =>
    keeper.view(),
  );
  server.get('/api/stock/proposals', { config: config('What to order, and why') }, () => ({
    proposals: keeper.proposals(),
  }));
  server.get('/api/stock/items', { config: config('What a slot may hold') }, () => ({
    items: items(),
  }));
  const params = Type.Object({ id: name }, closed);
  server.get<{ Params: { id: string } }>(
    '/api/stock/temperature/:id',
    { schema: { params }, config: config('Seven days of a cabinet’s temperature') },
    (request, reply) =>
      keeper.temperature(request.params.id) ?? reply.code(404).send(errorBody('NOT_FOUND')),
  );
  server.post<{ Body: unknown }>(
    '/api/stock/commands',
    {
      schema: { body: StockAskSchema },
      config: { ...config('A command, with an Idempotency-Key'), may: 'goods' },
    },
    async (request, reply) => {
      const key = request.headers['idempotency-key'];
      if (typeof key !== 'string' || !/^[\w-]{8,64}$/.test(key))
        return reply.code(400).send(errorBody('KEY_MISSING'));
      // The schema above is exactly StockAsk, but for the planogram, which the core checks whole.
      return keeper.handle(request.body as StockAsk, key, nameOf(request));
    },
  );
}

/** Who is signed in; on the box's own socket, whoever may log in to the box. */
const nameOf = ({ signedIn }: FastifyRequest): string => signedIn?.person.name ?? 'box';
