/**
 * What staff ask of the lanes. On the operator's doors it is the signed-in person who answers for
 * it, and the second person proves themselves with their PIN; on the box's own socket the names are
 * given, since whoever reaches it owns the box.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { Warrant } from '../core/person.ts';
import type { Outcome, Refusal } from '../core/ports.ts';
import { type AttendantCommand, LOCK_REASONS, MOVES_MONEY } from '../core/sale/attendant.ts';
import type { Assistance } from '../core/views/assist-views.ts';
import { errorBody } from './http-errors.ts';

export interface AssistOptions extends Assistance {
  audience: 'operator' | 'box';
  /** Who stands behind a request, from the door it came through. */
  warrantOf(request: FastifyRequest, asked: AskedWarrant): Promise<Outcome<Warrant>>;
}

export interface AskedWarrant {
  reason: string;
  /** On the box's socket: the names of the people. */
  by?: string;
  approvedBy?: string;
  /** On the operator's doors: the second person, by PIN. */
  second?: { id: string; pin: string };
}

const closed = { additionalProperties: false };
const name = Type.String({ minLength: 1, maxLength: 64 });
const fen = Type.Integer({ minimum: 0, maximum: 100_000_000 });
const count = Type.Integer({ minimum: 0, maximum: 100_000 });
const kind = <K extends AttendantCommand['kind']>(value: K) => Type.Literal(value);
const lockReason = Type.Union(LOCK_REASONS.map((each) => Type.Literal(each)));
const spoilt = Type.Optional(Type.Boolean());
const wantedBack = Type.Object(
  { lineId: name, quantity: count, amountFen: Type.Optional(fen), spoilt },
  closed,
);
const unreceipted = Type.Object(
  { sku: name, pieces: count, grams: count, amountFen: fen, spoilt },
  closed,
);
const lines = <T extends object>(line: T) => Type.Array(line, { maxItems: 200 });

const Command = Type.Union([
  Type.Object({ kind: kind('answer-help') }, closed),
  Type.Object({ kind: kind('join-help') }, closed),
  Type.Object({ kind: kind('approve-bag') }, closed),
  Type.Object({ kind: kind('take-cash'), receivedFen: fen }, closed),
  Type.Object({ kind: kind('return-cash'), saleId: name, tenderId: name }, closed),
  Type.Object({ kind: kind('approve-age') }, closed),
  Type.Object({ kind: kind('refuse-age') }, closed),
  Type.Object({ kind: kind('void-line'), lineId: name }, closed),
  Type.Object({ kind: kind('void-sale') }, closed),
  Type.Object({ kind: kind('recall'), code: Type.String({ pattern: '^\\d{4}$' }) }, closed),
  Type.Object({ kind: kind('refund'), receiptNo: name, lines: lines(wantedBack) }, closed),
  Type.Object({ kind: kind('refund-unreceipted'), lines: lines(unreceipted) }, closed),
  Type.Object({ kind: kind('refund-by-hand'), saleId: name, refundNo: name }, closed),
  Type.Object({ kind: kind('hand-back'), saleId: name, tenderId: name }, closed),
  Type.Object(
    { kind: kind('settle-by-hand'), saleId: name, tenderId: name, charged: Type.Boolean() },
    closed,
  ),
  Type.Object(
    { kind: kind('settle-refund-by-hand'), saleId: name, refundNo: name, paid: Type.Boolean() },
    closed,
  ),
  Type.Object({ kind: kind('copy-receipt'), receiptNo: name }, closed),
  Type.Object({ kind: kind('lock'), why: lockReason }, closed),
  Type.Object({ kind: kind('unlock') }, closed),
]);

const Body = Type.Object(
  {
    command: Command,
    reason: Type.String({ minLength: 1, maxLength: 200 }),
    by: Type.Optional(name),
    approvedBy: Type.Optional(name),
    second: Type.Optional(Type.Object({ id: name, pin: name }, closed)),
  },
  closed,
);
type Asked = AskedWarrant & { command: AttendantCommand };

const NOT_HERE: Refusal = {
  code: 'MONEY_ELSEWHERE',
  message: { zh: '退钱要走另一个地址', en: 'Money goes back over another address' },
  next: { zh: '用 /api/lanes/:id/money', en: 'Use /api/lanes/:id/money' },
};

export async function assist(server: FastifyInstance, options: AssistOptions): Promise<void> {
  const { audience } = options;
  const params = Type.Object({ name }, closed);
  const may = (summary: string) => ({ audience, summary });
  // Looked at once a second by the page: that alone does not keep a session from going idle.
  const looking = { ...may('The lanes, and what waits for a person'), passive: true };
  server.get('/api/assist', { config: looking }, () => options.view());
  server.get<{ Params: { name: string } }>(
    '/api/sales/:name',
    { schema: { params }, config: may('One sale in full, by receipt number or id') },
    ({ params: { name: asked } }, reply) =>
      options.sale(asked) ?? reply.code(404).send(errorBody('NOT_FOUND')),
  );
  const acts = { ...may('An act of staff at a lane'), may: 'assist' as const };
  const money = { ...may('Money back, by staff'), may: 'money' as const, fresh: true };
  route(server, options, '/api/lanes/:id/assist', acts, false);
  route(server, options, '/api/lanes/:id/money', money, true);
}

function route(
  server: FastifyInstance,
  options: AssistOptions,
  path: string,
  config: object & { audience: AssistOptions['audience']; summary: string },
  movesMoney: boolean,
): void {
  const params = Type.Object({ id: name }, closed);
  server.post<{ Params: { id: string }; Body: Asked }>(
    path,
    { schema: { params, body: Body }, config },
    async (request, reply) => {
      const key = request.headers['idempotency-key'];
      if (typeof key !== 'string' || !/^[\w-]{8,64}$/.test(key))
        return reply.code(400).send(errorBody('KEY_MISSING'));
      const { command, ...asked } = request.body;
      if (MOVES_MONEY.includes(command.kind) && !movesMoney)
        return { ok: false, refusal: NOT_HERE };
      const warrant = await options.warrantOf(request, asked);
      if (!warrant.ok) return warrant;
      const answer = await options.act(request.params.id, command, warrant.value, `staff:${key}`);
      return answer ?? reply.code(404).send(errorBody('NOT_FOUND'));
    },
  );
}
