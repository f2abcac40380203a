/**
 * What a technician may ask of the store's devices: the same routes on the box's own socket and
 * behind the guard of the operator's door. Changes want the right `devices`.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { Refusal } from '../core/ports.ts';
import type { CheckLevel } from '../core/views/diag-views.ts';
import type {
  DeviceDraft,
  DeviceSettings,
  DiagAct,
  DiagFile,
  DiagOptions,
} from './diag-options.ts';
import {
  actBody,
  by,
  closed,
  DAY_MS,
  draft,
  format,
  id,
  level,
  params,
  settings,
  TRACE_TEXT_BYTES,
} from './diag-schemas.ts';

type Named = { Params: { id: string } };
type Answer = { ok: true; value: unknown } | { ok: false; refusal: Refusal };
const answer = (outcome: Answer): Answer => outcome;

/** The person at the page, or who the command says it is. */
const whoOf = (request: FastifyRequest, given: string | undefined): string =>
  request.signedIn?.person.name ?? given ?? 'box';

const file = (reply: FastifyReply, { name, type, bytes }: DiagFile) =>
  reply
    .type(type)
    .header('content-disposition', `attachment; filename="${name}"`)
    .send(Buffer.from(bytes));

/** @param audience who asks: the box's own command, or a person at the operator's door */
export function diag(audience: 'box' | 'operator') {
  const look = (summary: string) => ({ audience, summary });
  const change = (summary: string) => ({
    audience,
    summary,
    ...(audience === 'operator' && { may: 'devices' as const }),
  });
  return async (server: FastifyInstance, options: DiagOptions): Promise<void> => {
    deviceRoutes(server, options, look, change);
    actRoutes(server, options, change);
    changeRoutes(server, options, change);
    portRoutes(server, options, look, change);
    traceRoutes(server, options, look, change);
    boxRoutes(server, options, look);
  };
}

type Config = (summary: string) => { audience: 'box' | 'operator'; summary: string };

function deviceRoutes(
  server: FastifyInstance,
  diag: DiagOptions,
  look: Config,
  change: Config,
): void {
  const watching = (summary: string) => ({ ...look(summary), passive: true }); // once a second
  server.get('/api/diag/devices', { config: watching('Every device with its reason') }, () => ({
    devices: diag.list(),
  }));
  server.post<{ Body: DeviceDraft & { by?: string } }>(
    '/api/diag/devices',
    { schema: { body: draft }, config: change('Takes one more device in') },
    (request) => {
      const { by: given, ...device } = request.body;
      return answer(diag.add(device, whoOf(request, given)));
    },
  );
  server.get<Named>(
    '/api/diag/devices/:id',
    { schema: { params }, config: watching('One device') },
    async ({ params }) => answer(await diag.show(params.id)),
  );
  server.get<Named>(
    '/api/diag/devices/:id/picture',
    { schema: { params }, config: look('Newest picture of a camera') },
    ({ params }, reply) => {
      const jpeg = diag.picture(params.id);
      return jpeg ? reply.type('image/jpeg').send(Buffer.from(jpeg)) : reply.code(404).send({});
    },
  );
}

function actRoutes(server: FastifyInstance, diag: DiagOptions, change: Config): void {
  server.post<Named & { Body: { level: CheckLevel } }>(
    '/api/diag/devices/:id/check',
    { schema: { params, body: Type.Object({ level }, closed) }, config: change('CheckHealth') },
    async ({ params, body }) => answer(await diag.check(params.id, body.level)),
  );
  server.post<Named>(
    '/api/diag/devices/:id/check/cancel',
    { schema: { params }, config: change('Calls a running CheckHealth off') },
    async ({ params }) => answer(await diag.cancelCheck(params.id)),
  );
  server.post<Named & { Body: DiagAct }>(
    '/api/diag/devices/:id/act',
    { schema: { params, body: actBody }, config: change('Zero, tare, unlock, enable …') },
    async (request) => {
      const who = whoOf(request, request.body.by);
      return answer(await diag.act(request.params.id, { ...request.body, by: who }));
    },
  );
}

/** What it is called, where it is, and which one it is. */
function changeRoutes(server: FastifyInstance, diag: DiagOptions, change: Config): void {
  server.post<Named & { Body: DeviceSettings & { by?: string } }>(
    '/api/diag/devices/:id/settings',
    { schema: { params, body: settings }, config: change('New settings, on trial for a minute') },
    async (request) => {
      const { by: given, ...wanted } = request.body;
      return answer(await diag.configure(request.params.id, wanted, whoOf(request, given)));
    },
  );
  const body = Type.Object({ with: Type.Optional(id), by }, closed);
  server.post<Named & { Body: { with?: string; by?: string } }>(
    '/api/diag/devices/:id/swap',
    { schema: { params, body }, config: change('Another one in its place; without one, undone') },
    async (request) => {
      const { with: other, by: given } = request.body;
      const who = whoOf(request, given);
      const { id: device } = request.params;
      return answer(await (other ? diag.swap(device, other, who) : diag.unswap(device, who)));
    },
  );
  server.post<Named & { Body: { to: string; by?: string } }>(
    '/api/diag/devices/:id/rename',
    {
      schema: { params, body: Type.Object({ to: id, by }, closed) },
      config: change('Another name'),
    },
    async (request) =>
      answer(
        await diag.rename(request.params.id, request.body.to, whoOf(request, request.body.by)),
      ),
  );
  server.post<Named & { Body: { by?: string } }>(
    '/api/diag/devices/:id/remove',
    {
      schema: { params, body: Type.Object({ by }, closed) },
      config: change('Lets it go for good'),
    },
    async (request) =>
      answer(await diag.remove(request.params.id, whoOf(request, request.body.by))),
  );
}

/** Aborted where whoever asked goes away before the answer: the port is free again at once. */
function untilGone({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  raw.once('close', () => raw.writableEnded || gone.abort());
  return gone.signal;
}

function portRoutes(
  server: FastifyInstance,
  diag: DiagOptions,
  look: Config,
  change: Config,
): void {
  server.get('/api/diag/ports', { config: look('Serial ports of the box') }, () => ({
    ports: diag.ports(),
    drivers: diag.drivers(),
  }));
  const body = Type.Object(
    { path: Type.String({ maxLength: 300 }), all: Type.Optional(Type.Boolean()) },
    closed,
  );
  server.post<{ Body: { path: string; all?: boolean } }>(
    '/api/diag/ports/probe',
    { schema: { body }, config: change('What sits at a port; only asks') },
    async ({ body }, reply) =>
      answer(await diag.probe(body.path, body.all ?? false, untilGone(reply))),
  );
}

function traceRoutes(
  server: FastifyInstance,
  diag: DiagOptions,
  look: Config,
  change: Config,
): void {
  const querystring = Type.Object(
    {
      after: Type.Optional(Type.String({ pattern: '^-?\\d{1,15}$' })),
      limit: Type.Optional(Type.String({ pattern: '^\\d{1,4}$' })),
    },
    closed,
  );
  server.get<Named & { Querystring: { after?: string; limit?: string } }>(
    '/api/diag/devices/:id/lines',
    { schema: { params, querystring }, config: { ...look('What is on its wire'), passive: true } },
    async ({ params, query }) =>
      answer(await diag.lines(params.id, Number(query.after ?? -1), Number(query.limit ?? 200))),
  );
  server.get<Named>(
    '/api/diag/devices/:id/timing',
    { schema: { params }, config: { ...look('How regular its line is'), passive: true } },
    async ({ params }) => answer(await diag.timing(params.id)),
  );
  const since = Type.Object(
    {
      since: Type.Optional(Type.String({ pattern: '^\\d{1,9}$' })),
      from: Type.Optional(Type.String({ pattern: '^\\d{1,12}$' })),
    },
    closed,
  );
  const traced = Type.Object({ id, format }, closed);
  server.get<{
    Params: { id: string; format: 'ytrace' | 'pcapng' | 'txt' };
    Querystring: { since?: string; from?: string };
  }>(
    '/api/diag/devices/:id/trace/:format',
    { schema: { params: traced, querystring: since }, config: look('Its wire as a file') },
    async ({ params, query }, reply) => {
      const { since = DAY_MS, from = 0 } = query;
      const made = await diag.traceFile(params.id, params.format, Number(since), Number(from));
      return made.ok ? file(reply, made.value) : answer(made);
    },
  );
  const body = Type.Object({ text: Type.String({ maxLength: TRACE_TEXT_BYTES }) }, closed);
  const large = { schema: { body }, bodyLimit: TRACE_TEXT_BYTES };
  server.post<{ Body: { text: string } }>(
    '/api/diag/replay',
    { ...large, config: change('A trace file once more through its driver') },
    async ({ body }) => answer(await diag.replay(body.text)),
  );
  server.post<{ Body: { text: string } }>(
    '/api/diag/golden',
    { ...large, config: change('Golden lines of a trace file') },
    ({ body }) => answer(diag.golden(body.text)),
  );
}

function boxRoutes(server: FastifyInstance, diag: DiagOptions, look: Config): void {
  server.get('/api/diag/doctor', { config: look('Checks of the box') }, () => diag.doctor());
  const since = Type.Object(
    { since: Type.Optional(Type.String({ pattern: '^\\d{1,9}$' })) },
    closed,
  );
  server.get<{ Querystring: { since?: string } }>(
    '/api/diag/support',
    { schema: { querystring: since }, config: look('Support bundle, one file') },
    ({ query }, reply) => {
      const { name, bytes } = diag.support(Number(query.since ?? DAY_MS));
      return file(reply, { name, type: 'application/gzip', bytes });
    },
  );
  server.get('/api/diag/summary', { config: look('Its summary, for a QR code') }, () => {
    const { summary, files, bytes, name } = diag.support(DAY_MS);
    return { summary, files, name, size: bytes.length };
  });
}
