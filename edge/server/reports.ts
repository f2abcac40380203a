/** What may mean a loss, and what a report's page shows as a spreadsheet. */
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { type Cell, XLSX_TYPE } from '../core/csv.ts';
import { LOSS_DAYS, type LossDays, type LossesView } from '../core/views/loss-views.ts';

export interface ReportsOptions {
  /** Of so many local days up to now. */
  losses(days: LossDays): Promise<LossesView>;
  /** One sheet of these rows; texts stay texts, whatever they begin with. */
  sheet(rows: Cell[][]): Promise<Buffer>;
}

const closed = { additionalProperties: false };
const Query = Type.Object(
  { days: Type.Union(LOSS_DAYS.map((each) => Type.Literal(String(each)))) },
  closed,
);
/** A spreadsheet keeps fifteen digits of a number. */
const MOST = 1e15;
const NumberCell = Type.Number({ minimum: -MOST, maximum: MOST });
const CellSchema = Type.Union([Type.String({ maxLength: 500 }), NumberCell]);
const Rows = Type.Object(
  { rows: Type.Array(Type.Array(CellSchema, { maxItems: 32 }), { minItems: 1, maxItems: 2_000 }) },
  closed,
);

export async function reports(server: FastifyInstance, options: ReportsOptions): Promise<void> {
  const audience = 'operator' as const;
  server.get<{ Querystring: { days: string } }>(
    '/api/reports/losses',
    {
      schema: { querystring: Query },
      config: { audience, summary: 'Patterns that may mean a loss', may: 'audit' },
    },
    ({ query: { days } }) => options.losses(Number(days) as LossDays),
  );
  // The page says its rows: the sheet is in its language and holds what was looked at.
  server.post<{ Body: { rows: Cell[][] } }>(
    '/api/reports/sheet',
    {
      schema: { body: Rows },
      config: { audience, summary: 'Rows of a report as xlsx', may: 'view' },
    },
    async ({ body: { rows } }, reply) => reply.type(XLSX_TYPE).send(await options.sheet(rows)),
  );
}
