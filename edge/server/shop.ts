/** What shoppers' screens may ask: the kiosk, the produce counter, receipts and pictures. */
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { type Browse, browse, soldAs } from '../core/catalogue/browse.ts';
import type { CatalogueItem } from '../core/catalogue/catalogue.ts';
import { searchItems } from '../core/catalogue/search.ts';
import type { Clock } from '../core/ports.ts';
import { COMFORTS } from '../core/views/comfort.ts';
import type { CounterCommand } from '../core/views/counter-views.ts';
import type { CommandAnswer, ItemView, LaneCommand } from '../core/views/views.ts';
import { errorBody } from './http-errors.ts';
import { createViewStream, type LiveView, type ViewStream } from './view-stream.ts';

/** A lane or counter as the server sees it. */
export interface Actor<Command> extends LiveView {
  id: string;
  handle(command: Command, key: string): Promise<CommandAnswer>;
}

export interface ShopOptions {
  lanes: Actor<LaneCommand>[];
  counters: Actor<CounterCommand>[];
  /** Items of the price book in force. */
  items(): CatalogueItem[];
  /** How often each SKU was sold of late. */
  oftenSold(): ReadonlyMap<string, number>;
  /** The e-receipt of a sale, or undefined. */
  receipt(id: string): object | undefined;
  clock: Clock;
  boot: string;
}

const closed = { additionalProperties: false };
const name = Type.String({ minLength: 1, maxLength: 64 });
const grams = Type.Integer({ minimum: 0, maximum: 100_000 });
const fen = Type.Integer({ minimum: 1, maximum: 100_000_000 });
const quantity = Type.Integer({ minimum: 1, maximum: 99 });
const by = Type.Union([Type.Literal('tile'), Type.Literal('list'), Type.Literal('plu')]);
const bare = (kind: string) => Type.Object({ kind: Type.Literal(kind) }, closed);

const comforts = COMFORTS.map((kind) =>
  Type.Object({ kind: Type.Literal(kind), on: Type.Boolean() }, closed),
);

const LaneCommandSchema = Type.Union([
  ...[
    'start',
    'find',
    'back',
    'undo',
    'pay',
    'pay-cash',
    'cancel-payment',
    'park',
    'finish',
    'discard',
    'help',
    'cancel-help',
    'here',
    'placed',
    'not-bagged',
    'own-bag',
    'label-right',
    'label-wrong',
  ].map(bare),
  Type.Object(
    {
      kind: Type.Literal('choose'),
      sku: name,
      tareGrams: Type.Optional(grams),
      quantity: Type.Optional(quantity),
      by,
    },
    closed,
  ),
  Type.Object({ kind: Type.Literal('set-quantity'), lineId: name, quantity }, closed),
  Type.Object({ kind: Type.Literal('remove'), lineId: name }, closed),
  ...comforts,
  Type.Object(
    { kind: Type.Literal('member'), number: Type.String({ pattern: '^\\d{6,20}$' }) },
    closed,
  ),
  Type.Object({ kind: Type.Literal('pay-card'), amountFen: Type.Optional(fen) }, closed),
  Type.Object({ kind: Type.Literal('recall'), code: Type.String({ pattern: '^\\d{4}$' }) }, closed),
]);

const CounterCommandSchema = Type.Union([
  ...['back', 'zero', 'print', 'void-label', 'finish', 'help', 'cancel-help'].map(bare),
  Type.Object({ kind: Type.Literal('choose'), sku: name, by }, closed),
  Type.Object({ kind: Type.Literal('set-tare'), tareGrams: grams }, closed),
  ...comforts,
]);

const JSON_TEXT = 'application/json; charset=utf-8';
const shopper = (summary: string) => ({ audience: 'shopper' as const, summary });
const idParams = Type.Object({ id: name }, closed);

export function itemView(item: CatalogueItem): ItemView {
  const { sku, picture, category, plu, gtin, unitPriceFen, priceBasis } = item;
  return {
    sku,
    name: item.name,
    picture,
    category,
    unitPriceFen,
    priceBasis,
    ...(plu && { plu }),
    ...(gtin && { gtin }),
  };
}

export async function shop(server: FastifyInstance, options: ShopOptions): Promise<void> {
  const streams: ViewStream[] = [];
  const live = <C>(actors: Actor<C>[]) =>
    new Map(
      actors.map((actor) => {
        const stream = createViewStream(actor, options.clock, options.boot);
        streams.push(stream);
        return [actor.id, { actor, stream }];
      }),
    );
  actorRoutes(server, 'lanes', live(options.lanes), LaneCommandSchema);
  actorRoutes(server, 'counters', live(options.counters), CounterCommandSchema);
  itemRoutes(server, options);
  server.addHook('preClose', async () => {
    for (const stream of streams) stream.close();
  });
}

function actorRoutes<Command>(
  server: FastifyInstance,
  noun: 'lanes' | 'counters',
  actors: Map<string, { actor: Actor<Command>; stream: ViewStream }>,
  body: object,
): void {
  server.get(`/api/${noun}`, { config: shopper(`Names of the ${noun}`) }, () => ({
    ids: [...actors.keys()],
  }));
  server.get<{ Params: { id: string } }>(
    `/api/${noun}/:id`,
    { schema: { params: idParams }, config: shopper('What its screen shows now') },
    (request, reply) => {
      const found = actors.get(request.params.id);
      if (!found) return reply.code(404).send(errorBody('NOT_FOUND'));
      reply.type(JSON_TEXT);
      return found.stream.text();
    },
  );
  server.get<{ Params: { id: string } }>(
    `/api/${noun}/:id/stream`,
    { schema: { params: idParams }, config: shopper('Snapshot, then patches (SSE)') },
    (request, reply) => {
      const found = actors.get(request.params.id);
      if (!found) return reply.code(404).send(errorBody('NOT_FOUND'));
      reply.hijack();
      found.stream.attach(reply.raw, request.headers['last-event-id'] as string | undefined);
      return reply;
    },
  );
  server.post<{ Params: { id: string }; Body: unknown }>(
    `/api/${noun}/:id/commands`,
    { schema: { params: idParams, body }, config: shopper('A command, with an Idempotency-Key') },
    async (request, reply) => {
      const key = request.headers['idempotency-key'];
      if (typeof key !== 'string' || !/^[\w-]{8,64}$/.test(key))
        return reply.code(400).send(errorBody('KEY_MISSING'));
      const found = actors.get(request.params.id);
      if (!found) return reply.code(404).send(errorBody('NOT_FOUND'));
      // The schema above is exactly Command.
      return found.actor.handle(request.body as Command, `${request.params.id}:${key}`);
    },
  );
}

function itemRoutes(server: FastifyInstance, options: ShopOptions): void {
  const { items, oftenSold, receipt } = options;
  const query = Type.Object(
    {
      q: Type.Optional(Type.String({ maxLength: 64 })),
      category: Type.Optional(name),
      sold: Type.Optional(Type.Union([Type.Literal('piece'), Type.Literal('weight')])),
      limit: Type.Optional(Type.String({ pattern: '^\\d{1,3}$' })),
    },
    closed,
  );
  server.get<{ Querystring: Browse & { q?: string; limit?: string } }>(
    '/api/items',
    { schema: { querystring: query }, config: shopper('Search by name, pinyin, PLU or GTIN') },
    ({ query: { q = '', limit: most = '24', ...by } }) => {
      const onSale = items().filter((item) => item.onSale);
      const limit = Number(most);
      if (q.trim() === '') {
        const listed = browse(onSale, by, oftenSold(), limit);
        return { ...listed, items: listed.items.map(itemView) };
      }
      const fit = by.sold ? onSale.filter((item) => soldAs(item, by.sold)) : onSale;
      return { items: searchItems(fit, q, limit).map(itemView) };
    },
  );
  server.get<{ Params: { id: string } }>(
    '/api/receipts/:id',
    { schema: { params: idParams }, config: shopper('An e-receipt, by its unguessable name') },
    (request, reply) => receipt(request.params.id) ?? reply.code(404).send(errorBody('NOT_FOUND')),
  );
}
