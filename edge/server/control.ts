/**
 * The box's own control socket (a unix socket in the data directory, owner only): what the `yike`
 * command asks a running controller. Never on the network.
 */
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { PersonChange, PersonView } from '../access/access.ts';
import type { Outcome, Refusal } from '../core/ports.ts';
import type { StatusView } from '../core/views/status-view.ts';
import type { StandingView } from '../core/views/sync-views.ts';
import type { DeviceView, WeightView } from '../core/views/views.ts';

export interface ControlOptions {
  status(): StatusView;
  devices(): DeviceView[];
  /** Newest reading of a scale, or undefined where there is no such scale. */
  weight(scaleId: string): WeightView | undefined;
  /** Takes one picture of what lies at a counter as a sample of `sku`. */
  teach(counterId: string, sku: string): Promise<Outcome<{ samples: number }>>;
  publish(): Promise<Outcome<{ version: number; items: number; samples: number }>>;
  showTeaching(done: number, of: number, sku: string | undefined): void;
  restart(deviceId: string): boolean;
  syncNow(): void;
  /** What head office holds, asked for now. */
  standing(): Promise<Outcome<StandingView>>;
  access: BoxAccess;
}

/** What the box itself may do about accounts: whoever reaches this socket owns the box. */
export interface BoxAccess {
  setupCode(): string | undefined;
  people(): PersonView[];
  change(id: string, change: PersonChange, by: string): Promise<Outcome<PersonView>>;
}

const box = (summary: string) => ({ audience: 'box' as const, summary });
const closed = { additionalProperties: false };
const name = Type.String({ minLength: 1, maxLength: 64 });
const count = Type.Integer({ minimum: 0, maximum: 10_000 });

const answer = <T>(outcome: Outcome<T>): { ok: true; value: T } | { ok: false; refusal: Refusal } =>
  outcome;

export async function control(server: FastifyInstance, options: ControlOptions): Promise<void> {
  server.get('/status', { config: box('Status') }, () => options.status());
  server.get('/devices', { config: box('Devices') }, () => ({ devices: options.devices() }));
  const params = Type.Object({ id: name }, closed);
  server.get<{ Params: { id: string } }>(
    '/scales/:id',
    { schema: { params }, config: box('Newest reading') },
    (request, reply) => options.weight(request.params.id) ?? reply.code(404).send({}),
  );
  server.post<{ Params: { id: string } }>(
    '/devices/:id/restart',
    { schema: { params }, config: box('Close and open again') },
    (request, reply) =>
      options.restart(request.params.id) ? { ok: true } : reply.code(404).send({}),
  );
  server.post('/sync', { config: box('Try head office now') }, () => {
    options.syncNow();
    return { ok: true };
  });
  server.get('/sync/standing', { config: box('What head office holds') }, async () =>
    answer(await options.standing()),
  );
  teachRoutes(server, options);
  accessRoutes(server, options.access);
}

function accessRoutes(server: FastifyInstance, access: BoxAccess): void {
  server.get('/access', { config: box('Accounts, and the one-time code') }, () => ({
    code: access.setupCode() ?? null,
    people: access.people(),
  }));
  const secret = Type.Optional(Type.String({ minLength: 1, maxLength: 128 }));
  const body = Type.Object({ password: secret, pin: secret }, closed);
  server.post<{ Params: { id: string }; Body: { password?: string; pin?: string } }>(
    '/access/:id',
    {
      schema: { params: Type.Object({ id: name }, closed), body },
      config: box('A new password or PIN for somebody who forgot theirs'),
    },
    async ({ params, body }) => answer(await access.change(params.id, body, 'box')),
  );
}

function teachRoutes(server: FastifyInstance, options: ControlOptions): void {
  const sample = Type.Object({ counterId: name, sku: name }, closed);
  server.post<{ Body: { counterId: string; sku: string } }>(
    '/teach',
    { schema: { body: sample }, config: box('One picture as a sample of an item') },
    async ({ body }) => answer(await options.teach(body.counterId, body.sku)),
  );
  server.post('/teach/publish', { config: box('Use what was taught') }, async () =>
    answer(await options.publish()),
  );
  const progress = Type.Object({ done: count, of: count, sku: Type.Optional(name) }, closed);
  server.post<{ Body: { done: number; of: number; sku?: string } }>(
    '/teach/progress',
    { schema: { body: progress }, config: box('Shown on the screens') },
    ({ body }) => {
      options.showTeaching(body.done, body.of, body.sku);
      return { ok: true };
    },
  );
}
