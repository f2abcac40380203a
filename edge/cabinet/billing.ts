/**
 * A visit's bill is a sale like any other: its lines, its payment, its receipt. What was held is
 * turned into a payment of the real amount; the acquirer lets the rest go.
 */
import type { PaymentTerminal } from '../../drivers/contract.ts';
import type { DomainEvent, RecordedEvent } from '../core/events.ts';
import type { Outcome } from '../core/ports.ts';
import { decideSale, evolveSale, type SaleCommand, type SaleState } from '../core/sale/sale.ts';
import type { VisitState } from '../core/visit/visit.ts';
import type { ReviewReason, TakenPieces } from '../core/visit/visit-events.ts';
import type { StoreDevice } from '../devices/devices.ts';
import { createPaymentDesk, type PaymentDesk } from '../lane/payments.ts';
import { type CabinetInside, stateOf } from './inside.ts';

export interface Bill {
  saleId: string;
  totalFen: number;
  events: DomainEvent[];
  /** Why this bill may not be made by itself. */
  refused?: ReviewReason;
}

/** Everything a bill puts in the ledger, to go into the very commit that settles the visit. */
export function billEvents(cabinet: CabinetInside, visit: VisitState, taken: TakenPieces[]): Bill {
  const { ledger, ids, config } = cabinet.parts;
  const saleId = ids('sale');
  const events: DomainEvent[] = [];
  let sale: SaleState | undefined;
  const decide = (command: SaleCommand): boolean => {
    const decided: Outcome<DomainEvent[]> = decideSale(sale, command);
    if (!decided.ok) return false;
    events.push(...decided.value);
    sale = decided.value.reduce<SaleState | undefined>(evolveSale, sale);
    return true;
  };
  const none = (refused: ReviewReason): Bill => ({ saleId, totalFen: 0, events: [], refused });
  const { priceBookVersion } = visit;
  decide({ kind: 'start', saleId, laneId: config.id, priceBookVersion });
  for (const { sku, location, pieces } of taken) {
    const item = ledger.item(priceBookVersion, sku);
    const choice = { by: 'shelf' as const, confidenceBp: visit.count?.probabilityBp ?? 0 };
    const lineId = ids('line');
    const barred = ledger.whyUnsellable({ sku, location });
    if (
      !item ||
      barred ||
      !decide({ kind: 'add-item', lineId, item, quantity: pieces, choice, location })
    )
      return none('not-for-sale');
  }
  const totalFen = sale?.totalFen ?? 0;
  // Without a hold the payer is a member, trusted as far as the store trusts members.
  if (totalFen > (visit.hold?.amountFen ?? config.offlineLimitFen)) return none('above-hold');
  const orderNo = visit.hold?.orderNo ?? ids('W').replace('-', '').slice(0, 30);
  const asked: SaleCommand = {
    kind: 'request-tender',
    tenderId: ids('tender'),
    // Every hold stands alone: no device is busy with it.
    terminalId: `${config.payment}#${orderNo}`,
    channel: 'hold',
    orderNo,
    codeTail: visit.payer.tail,
  };
  return decide(asked) ? { saleId, totalFen, events } : none('not-for-sale');
}

/** The bill is on the disk; now the acquirer hears of it. */
export function submitBill(cabinet: CabinetInside, saleId: string): void {
  const tender = cabinet.parts.ledger.sale(saleId)?.tenders.at(-1);
  if (tender) cabinet.payments?.submit(saleId, tender, '');
}

/** The payment desk of a lane, at a terminal that captures holds instead of reading codes. */
export function openPayments(
  cabinet: CabinetInside,
  onChange: (saleId: string) => void,
): PaymentDesk | undefined {
  const { parts, bills } = cabinet;
  const terminal = parts.devices.find(parts.config.payment);
  if (!terminal) return undefined;
  const { ledger, clock, ids, log } = parts;
  return createPaymentDesk({
    laneId: parts.config.id,
    ledger,
    basket: bills,
    terminal: capturing(cabinet, terminal),
    channels: ['hold'],
    clock,
    ids,
    log,
    onChange,
  });
}

function capturing(cabinet: CabinetInside, terminal: StoreDevice): StoreDevice {
  return {
    ...terminal,
    // The desk asks for a payment terminal and gets one; it asks for nothing else.
    current: <D>() => {
      const real = terminal.current<PaymentTerminal>();
      return (real?.holds ? holdTerminal(cabinet, real, real.holds) : undefined) as D | undefined;
    },
  };
}

function holdTerminal(
  cabinet: CabinetInside,
  real: PaymentTerminal,
  holds: NonNullable<PaymentTerminal['holds']>,
): PaymentTerminal {
  const capture: PaymentTerminal['pay'] = async ({ orderNo, amountFen, description: saleId }) => {
    const placed = await placeLate(cabinet, holds, orderNo, amountFen, saleId);
    if (placed && placed.kind !== 'held') return placed.kind === 'waiting' ? placed : { ...placed };
    return holds.capture(orderNo, amountFen);
  };
  return {
    kind: 'payment',
    pay: capture,
    async status(orderNo) {
      const status = await holds.status(orderNo);
      if (status.kind === 'released') return { kind: 'reversed' };
      if (status.kind !== 'held' && status.kind !== 'not-found') return status;
      const asked = tenderOfOrder(cabinet, orderNo);
      if (!asked) return { kind: 'unknown', reason: 'no-such-bill' };
      // Held and not taken yet: the capture did not come through. Same number, same amount.
      if (status.kind === 'held') return holds.capture(orderNo, asked.amountFen);
      return capture({ orderNo, amountFen: asked.amountFen, description: asked.saleId });
    },
    reverse: (orderNo) => holds.release(orderNo),
    refund: (request) => holds.refund(request),
    close: () => real.close(),
  };
}

function tenderOfOrder({ parts }: CabinetInside, orderNo: string) {
  for (const sale of parts.ledger.unfinishedSales())
    for (const tender of sale.tenders)
      if (tender.orderNo === orderNo) return { saleId: sale.saleId, amountFen: tender.amountFen };
  return undefined;
}

/** A member who shopped without a network: the hold is placed only now, by the agreement. */
async function placeLate(
  { parts }: CabinetInside,
  holds: NonNullable<PaymentTerminal['holds']>,
  orderNo: string,
  amountFen: number,
  saleId: string,
) {
  const visit = visitOfBill(parts.ledger, saleId);
  if (!visit || visit.hold) return undefined;
  const member = parts.config.members.find(({ memberId }) => memberId === visit.payer.payerId);
  if (!member) return { kind: 'declined' as const, reason: 'no-agreement' };
  const payer = { agreement: member.agreement };
  return holds.place({ orderNo, amountFen, payer, description: saleId });
}

/** The visit that a bill belongs to: it stands right before its sale, in the same commit. */
function visitOfBill(
  ledger: CabinetInside['parts']['ledger'],
  saleId: string,
): VisitState | undefined {
  const begun = ledger.about(saleId)[0];
  if (!begun) return undefined;
  for (const { record } of ledger.readAfter(Math.max(0, begun.seq - 2), 2)) {
    const { body }: RecordedEvent = JSON.parse(record);
    if ('bill' in body && body.bill?.saleId === saleId) return ledger.visit(body.visitId);
  }
  return undefined;
}

/** A bill's payment moved on: what is owed is written down, what is paid is struck out. */
export function followBill(cabinet: CabinetInside, saleId: string): void {
  const { ledger, config } = cabinet.parts;
  const sale = ledger.sale(saleId);
  const tender = sale?.tenders.at(-1);
  const { debts } = stateOf(cabinet);
  const visit = visitOfBill(ledger, saleId);
  const owed = debts.find((debt) => debt.saleId === saleId);
  const failed = tender?.state === 'declined' || tender?.state === 'reversed';
  const payerId = visit?.payer.payerId;
  const debt = { visitId: visit?.visitId ?? '', cabinetId: config.id };
  if (sale && failed && !owed && payerId !== undefined) {
    const body = { ...debt, payerId, owed: { saleId, amountFen: sale.totalFen } };
    ledger.append({ source: config.id, events: [{ type: 'DebtRecorded', body }] });
  } else if (owed && sale?.phase === 'completed') {
    const body = { ...debt, payerId: owed.payerId, owed: { saleId, amountFen: owed.amountFen } };
    ledger.append({ source: config.id, events: [{ type: 'DebtCleared', body }] });
  }
  cabinet.changed();
}

/** Bills of this payer that are not paid yet, at any cabinet of the store, in fen. */
export function unpaidFen({ parts }: CabinetInside, tail: string): number {
  const unpaid = parts.ledger.unfinishedSales().filter(({ phase, tenders }) => {
    const isOpen = phase !== 'completed' && phase !== 'cancelled';
    return isOpen && tenders.some((each) => each.channel === 'hold' && each.codeTail === tail);
  });
  return unpaid.reduce((sum, { totalFen }) => sum + totalFen, 0);
}
