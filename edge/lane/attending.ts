/** What staff do at a lane: every act is one decision in the ledger, with who and why. */
import { USUAL_POLICY } from '../config/config.ts';
import { isWitnessed, type Warrant } from '../core/person.ts';
import type { Outcome } from '../core/ports.ts';
import { refuse } from '../core/refusals.ts';
import type { AttendantCommand } from '../core/sale/attendant.ts';
import { heldLines } from '../core/sale/basket.ts';
import { everythingLeft, partsOf } from '../core/sale/refund.ts';
import type { SaleCommand } from '../core/sale/sale.ts';
import { tenderIsOpen } from '../core/sale/tender.ts';
import { decideUnreceipted } from '../core/sale/unreceipted.ts';
import { ANSWER_OK, type Cause } from '../ledger/answer.ts';
import type { Ledger } from '../ledger/contract.ts';
import { follow } from './follow.ts';
import { endHelp } from './helping.ts';
import type { LaneInside } from './inside.ts';
import { lock, unlock } from './locking.ts';
import { recall } from './parking.ts';
import { capturedCommand, completionNames } from './payment-desk.ts';
import { type LaneRefusalCode, laneRefusal } from './refusals.ts';

type Of<Kind extends AttendantCommand['kind']> = Extract<AttendantCommand, { kind: Kind }>;

const done: Outcome<unknown> = { ok: true, value: undefined };
const no = (code: LaneRefusalCode): Outcome<never> => ({ ok: false, refusal: laneRefusal(code) });
const limitOf = ({ parts }: LaneInside): number =>
  (parts.config.policy ?? USUAL_POLICY).twoPersonAboveFen;

export async function attend(
  lane: LaneInside,
  command: AttendantCommand,
  warrant: Warrant,
  cause: Cause,
): Promise<Outcome<unknown>> {
  if (warrant.by.name.trim() === '' || warrant.reason.trim() === '') return no('NAME_MISSING');
  switch (command.kind) {
    case 'answer-help':
      return answerHelp(lane, warrant, cause);
    case 'join-help':
      return joinHelp(lane);
    case 'approve-bag':
      return lane.bagging?.approve(warrant, cause) ?? no('NO_BAG');
    case 'take-cash':
      return takeCash(lane, command, warrant, cause);
    case 'approve-age':
      return approveAge(lane, warrant, cause);
    case 'refuse-age':
      return refuseAge(lane, warrant, cause);
    case 'void-line':
      return voidLine(lane, command, warrant, cause);
    case 'void-sale':
      return voidSale(lane, warrant, cause);
    case 'recall':
      return recall(lane, command.code, warrant.by, cause);
    case 'copy-receipt':
      return copyReceipt(lane, command, warrant, cause);
    case 'lock':
      return lock(lane, command.why, warrant, cause);
    case 'unlock':
      return unlock(lane, warrant, cause);
    default:
      return giveBack(lane, command, warrant, cause);
  }
}

/** Answered twice at once, by two people: the second hears that nobody waits any more. */
function answerHelp(lane: LaneInside, { by, reason }: Warrant, cause?: Cause): Outcome<unknown> {
  const { memory, parts } = lane;
  if (!memory.help) return no('NO_CALL');
  const { config, ledger, clock } = parts;
  const waitedMs = Math.max(0, clock.wallMs() - memory.help.sinceWallMs);
  const body = { laneId: config.id, waitedMs, by, reason };
  ledger.append({
    ...{ source: config.id, events: [{ type: 'HelpAnswered', body }] },
    ...(cause && { command: { ...cause, answer: ANSWER_OK } }),
  });
  endHelp(lane, waitedMs);
  return done;
}

/** From afar: the shopper sees that somebody is with them; the call ends when it is answered. */
function joinHelp({ memory }: LaneInside): Outcome<unknown> {
  if (!memory.help) return no('NO_CALL');
  memory.help = { ...memory.help, remote: true };
  return done;
}

function takeCash(
  lane: LaneInside,
  { receivedFen }: Of<'take-cash'>,
  { by }: Warrant,
  cause: Cause,
): Outcome<unknown> {
  const { basket, parts } = lane;
  const sale = basket.current();
  const tender = sale?.tenders.find((each) => each.channel === 'cash' && tenderIsOpen(each));
  if (!sale || tender?.state !== 'requested') return no('NO_CASH_ASKED');
  const amountFen = Math.min(receivedFen, tender.amountFen);
  if (!Number.isSafeInteger(receivedFen) || receivedFen <= 0)
    return refuse('AMOUNT_NOT_DUE', { amountFen: receivedFen, dueFen: tender.amountFen });
  const providerRef = `cash-${tender.orderNo}`;
  const captured = capturedCommand(parts, tender.tenderId, { amountFen, providerRef });
  const outcome = basket.decide({ ...captured, by }, cause);
  endHelp(lane);
  if (outcome.ok) follow(lane, sale.saleId);
  return outcome;
}

/** What the shopper called for is done with it: the call ends, and so does the word about it. */
function approveAge(lane: LaneInside, warrant: Warrant, cause: Cause): Outcome<unknown> {
  const outcome = lane.basket.decide({ kind: 'approve-age', by: warrant.by }, cause);
  if (outcome.ok) ageChecked(lane, warrant);
  return outcome;
}

function ageChecked(lane: LaneInside, warrant: Warrant): void {
  const { memory, changed } = lane;
  if (memory.notice?.code === 'AGE_CHECK_NEEDED') delete memory.notice;
  if (memory.help) answerHelp(lane, warrant);
  changed();
}

/** The lines the shopper may not have go; the rest of the basket stays. */
function refuseAge(lane: LaneInside, warrant: Warrant, cause: Cause): Outcome<unknown> {
  const { basket } = lane;
  const sale = basket.current();
  const held = sale ? heldLines(sale) : [];
  const { by: person, reason } = warrant;
  for (const [at, { lineId }] of held.entries()) {
    const last = at === held.length - 1 ? cause : undefined;
    const outcome = basket.decide({ kind: 'void-line', lineId, reason, by: 'staff', person }, last);
    if (!outcome.ok) return outcome;
  }
  ageChecked(lane, warrant);
  return done;
}

function voidLine(
  lane: LaneInside,
  { lineId }: Of<'void-line'>,
  warrant: Warrant,
  cause: Cause,
): Outcome<unknown> {
  const line = lane.basket.current()?.lines.find((each) => each.lineId === lineId);
  const refused = needsTwo(lane, line?.amountFen ?? 0, warrant);
  if (refused) return refused;
  const { reason, ...who } = signed(warrant);
  return lane.basket.decide({ kind: 'void-line', lineId, reason, by: 'staff', ...who }, cause);
}

function voidSale(lane: LaneInside, warrant: Warrant, cause: Cause): Outcome<unknown> {
  const { basket, memory, payments, changed } = lane;
  const refused = needsTwo(lane, basket.current()?.totalFen ?? 0, warrant);
  if (refused) return refused;
  const outcome = basket.decide({ kind: 'cancel', ...signed(warrant) }, cause);
  if (!outcome.ok) return outcome;
  basket.forget();
  memory.overlay = 'none';
  payments?.resume();
  changed();
  return outcome;
}

const signed = ({ by, reason, approvedBy }: Warrant) => ({
  ...{ reason, person: by },
  ...(approvedBy && { approvedBy }),
});

function needsTwo(lane: LaneInside, amountFen: number, warrant: Warrant) {
  const limitFen = limitOf(lane);
  if (amountFen <= limitFen || isWitnessed(warrant)) return undefined;
  return refuse('SECOND_PERSON_NEEDED', { amountFen, limitFen });
}

/** The sale of a receipt: its number is the place in the ledger of the payment that paid it. */
export function saleOfReceipt(ledger: Ledger, receiptNo: string): string | undefined {
  const [, number] = /^R0*(\d{1,15})$/.exec(receiptNo) ?? [];
  if (!number) return undefined;
  const [stored] = ledger.readAfter(Number(number) - 1, 1);
  const body: { saleId?: string } = stored ? JSON.parse(stored.record).body : {};
  const sale = body.saleId === undefined ? undefined : ledger.sale(body.saleId);
  return sale?.receipt?.receiptNo === receiptNo ? sale.saleId : undefined;
}

type MoneyBack = Of<
  | 'refund'
  | 'refund-unreceipted'
  | 'refund-by-hand'
  | 'hand-back'
  | 'return-cash'
  | 'settle-by-hand'
  | 'settle-refund-by-hand'
>;

function giveBack(
  lane: LaneInside,
  command: MoneyBack,
  warrant: Warrant,
  cause: Cause,
): Outcome<unknown> {
  const { basket, parts, payments } = lane;
  if (command.kind === 'refund-unreceipted') return unreceipted(lane, command, warrant, cause);
  const asked = moneyCommand(lane, command, warrant);
  if (!asked.ok) return asked;
  const { saleId, decision } = asked.value;
  const outcome = basket.decide(decision, cause, saleId);
  if (!outcome.ok) return outcome;
  payments?.resume();
  follow(lane, saleId);
  parts.log.info({ saleId, by: warrant.by.id, what: command.kind }, 'money given back');
  return outcome;
}

type Asked = Outcome<{ saleId: string; decision: SaleCommand }>;

function moneyCommand(
  lane: LaneInside,
  command: Exclude<MoneyBack, { kind: 'refund-unreceipted' }>,
  warrant: Warrant,
): Asked {
  const twoPersonAboveFen = limitOf(lane);
  const as = (saleId: string, decision: SaleCommand): Asked => ({
    ok: true,
    value: { saleId, decision },
  });
  if (command.kind === 'refund') return refundCommand(lane, command, warrant);
  const { saleId } = command;
  if (command.kind === 'refund-by-hand') {
    const { refundNo } = command;
    const sale = lane.parts.ledger.sale(saleId);
    const part = sale && partsOf(sale).find((each) => each.refundNo === refundNo);
    if (part && part.state !== 'refused') return refuse('PAYMENT_UNRESOLVED', { refundNo });
    const providerRef = `by-hand-${refundNo}`;
    return as(saleId, { kind: 'record-refund-paid', refundNo, providerRef, warrant });
  }
  if (command.kind === 'settle-refund-by-hand') {
    const { kind, refundNo, paid } = command;
    return as(saleId, { kind, refundNo, paid, warrant, twoPersonAboveFen });
  }
  const { tenderId } = command;
  if (command.kind === 'settle-by-hand') {
    const { kind, charged } = command;
    const who = { warrant, twoPersonAboveFen };
    return as(saleId, { kind, tenderId, charged, ...who, ...completionNames(lane.parts) });
  }
  return as(saleId, { kind: 'hand-back', tenderId, warrant, twoPersonAboveFen });
}

function refundCommand(
  { parts, ...lane }: LaneInside,
  { receiptNo, lines }: Of<'refund'>,
  warrant: Warrant,
): Asked {
  const saleId = saleOfReceipt(parts.ledger, receiptNo);
  const sale = saleId === undefined ? undefined : parts.ledger.sale(saleId);
  if (!sale) return no('RECEIPT_NOT_FOUND');
  const wanted = lines.length > 0 ? lines : everythingLeft(sale);
  const decision: SaleCommand = {
    kind: 'refund',
    refundId: parts.ids('refund'),
    ...{ wanted, warrant, location: 'floor', twoPersonAboveFen: limitOf({ parts, ...lane }) },
  };
  return { ok: true, value: { saleId: sale.saleId, decision } };
}

function unreceipted(
  { parts }: LaneInside,
  { lines: wanted }: Of<'refund-unreceipted'>,
  warrant: Warrant,
  cause: Cause,
): Outcome<unknown> {
  const { ledger, ids, config } = parts;
  const version = ledger.priceBookVersion();
  const decided = decideUnreceipted({
    ...{ refundId: ids('refund'), laneId: config.id, location: 'floor', wanted, warrant },
    itemOf: (sku) => ledger.item(version, sku),
  });
  if (!decided.ok) return decided;
  const command = { ...cause, answer: ANSWER_OK };
  return { ok: true, value: ledger.append({ source: config.id, events: decided.value, command }) };
}

/** One more on paper, marked as a copy; recorded before it is printed. */
async function copyReceipt(
  lane: LaneInside,
  { receiptNo }: Of<'copy-receipt'>,
  { by, reason }: Warrant,
  cause: Cause,
): Promise<Outcome<unknown>> {
  const { basket, parts, receipts } = lane;
  const saleId = saleOfReceipt(parts.ledger, receiptNo);
  if (!saleId) return no('RECEIPT_NOT_FOUND');
  const jobId = parts.ids('job');
  const outcome = basket.decide({ kind: 'copy-receipt', jobId, by, reason }, cause, saleId);
  if (!outcome.ok) return outcome;
  return (await receipts?.copy(saleId, jobId)) ? outcome : no('PRINTER_SILENT');
}
