/** Orders: found, looked at, and taken away as a file. */
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import type { Text } from '../core/ports.ts';
import { ORDER_STATES } from '../core/sale/order-state.ts';
import type { OrderPlaces, OrderQuery, OrdersView, OrderView } from '../core/views/order-views.ts';
import { errorBody } from './http-errors.ts';

export interface OrderFile {
  name: string;
  type: string;
  content: AsyncIterable<string> | Buffer;
}

export interface OrdersOptions {
  find(query: OrderQuery): OrdersView;
  one(name: string): OrderView | undefined;
  /** The pan as the camera saw it for a line, while the store keeps it. */
  picture(saleId: string, lineId: string): Uint8Array | undefined;
  places(): OrderPlaces;
  /** Everything a query finds as a file, made while it is sent. */
  file(query: OrderQuery, kind: 'csv' | 'xlsx', language: keyof Text): Promise<OrderFile>;
}

const closed = { additionalProperties: false };
const day = Type.Optional(Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }));
const name = Type.String({ minLength: 1, maxLength: 64 });
const asked = {
  q: Type.Optional(Type.String({ maxLength: 64 })),
  from: day,
  to: day,
  place: Type.Optional(name),
  state: Type.Optional(
    Type.Union([...ORDER_STATES, 'disputed' as const].map((each) => Type.Literal(each))),
  ),
};
const Query = Type.Object(
  { ...asked, before: Type.Optional(Type.String({ pattern: '^\\d{1,15}$' })) },
  closed,
);
const FileQuery = Type.Object(
  {
    ...asked,
    kind: Type.Union([Type.Literal('csv'), Type.Literal('xlsx')]),
    language: Type.Union([Type.Literal('zh'), Type.Literal('en')]),
  },
  closed,
);

export async function orders(server: FastifyInstance, options: OrdersOptions): Promise<void> {
  const may = (summary: string) => ({ audience: 'operator' as const, summary });
  server.get<{ Querystring: Static<typeof Query> }>(
    '/api/orders',
    { schema: { querystring: Query }, config: may('Orders, newest first, a page of them') },
    ({ query }) => options.find(query),
  );
  server.get('/api/orders/places', { config: may('Where orders come from') }, () =>
    options.places(),
  );
  server.get<{ Querystring: Static<typeof FileQuery> }>(
    '/api/orders/file',
    {
      schema: { querystring: FileQuery },
      config: { ...may('Everything that is found, as CSV or xlsx'), may: 'audit' },
    },
    async ({ query: { kind, language, ...query } }, reply) => {
      const { name: file, type, content } = await options.file(query, kind, language);
      reply.header('content-disposition', `attachment; filename="${file}"`);
      reply.type(type);
      return content instanceof Buffer ? content : Readable.from(content);
    },
  );
  server.get<{ Params: { name: string } }>(
    '/api/orders/:name',
    {
      schema: { params: Type.Object({ name }, closed) },
      config: may('One order: receipt, history, evidence'),
    },
    ({ params }, reply) => options.one(params.name) ?? reply.code(404).send(errorBody('NOT_FOUND')),
  );
  server.get<{ Params: { name: string; lineId: string } }>(
    '/api/orders/:name/pictures/:lineId',
    {
      schema: { params: Type.Object({ name, lineId: name }, closed) },
      // Whoever may see pictures of the pan elsewhere.
      config: { ...may('The pan as the camera saw it for a line'), may: 'goods' as const },
    },
    ({ params }, reply) => {
      const jpeg = options.picture(params.name, params.lineId);
      if (!jpeg) return reply.code(404).send(errorBody('NOT_FOUND'));
      return reply.type('image/jpeg').header('cache-control', 'no-store').send(Buffer.from(jpeg));
    },
  );
}
