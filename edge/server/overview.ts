/** The figures of the operator's first page. */
import type { FastifyInstance } from 'fastify';
import type { OverviewView } from '../core/views/overview-views.ts';

export interface OverviewOptions {
  overview(): OverviewView;
}

export async function overview(
  server: FastifyInstance,
  { overview: look }: OverviewOptions,
): Promise<void> {
  const summary = 'A week in hours, today beside a week ago, and what wants a person';
  const config = { audience: 'operator' as const, summary, passive: true };
  server.get('/api/overview', { config }, () => look());
}
