/** The day's books: X, Z, a closed day again, and an acquirer's statement held against them. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { Person } from '../core/person.ts';
import type { Outcome } from '../core/ports.ts';
import type { CloseEventBodies } from '../core/sale/close-events.ts';
import type { Report } from '../core/sale/close-report.ts';
import { errorBody } from './http-errors.ts';

/** A closed day in the list of them. Net of refunds, in fen. */
export type CloseRow = Pick<Report, 'closeNo' | 'atLocal' | 'by'> & {
  sales: number;
  netFen: number;
};

export interface DayOptions {
  x(by: Person): Report;
  close(by: Person, cause: { key: string; fingerprint: string }): Report;
  closed(closeNo?: number): Report | undefined;
  /** Closed days before one of them, newest first, a page of them; and whether there are more. */
  closes(before?: number): { closes: CloseRow[]; more: boolean };
  print(report: Report): Promise<boolean>;
  reconcile(text: string, by: Person): Outcome<CloseEventBodies['StatementReconciled']>;
  audience: 'operator' | 'box';
  /** Who asks, from the door they came through; undefined where nobody says. */
  personOf(request: FastifyRequest, by: string | undefined): Person | undefined;
}

const closed = { additionalProperties: false };
const by = Type.Optional(Type.String({ minLength: 1, maxLength: 64 }));
const STATEMENT_BYTES = 16 * 1_048_576;

export async function day(server: FastifyInstance, options: DayOptions): Promise<void> {
  const { audience } = options;
  const nobody: Person = { id: '', name: '-' };
  const may = (summary: string) => ({ audience, summary });
  server.get('/api/day', { config: may('Totals since the last close (X)') }, (request) =>
    options.x(options.personOf(request, undefined) ?? nobody),
  );
  const query = Type.Object(
    { before: Type.Optional(Type.String({ pattern: '^\\d{1,9}$' })) },
    closed,
  );
  server.get<{ Querystring: { before?: string } }>(
    '/api/day/closes',
    { schema: { querystring: query }, config: may('Closed days, newest first') },
    ({ query: { before } }) => options.closes(before === undefined ? undefined : Number(before)),
  );
  const params = Type.Object({ closeNo: Type.String({ pattern: '^(last|\\d{1,9})$' }) }, closed);
  server.get<{ Params: { closeNo: string } }>(
    '/api/day/closes/:closeNo',
    { schema: { params }, config: may('A closed day again') },
    ({ params: { closeNo } }, reply) =>
      options.closed(closeNo === 'last' ? undefined : Number(closeNo)) ??
      reply.code(404).send(errorBody('NOT_FOUND')),
  );
  closeRoute(server, options);
  printRoute(server, options);
  const body = Type.Object({ by, text: Type.String({ maxLength: STATEMENT_BYTES }) }, closed);
  server.post<{ Body: { by?: string; text: string } }>(
    '/api/day/reconcile',
    {
      schema: { body },
      bodyLimit: STATEMENT_BYTES,
      config: { ...may('A statement held against the books'), may: 'money' },
    },
    (request, reply) => {
      const person = options.personOf(request, request.body.by);
      if (!person) return reply.code(400).send(errorBody('BAD_REQUEST'));
      return options.reconcile(request.body.text, person);
    },
  );
}

function closeRoute(server: FastifyInstance, options: DayOptions): void {
  const { audience } = options;
  const body = Type.Object({ by, print: Type.Boolean() }, closed);
  server.post<{ Body: { by?: string; print: boolean } }>(
    '/api/day/close',
    {
      schema: { body },
      config: { audience, summary: 'Close the day (Z)', may: 'money', fresh: true },
    },
    async (request, reply) => {
      const key = request.headers['idempotency-key'];
      if (typeof key !== 'string' || !/^[\w-]{8,64}$/.test(key))
        return reply.code(400).send(errorBody('KEY_MISSING'));
      const person = options.personOf(request, request.body.by);
      if (!person) return reply.code(400).send(errorBody('BAD_REQUEST'));
      const fingerprint = JSON.stringify({ what: 'day-close', by: person.id });
      const report = options.close(person, { key: `day:${key}`, fingerprint });
      const printed = request.body.print && (await options.print(report));
      return { report, printed };
    },
  );
}

/** On paper: a closed day again, or the day so far where no number is given. */
function printRoute(server: FastifyInstance, options: DayOptions): void {
  const closeNo = Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000_000 }));
  const body = Type.Object({ by, closeNo }, closed);
  server.post<{ Body: { by?: string; closeNo?: number } }>(
    '/api/day/print',
    {
      schema: { body },
      config: { audience: options.audience, summary: 'Print X, or a Z again', may: 'money' },
    },
    async (request, reply) => {
      const { by: name, closeNo: number } = request.body;
      const person = options.personOf(request, name);
      if (!person) return reply.code(400).send(errorBody('BAD_REQUEST'));
      const report = number === undefined ? options.x(person) : options.closed(number);
      if (!report) return reply.code(404).send(errorBody('NOT_FOUND'));
      return { printed: await options.print(report) };
    },
  );
}
