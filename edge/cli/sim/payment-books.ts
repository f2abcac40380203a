/** The books after a scenario of payments: ours, the acquirer's, the terminal's, and the screen's. */
import type { RecordedEvent } from '../../core/events.ts';
import { tenderIsOpen } from '../../core/sale/tender.ts';
import { checkInvariants } from '../../ledger/invariants.ts';
import { verifyLedger } from '../../ledger/verify.ts';
import type { Payer } from './payers.ts';
import type { ScenarioCall, ScenarioResult } from './scenario.ts';
import type { SimulatedStore } from './store.ts';

export interface ScreenLog {
  /** Looks at the screen now. */
  follow(): void;
  paid: Set<string>;
  notCharged: Set<string>;
}

/** What the shopper was told of which payment (INV-P8). */
export function watchScreen(store: SimulatedStore): ScreenLog {
  const log: ScreenLog = { paid: new Set(), notCharged: new Set(), follow: () => undefined };
  const look = () => {
    const lane = store.controller().lanes[0];
    const view = lane?.view();
    const path = view?.done?.receiptPath;
    if (view?.screen === 'done' && path) log.paid.add(path.split('id=')[1] ?? '');
    const said = view?.pay?.message?.en ?? '';
    if (view?.screen !== 'pay' || !/didn’t go through|nothing was charged/.test(said)) return;
    const sale = view.sale && store.controller().ledger.sale(view.sale.saleId);
    const last = sale?.tenders.at(-1);
    if (last) log.notCharged.add(last.tenderId);
  };
  log.follow = look;
  return log;
}

interface Seen {
  screen: ScreenLog;
  payers: Payer;
  met: Record<string, number>;
}

export async function judgePayments(
  call: ScenarioCall,
  store: SimulatedStore,
  { screen, payers, met }: Seen,
): Promise<ScenarioResult> {
  const { ledger } = store.controller();
  const stored = ledger.readAfter(0, Number.MAX_SAFE_INTEGER);
  const events = stored.map(({ record }): RecordedEvent => JSON.parse(record));
  const traceHash = store.traceHash();
  const simulatedMs = store.clock.monoMs();
  const tenders = tendersOf(events, (saleId) => ledger.sale(saleId)?.tenders ?? []);
  const problems: [string, string][] = [
    ...theirBooks(store, events),
    ...screenProblems(screen, tenders, (saleId) => ledger.sale(saleId)?.phase),
    ...payers.shown
      .filter((code) => stored.some(({ record }) => record.includes(code)))
      .map((code): [string, string] => ['INV-P7', `a payer’s code is kept: …${code.slice(-4)}`]),
  ];
  const doubleCharged = chargedTwice(store);
  if (doubleCharged > 0) problems.push(['INV-P1', `${doubleCharged} orders were charged twice`]);
  await store.close();
  const { violations } = checkInvariants(call.dataDir);
  for (const [invariant, detail] of problems) violations.push({ invariant, detail });
  const verified = verifyLedger(call.dataDir);
  if (!verified.ok) violations.push({ invariant: 'INV-L1', detail: verified.reason?.en ?? '' });
  const unresolved = tenders.filter(tenderIsOpen).length;
  if (unresolved > 0) violations.push({ invariant: 'LIVENESS', detail: `${unresolved} payments` });
  const count = (state: string) => tenders.filter((each) => each.state === state).length;
  return {
    ...{ traceHash, simulatedMs, violations },
    sales: events.filter(({ type }) => type === 'SaleCompleted').length,
    figures: {
      ...{ payments: tenders.length, captured: count('captured'), reversed: count('reversed') },
      ...{ declined: count('declined'), unresolved, doubleCharged },
      refunds: events.filter(({ type }) => type === 'RefundPaid').length,
      mixed: events.filter((e) => e.type === 'TenderCaptured' && e.body.partial).length,
      faults: met,
    },
  };
}

type Tenders = NonNullable<
  ReturnType<ReturnType<SimulatedStore['controller']>['ledger']['sale']>
>['tenders'];

function tendersOf(events: RecordedEvent[], of: (saleId: string) => Tenders): Tenders {
  const sales = new Set(
    events.flatMap((event) => (event.type === 'SaleStarted' ? [event.body.saleId] : [])),
  );
  return [...sales].flatMap(of);
}

/** What the far sides booked. */
interface FarSide {
  acquirer: Pick<SimulatedStore['acquirer'], 'journal'>;
  cardJournal: SimulatedStore['cardJournal'];
}

/** INV-P6: what the acquirer and the terminal kept is what our books say they kept. */
export function theirBooks({ acquirer, cardJournal }: FarSide, events: RecordedEvent[]) {
  const channels = new Map<string, string>();
  const captured = new Map<string, number>();
  const parts = new Map<string, { channel: string; amountFen: number }>();
  const ours = { code: 0, card: 0, cash: 0 };
  const move = (channel: string, amountFen: number) => {
    ours[channel === 'card' || channel === 'cash' ? channel : 'code'] += amountFen;
  };
  for (const event of events) {
    if (event.type === 'TenderRequested') channels.set(event.body.tenderId, event.body.channel);
    if (event.type === 'RefundRequested')
      for (const part of event.body.parts) parts.set(part.refundNo, part);
    if (event.type === 'TenderCaptured') {
      captured.set(event.body.tenderId, event.body.amountFen);
      move(channels.get(event.body.tenderId) ?? '', event.body.amountFen);
    }
    if (event.type === 'TenderReversed')
      move(channels.get(event.body.tenderId) ?? '', 0 - (captured.get(event.body.tenderId) ?? 0));
    const part = event.type === 'RefundPaid' ? parts.get(event.body.refundNo) : undefined;
    const byHand = event.type === 'RefundPaid' && event.body.by && part?.channel !== 'cash';
    if (part && !byHand) move(part.channel, 0 - part.amountFen);
  }
  const codeFen = acquirer
    .journal()
    .reduce((sum, { what, amountFen }) => sum + (what === 'captured' ? amountFen : -amountFen), 0);
  const cardFen = cardJournal.reduce(
    (sum, { amountFen, reversed, refund }) =>
      sum + (reversed ? 0 : refund ? -amountFen : amountFen),
    0,
  );
  const differ: [string, string][] = [];
  if (codeFen !== ours.code)
    differ.push(['INV-P6', `the acquirer holds ${codeFen} fen, the ledger says ${ours.code}`]);
  if (cardFen !== ours.card)
    differ.push(['INV-P6', `the terminal holds ${cardFen} fen, the ledger says ${ours.card}`]);
  return differ;
}

function screenProblems(
  { paid, notCharged }: ScreenLog,
  tenders: Tenders,
  phaseOf: (saleId: string) => string | undefined,
): [string, string][] {
  const unpaid = [...paid].filter((saleId) => phaseOf(saleId) !== 'completed');
  const charged = tenders.filter(
    ({ tenderId, state }) => notCharged.has(tenderId) && state === 'captured',
  );
  return [
    ...unpaid.map((id): [string, string] => ['INV-P8', `${id} was shown as paid and is not`]),
    ...charged.map(({ tenderId }): [string, string] => [
      ...(['INV-P8', `${tenderId} was shown as not charged and was`] as const),
    ]),
  ];
}

/** Orders the acquirer took money for more than once. */
function chargedTwice({ acquirer }: SimulatedStore): number {
  const times = new Map<string, number>();
  for (const { what, orderNo } of acquirer.journal())
    if (what === 'captured') times.set(orderNo, (times.get(orderNo) ?? 0) + 1);
  return [...times.values()].filter((count) => count > 1).length;
}
