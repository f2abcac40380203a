/** Articles, their prices and the price rules: the same routes for the operator and the box. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { Person } from '../core/person.ts';
import type { Outcome } from '../core/ports.ts';
import type {
  CatalogueAsk,
  ProductQuery,
  ProductsView,
  PromotionsView,
  TagKind,
  TagView,
} from '../core/views/catalogue-view.ts';
import { PRODUCT_FILTERS } from '../core/views/catalogue-view.ts';
import type { CommandAnswer } from '../core/views/views.ts';
import { errorBody } from './http-errors.ts';

/** The keeper of prices as the server sees it. */
export interface CatalogueRoutesOptions {
  keeper: {
    products(query: ProductQuery): ProductsView;
    promotions(): PromotionsView;
    handle(asked: CatalogueAsk, key: string, by: Person): Promise<CommandAnswer>;
    photograph(
      sku: string,
      bytes: Uint8Array | undefined,
      key: string,
      by: Person,
    ): Promise<CommandAnswer>;
  };
  tags: {
    view(sku: string, kind: TagKind): TagView | undefined;
    print(sku: string, kind: TagKind, by: Person): Promise<Outcome<undefined>>;
  };
  audience: 'operator' | 'box';
}

const closed = { additionalProperties: false };
const id = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' });
const fen = Type.Integer({ minimum: 0, maximum: 10_000_000 });

const change = (field: string, value: object) =>
  Type.Object({ sku: id, field: Type.Literal(field), was: value, is: value }, closed);

/** Pictures are changed by their own routes, which make the file first. */
const AskSchema = Type.Union([
  Type.Object(
    {
      kind: Type.Literal('edit'),
      changes: Type.Array(
        Type.Union([change('unitPriceFen', fen), change('onSale', Type.Boolean())]),
        { minItems: 1, maxItems: 5_000 },
      ),
    },
    closed,
  ),
  Type.Object({ kind: Type.Literal('undo'), editId: id }, closed),
  // The rule itself is checked whole by the core, as head office's are.
  Type.Object(
    {
      kind: Type.Literal('set-promotion'),
      promotion: Type.Object({}, { additionalProperties: true }),
    },
    closed,
  ),
  Type.Object({ kind: Type.Literal('end-promotion'), promotionId: id }, closed),
]);

const Query = Type.Object(
  {
    q: Type.Optional(Type.String({ maxLength: 64 })),
    filter: Type.Optional(Type.Union(PRODUCT_FILTERS.map((each) => Type.Literal(each)))),
    limit: Type.Optional(Type.String({ pattern: '^\\d{1,6}$' })),
  },
  closed,
);
interface QueryOf {
  q?: string;
  filter?: ProductQuery['filter'];
  limit?: string;
}

const COMMANDS_BYTES = 2 * 1_048_576;

export async function catalogueRoutes(
  server: FastifyInstance,
  options: CatalogueRoutesOptions,
): Promise<void> {
  const { keeper, audience } = options;
  pictureRoutes(server, options);
  tagRoutes(server, options);
  const config = (summary: string) => ({ audience, summary });
  server.get<{ Querystring: QueryOf }>(
    '/api/products',
    { schema: { querystring: Query }, config: config('Articles by name, pinyin, PLU or barcode') },
    ({ query: { q = '', filter = 'all', limit = '100' } }) =>
      keeper.products({ text: q, filter, limit: Number(limit) }),
  );
  server.get('/api/promotions', { config: config('Price rules: running, planned, over') }, () =>
    keeper.promotions(),
  );
  server.post<{ Body: unknown }>(
    '/api/products/commands',
    {
      schema: { body: AskSchema },
      bodyLimit: COMMANDS_BYTES,
      config: { ...config('Change prices, or take a change back'), may: 'goods', fresh: true },
    },
    async (request, reply) => {
      const key = request.headers['idempotency-key'];
      if (typeof key !== 'string' || !/^[\w-]{8,64}$/.test(key))
        return reply.code(400).send(errorBody('KEY_MISSING'));
      // The schema above is exactly CatalogueAsk, but for the rule.
      return keeper.handle(request.body as CatalogueAsk, key, personOf(request));
    },
  );
}

const MAX_TAGS = 500;
const tagKind = Type.Union([Type.Literal('shelf'), Type.Literal('scale')]);

function tagRoutes(server: FastifyInstance, { tags, audience }: CatalogueRoutesOptions): void {
  const query = Type.Object({ kind: tagKind, skus: Type.String({ maxLength: 32_768 }) }, closed);
  server.get<{ Querystring: { kind: TagKind; skus: string } }>(
    '/api/products/tags',
    {
      schema: { querystring: query },
      config: { audience, summary: 'Tags as they would be printed' },
    },
    ({ query: { kind, skus } }) => ({
      tags: skus
        .split(',')
        .slice(0, MAX_TAGS)
        .flatMap((sku) => tags.view(sku, kind) ?? []),
    }),
  );
  const body = Type.Object({ sku: id, kind: tagKind }, closed);
  server.post<{ Body: { sku: string; kind: TagKind } }>(
    '/api/products/tags',
    { schema: { body }, config: { audience, summary: 'Print one tag', may: 'goods' } },
    async (request): Promise<CommandAnswer> => {
      const { sku, kind } = request.body;
      const printed = await tags.print(sku, kind, personOf(request));
      return printed.ok ? { ok: true } : printed;
    },
  );
}

const PICTURE_BYTES = 8 * 1_048_576;

/** A photo comes as it is, not as JSON; what is no picture is refused by what it holds. */
function pictureRoutes(
  server: FastifyInstance,
  { keeper, audience }: CatalogueRoutesOptions,
): void {
  const types = ['image/jpeg', 'image/png', 'image/webp'];
  server.addContentTypeParser(types, { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  );
  const params = Type.Object({ sku: id }, closed);
  const change = (method: 'POST' | 'DELETE', summary: string) =>
    server.route<{ Params: { sku: string }; Body: unknown }>({
      method,
      url: '/api/products/:sku/picture',
      schema: { params },
      bodyLimit: PICTURE_BYTES,
      config: { audience, summary, may: 'goods' },
      async handler(request, reply) {
        const key = request.headers['idempotency-key'];
        if (typeof key !== 'string' || !/^[\w-]{8,64}$/.test(key))
          return reply.code(400).send(errorBody('KEY_MISSING'));
        const bytes = method === 'POST' ? request.body : undefined;
        if (method === 'POST' && !(bytes instanceof Uint8Array))
          return reply.code(400).send(errorBody('BAD_REQUEST'));
        const photo = bytes instanceof Uint8Array ? bytes : undefined;
        return keeper.photograph(request.params.sku, photo, key, personOf(request));
      },
    });
  change('POST', 'A photo of an article, taken here');
  change('DELETE', "Head office's picture again");
}

/** Who is signed in; on the box's own socket, whoever may log in to the box. */
export const personOf = ({ signedIn }: FastifyRequest): Person =>
  signedIn ? { id: signedIn.person.id, name: signedIn.person.name } : { id: 'box', name: 'box' };
