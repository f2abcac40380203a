/** The operator's page: one live status view, behind the guard of the operator's doors. */
import type { FastifyInstance } from 'fastify';
import type { Clock } from '../core/ports.ts';
import type { StatusView } from '../core/views/status-view.ts';
import { createViewStream } from './view-stream.ts';

export interface AdminOptions {
  status(): StatusView;
  onChange(listener: () => void): void;
  clock: Clock;
  boot: string;
}

const operator = (summary: string) => ({ audience: 'operator' as const, summary });

export async function admin(server: FastifyInstance, options: AdminOptions): Promise<void> {
  const live = { view: options.status, onChange: options.onChange };
  const stream = createViewStream(live, options.clock, options.boot);
  server.get('/api/status', { config: operator('Is my store all right?') }, () => options.status());
  const config = { ...operator('The same, live (SSE)'), passive: true };
  server.get('/api/stream', { config }, (request, reply) => {
    reply.hijack();
    // Nobody goes on watching after their session.
    const forget = request.signedIn?.onEnd(() => reply.raw.destroy());
    if (forget) reply.raw.on('close', forget);
    stream.attach(reply.raw, request.headers['last-event-id'] as string | undefined);
    return reply;
  });
  server.addHook('preClose', async () => stream.close());
}
