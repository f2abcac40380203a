/** The last day of one device, for the operator's page. */
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { DeviceTimeline } from '../core/device-timeline.ts';
import { errorBody } from './http-errors.ts';

export interface DeviceTimelineOptions {
  /** Undefined where there is no such device. */
  timeline(id: string, hours: number): DeviceTimeline | undefined;
}

const closed = { additionalProperties: false };
const params = Type.Object({ id: Type.String({ pattern: '^[a-z][a-z0-9-]{0,31}$' }) }, closed);
const querystring = Type.Object(
  { hours: Type.Optional(Type.String({ pattern: '^([1-9]|[1-9]\\d|1[0-6]\\d)$' })) },
  closed,
);

export async function deviceTimelines(
  server: FastifyInstance,
  { timeline }: DeviceTimelineOptions,
): Promise<void> {
  const summary = 'States and outages of one device';
  const config = { audience: 'operator' as const, summary, passive: true };
  server.get<{ Params: { id: string }; Querystring: { hours?: string } }>(
    '/api/devices/:id/timeline',
    { schema: { params, querystring }, config },
    ({ params: { id }, query }, reply) =>
      timeline(id, Number(query.hours ?? 24)) ?? reply.code(404).send(errorBody('NOT_FOUND')),
  );
}
