/** What must hold within one sale, told from its own events; names as in the audit catalogue. */
import type { SaleLine } from '../core/events.ts';
import type { Tender } from '../core/sale/tender.ts';
import type { StockMove } from '../core/stock/stock-events.ts';
import { checkRefunds } from './invariants-refund.ts';
import type { SaleHistory } from './verify-projections.ts';

export interface SaleInvariant {
  name: string;
  /** One sentence for each violation. */
  check(sale: SaleHistory): string[];
}

type Kind = SaleHistory['events'][number]['type'];
type Of<T extends Kind> = Extract<SaleHistory['events'][number], { type: T }>;

function eventsOf<T extends Kind>(sale: SaleHistory, type: T): Of<T>[] {
  return sale.events.filter((event): event is Of<T> => event.type === type);
}

const when = (broken: boolean, detail: string): string[] => (broken ? [detail] : []);

/**
 * Whether `amountFen` is the price of `of` pieces or grams: the auditor's own rounding, half up,
 * in big integers.
 */
export function isAmountDue(
  { unitPriceFen, priceBasis }: Pick<SaleLine, 'unitPriceFen' | 'priceBasis'>,
  of: number,
  amountFen: number,
): boolean {
  if (![unitPriceFen, of, amountFen].every(Number.isSafeInteger)) return false;
  const per = { each: 1n, kg: 1000n, '500g': 500n }[priceBasis];
  return (2n * BigInt(of) * BigInt(unitPriceFen) + per) / (2n * per) === BigInt(amountFen);
}

function quantityOf(line: SaleLine): number {
  return line.how === 'each' ? line.quantity : (line.weighing?.netGrams ?? 0);
}

/** Lines as they ever stood: when added, and after every change of quantity. */
function checkAmounts(sale: SaleHistory): string[] {
  const lines = new Map(
    eventsOf(sale, 'LineAdded').map(({ body }) => [body.line.lineId, body.line]),
  );
  const changed = eventsOf(sale, 'LineQuantityChanged').flatMap(({ body }) => {
    const line = lines.get(body.lineId);
    return line ? [{ ...line, quantity: body.quantity, amountFen: body.amountFen }] : [];
  });
  const wrong = [...lines.values(), ...changed].filter(
    (line) => !isAmountDue(line, quantityOf(line), line.amountFen),
  );
  return wrong.map(({ lineId, amountFen }) => `line ${lineId} costs ${amountFen} fen`);
}

function checkTotal(sale: SaleHistory): string[] {
  const sum = sale.final.lines.reduce((total, { amountFen }) => total + amountFen, 0);
  return eventsOf(sale, 'SaleCompleted').flatMap(({ body }) =>
    when(
      body.totalFen !== sum || body.lines !== sale.final.lines.length,
      `completed with ${body.lines} lines for ${body.totalFen} fen, its lines come to ${sum}`,
    ),
  );
}

/** Money is kept by a sale, on its way back, or part of a payment still going on; never adrift. */
function checkCaptured({ saleId, final, events }: SaleHistory): string[] {
  const adrift = final.tenders.filter(
    ({ state }) => state === 'captured' && final.phase === 'cancelled',
  );
  const count = (type: Kind, { tenderId }: Tender) =>
    events.filter(
      ({ type: t, body }) => t === type && 'tenderId' in body && body.tenderId === tenderId,
    ).length;
  const twice = final.tenders.filter(
    (tender) =>
      count('TenderCaptured', tender) > 1 ||
      count('TenderReversed', tender) > count('TenderReversalRequested', tender),
  );
  const completions = events.filter(({ type }) => type === 'SaleCompleted').length;
  return [
    ...adrift.map(({ tenderId }) => `${tenderId} was captured, its sale cancelled, none reversed`),
    ...twice.map(
      ({ tenderId }) => `${tenderId} was captured twice, or reversed without being asked`,
    ),
    ...when(completions > 1, `${saleId} was completed ${completions} times`),
  ];
}

function checkPaid(sale: SaleHistory): string[] {
  if (sale.final.phase !== 'completed') return [];
  const { tenders, totalFen } = sale.final;
  const kept = tenders.filter(({ state }) => state === 'captured');
  const sum = kept.reduce((total, { capturedFen = 0 }) => total + capturedFen, 0);
  return when(sum !== totalFen, `a sale of ${totalFen} fen keeps ${sum} fen of payments`);
}

function checkIntent(sale: SaleHistory): string[] {
  const intents = eventsOf(sale, 'TenderRequested');
  return eventsOf(sale, 'TenderCaptured').flatMap(({ seq, tx, body }) => {
    const { tenderId, amountFen } = body;
    const intent = intents.find((asked) => asked.body.tenderId === tenderId && asked.seq < seq);
    if (!intent) return [`${tenderId} was captured without an intent before it`];
    const returned = eventsOf(sale, 'TenderReversalRequested').some(
      (back) => back.tx === tx && back.body.tenderId === tenderId,
    );
    const asked = intent.body.amountFen;
    const part = body.partial === true && amountFen < asked;
    const mismatch = asked !== amountFen && !part && !returned;
    return when(mismatch, `${tenderId} asked for ${asked} fen and kept ${amountFen}`);
  });
}

function checkNoEffect(sale: SaleHistory): string[] {
  if (sale.final.phase === 'completed') return [];
  const moved = eventsOf(sale, 'StockMoved').filter(({ body }) => body.cause === 'sale').length;
  return when(moved > 0, `${moved} stock moves of a sale that is ${sale.final.phase}`);
}

function moveDue(line: SaleLine): Pick<StockMove, 'pieces' | 'grams'> {
  return line.how === 'each'
    ? { pieces: -line.quantity, grams: 0 }
    : { pieces: 0, grams: -quantityOf(line) };
}

function checkStock(sale: SaleHistory): string[] {
  const moves = eventsOf(sale, 'StockMoved').filter(({ body }) => body.cause === 'sale');
  if (sale.final.phase !== 'completed') return [];
  const bad = sale.final.lines.filter((line) => {
    const own = moves.filter(({ body }) => body.lineId === line.lineId);
    const due = moveDue(line);
    const [move] = own.map(({ body }) => body.move);
    const right = move?.sku === line.sku && move.pieces === due.pieces && move.grams === due.grams;
    return own.length !== 1 || !right;
  });
  const strays = moves.length - (sale.final.lines.length - bad.length);
  return [
    ...bad.map(({ lineId }) => `line ${lineId} did not make exactly its one stock move`),
    ...when(bad.length === 0 && strays > 0, `${strays} stock moves belong to no line`),
  ];
}

function checkOneTransaction(sale: SaleHistory): string[] {
  const [completed] = eventsOf(sale, 'SaleCompleted');
  if (!completed) return [];
  const moves = eventsOf(sale, 'StockMoved').filter(({ body }) => body.cause === 'sale');
  const torn = moves.some(({ tx }) => tx !== completed.tx);
  const paid = eventsOf(sale, 'TenderCaptured').some(({ tx }) => tx === completed.tx);
  return [
    ...when(torn, 'its stock moved in another transaction'),
    ...when(!paid, 'it was completed apart from the payment that paid it'),
  ];
}

export const SALE_INVARIANTS: readonly SaleInvariant[] = [
  { name: 'INV-L7', check: checkOneTransaction },
  { name: 'INV-P1', check: checkCaptured },
  { name: 'INV-P2', check: checkPaid },
  { name: 'INV-P3', check: checkIntent },
  { name: 'INV-P4', check: checkRefunds },
  { name: 'INV-S1', check: (sale) => [...checkAmounts(sale), ...checkTotal(sale)] },
  { name: 'INV-S4', check: checkNoEffect },
  { name: 'INV-K1', check: checkStock },
];
