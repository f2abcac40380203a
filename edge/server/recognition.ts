/** Recognition for the operator: what to look at again, how it fares, teaching, versions. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { Outcome } from '../core/ports.ts';
import type {
  LookView,
  PackView,
  RecognitionRoomView,
  SampleCardView,
  VersionView,
} from '../core/views/recognition-view.ts';
import { errorBody } from './http-errors.ts';

type Answer<T = unknown> = Outcome<T> | Promise<Outcome<T>>;

/** The room as the server sees it; `by` is the name of the signed-in person. */
export interface RecognitionRoutesOptions {
  view(): RecognitionRoomView;
  picture(id: string): Uint8Array | undefined;
  samples(sku: string): SampleCardView[];
  versions(): VersionView[];
  packs(): PackView[];
  usePack(name: string, by: string): Answer;
  exportGallery(): Uint8Array;
  counters(): string[];
  look(counterId: string, sku: string): Answer<LookView>;
  shoot(counterId: string, sku: string, by: string): Answer;
  endTeaching(counterId: string): void;
  relabel(reviewId: string, sku: string, by: string): Answer;
  skip(reviewId: string, by: string): Answer;
  undo(reviewId: string, by: string): Answer;
  removeSample(sampleId: string, by: string): Answer;
  refit(what: 'rehearse' | 'publish', by: string): void;
  forget(by: string): Answer;
  rollBack(version: number, by: string): Answer;
  importGallery(bytes: Uint8Array, by: string): Answer;
}

const closed = { additionalProperties: false };
const id = Type.String({ pattern: '^[\\w:.-]{1,120}$' });
const sku = Type.String({ minLength: 1, maxLength: 64 });
/** Ten thousand pictures, in base64. */
const GALLERY_TEXT_BYTES = 16 * 1_048_576;
const DONE = { ok: true as const };

const look = (summary: string) => ({ audience: 'operator' as const, summary });
/** Pictures of the pan and of teaching are for those who do it. */
const goods = (summary: string) => ({ ...look(summary), may: 'goods' as const });
/** What changes the answers of every scale at once. */
const settings = (summary: string) => ({ ...look(summary), may: 'settings' as const });
const nameOf = ({ signedIn }: FastifyRequest): string => signedIn?.person.name ?? '-';

export async function recognitionRoutes(
  server: FastifyInstance,
  room: RecognitionRoutesOptions,
): Promise<void> {
  const live = { ...look('Recognition: queue, figures, goods'), passive: true };
  server.get('/api/recognition', { config: live }, () => room.view());
  server.get('/api/recognition/versions', { config: look('Published versions') }, () => ({
    versions: room.versions(),
  }));
  server.get('/api/recognition/packs', { config: look('Models that can answer') }, () => ({
    packs: room.packs(),
  }));
  server.get<{ Params: { id: string } }>(
    '/api/recognition/pictures/:id',
    { schema: { params: Type.Object({ id }, closed) }, config: goods('A kept picture of the pan') },
    ({ params }, reply) => {
      const jpeg = room.picture(params.id);
      if (!jpeg) return reply.code(404).send(errorBody('NOT_FOUND'));
      return reply.type('image/jpeg').header('cache-control', 'no-store').send(Buffer.from(jpeg));
    },
  );
  server.get<{ Params: { sku: string } }>(
    '/api/recognition/samples/:sku',
    {
      schema: { params: Type.Object({ sku }, closed) },
      config: look('Pictures learnt of an item'),
    },
    ({ params }) => ({ samples: room.samples(params.sku) }),
  );
  reviewRoutes(server, room);
  teachRoutes(server, room);
  versionRoutes(server, room);
}

function reviewRoutes(server: FastifyInstance, room: RecognitionRoutesOptions): void {
  const body = Type.Union([
    Type.Object({ verdict: Type.Literal('relabel'), sku }, closed),
    Type.Object({ verdict: Type.Union([Type.Literal('skip'), Type.Literal('undo')]) }, closed),
  ]);
  server.post<{
    Params: { id: string };
    Body: { verdict: 'relabel'; sku: string } | { verdict: 'skip' | 'undo' };
  }>(
    '/api/recognition/review/:id',
    { schema: { params: Type.Object({ id }, closed), body }, config: goods('What lay there') },
    async (request) => {
      const { params, body: decision } = request;
      const by = nameOf(request);
      if (decision.verdict === 'relabel') return room.relabel(params.id, decision.sku, by);
      return decision.verdict === 'skip' ? room.skip(params.id, by) : room.undo(params.id, by);
    },
  );
}

function teachRoutes(server: FastifyInstance, room: RecognitionRoutesOptions): void {
  const params = Type.Object({ counterId: sku }, closed);
  const asked = Type.Object({ sku }, closed);
  server.get<{ Params: { counterId: string }; Querystring: { sku: string } }>(
    '/api/recognition/counters/:counterId/look',
    {
      schema: { params, querystring: asked },
      config: goods('What the next shot would be, and the pan as it lies there'),
    },
    async (request, reply) => {
      const { counterId } = request.params;
      if (!room.counters().includes(counterId)) return reply.code(404).send(errorBody('NOT_FOUND'));
      return room.look(counterId, request.query.sku);
    },
  );
  server.post<{ Params: { counterId: string }; Body: { sku: string } }>(
    '/api/recognition/counters/:counterId/shots',
    { schema: { params, body: asked }, config: goods('Teaches what lies there now') },
    async (request, reply) => {
      const { counterId } = request.params;
      if (!room.counters().includes(counterId)) return reply.code(404).send(errorBody('NOT_FOUND'));
      return room.shoot(counterId, request.body.sku, nameOf(request));
    },
  );
  server.post<{ Params: { counterId: string } }>(
    '/api/recognition/counters/:counterId/end',
    { schema: { params }, config: goods('Teaching is over: the counter sells again') },
    ({ params: { counterId } }) => {
      room.endTeaching(counterId);
      return DONE;
    },
  );
  server.post<{ Params: { id: string } }>(
    '/api/recognition/samples/:id/remove',
    { schema: { params: Type.Object({ id }, closed) }, config: goods('Takes one picture back') },
    async (request) => room.removeSample(request.params.id, nameOf(request)),
  );
}

function versionRoutes(server: FastifyInstance, room: RecognitionRoutesOptions): void {
  const what = Type.Union([Type.Literal('rehearse'), Type.Literal('publish')]);
  server.post<{ Body: { what: 'rehearse' | 'publish' } }>(
    '/api/recognition/refit',
    { schema: { body: Type.Object({ what }, closed) }, config: goods('Tries or publishes it') },
    (request) => {
      room.refit(request.body.what, nameOf(request));
      return DONE;
    },
  );
  server.post(
    '/api/recognition/forget',
    { config: goods('Forgets what was not published') },
    async (request) => room.forget(nameOf(request)),
  );
  const version = Type.Integer({ minimum: 1, maximum: 99_999_999 });
  server.post<{ Body: { version: number } }>(
    '/api/recognition/roll-back',
    { schema: { body: Type.Object({ version }, closed) }, config: settings('An older version') },
    async (request) => room.rollBack(request.body.version, nameOf(request)),
  );
  server.post<{ Body: { name: string } }>(
    '/api/recognition/pack',
    {
      schema: { body: Type.Object({ name: Type.String({ pattern: '^[\\w.-]{1,120}$' }) }, closed) },
      config: settings('Another model answers'),
    },
    async (request) => room.usePack(request.body.name, nameOf(request)),
  );
  server.get(
    '/api/recognition/gallery',
    { config: settings('What is learnt, as a file') },
    (_, reply) =>
      reply
        .type('application/octet-stream')
        .header('content-disposition', 'attachment; filename="yike-learnt.ykg"')
        .send(Buffer.from(room.exportGallery())),
  );
  const body = Type.Object(
    { base64: Type.String({ pattern: '^[A-Za-z0-9+/]*={0,2}$', maxLength: GALLERY_TEXT_BYTES }) },
    closed,
  );
  server.post<{ Body: { base64: string } }>(
    '/api/recognition/gallery',
    {
      schema: { body },
      bodyLimit: GALLERY_TEXT_BYTES,
      config: settings('Takes in what another scale learnt'),
    },
    async (request) =>
      room.importGallery(Buffer.from(request.body.base64, 'base64'), nameOf(request)),
  );
}
