/** The room where the operator sees what head office has, has not, and did not understand. */
import type { FastifyInstance } from 'fastify';
import type { Outcome } from '../core/ports.ts';
import type { StandingView, SyncRoomView } from '../core/views/sync-views.ts';

export interface SyncRoomOptions {
  room(): SyncRoomView;
  /** Asks head office now. */
  standing(): Promise<Outcome<StandingView>>;
  /** Both conversations try now, whatever they were waiting for. */
  tryNow(): void;
}

export async function syncRoom(server: FastifyInstance, options: SyncRoomOptions): Promise<void> {
  const operator = (summary: string) => ({ audience: 'operator' as const, summary });
  const looking = { ...operator('Messages and room on the disk'), passive: true };
  server.get('/api/sync/room', { config: looking }, () => options.room());
  server.get(
    '/api/sync/standing',
    { config: operator('What head office holds, asked for now') },
    async (_, reply) => {
      const standing = await options.standing();
      return standing.ok ? standing.value : reply.code(502).send({ error: standing.refusal });
    },
  );
  server.post(
    '/api/sync/try',
    { config: { ...operator('Try head office now'), may: 'view' } },
    () => {
      options.tryNow();
      return { ok: true };
    },
  );
}
