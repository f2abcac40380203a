/** Who did what; whether the ledger is whole; copies of it. */
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import type { Outcome, Text } from '../core/ports.ts';
import { ACT_KINDS } from '../core/views/acts.ts';
import type {
  AuditPeople,
  AuditQuery,
  AuditView,
  LedgerFilesView,
  LedgerWorkView,
} from '../core/views/audit-views.ts';
import { errorBody } from './http-errors.ts';

export interface AuditOptions {
  find(query: AuditQuery): AuditView;
  people(): AuditPeople;
  file(query: AuditQuery, language: keyof Text): AsyncIterable<string>;
  work: {
    view(): LedgerFilesView;
    begin(kind: LedgerWorkView['kind'], by: string, name?: string): Outcome<LedgerWorkView>;
    cancel(): void;
    /** A backup as one `.tar.gz`; undefined where there is none of that name. */
    download(name: string): Readable | undefined;
    close(): void;
  };
}

const closed = { additionalProperties: false };
const day = Type.Optional(Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }));
const asked = {
  kind: Type.Optional(Type.Union(ACT_KINDS.map((each) => Type.Literal(each)))),
  person: Type.Optional(Type.String({ minLength: 1, maxLength: 96 })),
  from: day,
  to: day,
};
const Query = Type.Object(
  { ...asked, before: Type.Optional(Type.String({ pattern: '^\\d{1,15}$' })) },
  closed,
);
const FileQuery = Type.Object(
  { ...asked, language: Type.Union([Type.Literal('zh'), Type.Literal('en')]) },
  closed,
);
const backupName = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{6}$' });

const operator = (summary: string) => ({ audience: 'operator' as const, summary });
const byOf = ({ signedIn }: FastifyRequest): string => signedIn?.person.name ?? '';

export async function audit(server: FastifyInstance, options: AuditOptions): Promise<void> {
  const may = (summary: string) => ({ ...operator(summary), may: 'audit' as const });
  server.get<{ Querystring: Static<typeof Query> }>(
    '/api/audit',
    { schema: { querystring: Query }, config: may('Who did what, newest first') },
    ({ query }) => options.find(query),
  );
  server.get('/api/audit/people', { config: may('Everybody who ever did anything') }, () =>
    options.people(),
  );
  server.get<{ Querystring: Static<typeof FileQuery> }>(
    '/api/audit/file',
    { schema: { querystring: FileQuery }, config: may('The same as CSV') },
    ({ query: { language, ...query } }, reply) => {
      reply.header('content-disposition', 'attachment; filename="audit.csv"');
      return reply
        .type('text/csv; charset=utf-8')
        .send(Readable.from(options.file(query, language)));
    },
  );
  workRoutes(server, options.work);
  server.addHook('preClose', async () => options.work.close());
}

function workRoutes(server: FastifyInstance, work: AuditOptions['work']): void {
  const may = (summary: string) => ({ ...operator(summary), may: 'audit' as const });
  const keys = (summary: string) => ({ ...operator(summary), may: 'settings' as const });
  const looking = { ...may('Work on the ledger’s files, and its backups'), passive: true };
  server.get('/api/ledger/work', { config: looking }, () => work.view());
  server.post('/api/ledger/verify', { config: may('Verify the ledger') }, (request) =>
    work.begin('verify', byOf(request)),
  );
  server.post('/api/ledger/cancel', { config: may('Call the work off') }, () => {
    work.cancel();
    return { ok: true };
  });
  server.post(
    '/api/ledger/backup',
    { config: keys('Copy the ledger and verify the copy') },
    (req) => work.begin('backup', byOf(req)),
  );
  const params = Type.Object({ name: backupName }, closed);
  server.post<{ Params: { name: string } }>(
    '/api/ledger/backups/:name/verify',
    { schema: { params }, config: may('Verify a backup') },
    (request) => work.begin('check-backup', byOf(request), request.params.name),
  );
  // Asked first, since a browser that downloads cannot show the question who it is.
  server.post(
    '/api/ledger/backups/:name/ask',
    { schema: { params }, config: { ...keys('Whether a backup may be taken'), fresh: true } },
    () => ({ ok: true }),
  );
  server.get<{ Params: { name: string } }>(
    '/api/ledger/backups/:name',
    { schema: { params }, config: { ...keys('A backup as one file'), fresh: true } },
    ({ params: { name } }, reply) => {
      const content = work.download(name);
      if (!content) return reply.code(404).send(errorBody('NOT_FOUND'));
      reply.header('content-disposition', `attachment; filename="yike-${name}.tar.gz"`);
      return reply.type('application/gzip').send(content);
    },
  );
}
