/** From the basket to a payment: which ways there are, asking for one, and changing one's mind. */

import type { PayChannel } from '../core/events.ts';
import type { Outcome } from '../core/ports.ts';
import { refuse } from '../core/refusals.ts';
import { heldLines } from '../core/sale/basket.ts';
import type { SaleState } from '../core/sale/sale.ts';
import { keptFen, tenderIsOpen } from '../core/sale/tender.ts';
import { callHelp } from './helping.ts';
import { type LaneInside, policyOf } from './inside.ts';
import { type LaneRefusalCode, laneRefusal } from './refusals.ts';
import { methodOf, terminalFor } from './terminals.ts';
import { laneScreen } from './view.ts';
import { payWords } from './words.ts';

const done: Outcome<unknown> = { ok: true, value: undefined };
const no = (code: LaneRefusalCode): Outcome<never> => ({ ok: false, refusal: laneRefusal(code) });

/** Letters that order numbers begin with; the acquirers' drivers tell channels by them. */
const ORDER_LETTER: Record<PayChannel, string> = {
  wechat: 'W',
  alipay: 'A',
  code: 'X',
  card: 'C',
  cash: 'M',
  hold: 'H',
};

export function openPayment(lane: LaneInside): Outcome<unknown> {
  const { basket, memory } = lane;
  const sale = basket.current();
  if (laneScreen(lane) !== 'basket' || !sale?.lines.length) return no('WRONG_SCREEN');
  const [held] = heldLines(sale);
  if (held) return refuse('AGE_CHECK_NEEDED', { sku: held.sku, minimumAge: held.minimumAge ?? 0 });
  if (lane.bagging?.holdsPayment()) return no('BAG_UNRESOLVED');
  basket.reprice();
  memory.overlay = 'pay';
  delete memory.payMessage;
  delete memory.notice;
  return done;
}

/** The intent is committed first; only then does the terminal hear of it. */
export function payByCode(
  lane: LaneInside,
  payer: { channel: 'wechat' | 'alipay'; code: string; tail: string },
): Outcome<unknown> {
  return ask(lane, payer.channel, { codeTail: payer.tail, payerCode: payer.code });
}

export function payByCard(lane: LaneInside, amountFen?: number): Outcome<unknown> {
  if (laneScreen(lane) !== 'pay') return no('WRONG_SCREEN');
  return ask(lane, 'card', amountFen === undefined ? {} : { amountFen });
}

/** Announced on the screen; a member of staff takes it, and says so with their name. */
export function payInCash(lane: LaneInside): Outcome<unknown> {
  if (laneScreen(lane) !== 'pay') return no('WRONG_SCREEN');
  const asked = ask(lane, 'cash', {});
  if (asked.ok) callHelp(lane);
  return asked;
}

interface How {
  amountFen?: number;
  codeTail?: string;
  payerCode?: string;
}

function ask(lane: LaneInside, channel: PayChannel, how: How): Outcome<unknown> {
  const { basket, memory, parts } = lane;
  const method = methodOf(channel);
  const terminal = method === 'cash' ? undefined : terminalFor(parts, method);
  if (method !== 'cash' && !terminal?.current())
    return no(method === 'card' ? 'CARD_OFFLINE' : 'TERMINAL_OFFLINE');
  const terminalId = terminal?.id ?? `cash-${parts.config.id}`;
  if (isBusy(lane, terminalId)) return refuse('PAYMENT_UNRESOLVED');
  const { amountFen, codeTail = '', payerCode } = how;
  const asked = basket.decide({
    kind: 'request-tender',
    tenderId: parts.ids('tender'),
    terminalId,
    channel,
    orderNo: parts.ids(ORDER_LETTER[channel]).replace('-', ''),
    codeTail,
    ...(amountFen !== undefined && { amountFen }),
  });
  if (!asked.ok) return asked;
  memory.overlay = 'none';
  memory.payMessage = payWords[method];
  if (method === 'code') delete memory.payMessage;
  submit(lane, basket.current(), payerCode);
  lane.changed();
  return asked;
}

function submit(lane: LaneInside, sale: SaleState | undefined, payerCode?: string): void {
  const tender = sale?.tenders.at(-1);
  if (!sale || !tender || tender.channel === 'cash') return;
  lane.payments?.submit(sale.saleId, tender, payerCode);
  lane.cancelUnknown();
  lane.cancelUnknown = lane.parts.clock.after(policyOf(lane).unknownMs, () => {
    lane.memory.longUnanswered = tender.tenderId;
    lane.changed();
  });
}

/** One unresolved payment a terminal, whichever sale or lane it belongs to (INV-P5). */
function isBusy({ parts }: LaneInside, terminalId: string): boolean {
  const tenders = parts.ledger.unfinishedSales().flatMap((sale) => sale.tenders);
  return tenders.some((tender) => tender.terminalId === terminalId && tenderIsOpen(tender));
}

/** The payment at hand is given up; with part of it paid, that part goes back. */
export function cancelPayment(lane: LaneInside): Outcome<unknown> {
  const { basket, memory, payments } = lane;
  const sale = basket.current();
  const tender = sale?.tenders.find((each) => tenderIsOpen(each));
  if (sale?.phase === 'paying' && tender) {
    if (tender.channel === 'cash') return callOffCash(lane, sale, tender.tenderId);
    payments?.cancel(sale.saleId, tender);
    memory.payMessage = { zh: '正在取消这次付款', en: 'Cancelling this payment' };
    return done;
  }
  if (sale && keptFen(sale.tenders) > 0) return giveBack(lane);
  memory.overlay = 'none';
  delete memory.payMessage;
  return done;
}

function callOffCash(lane: LaneInside, sale: SaleState, tenderId: string): Outcome<unknown> {
  const { basket, memory } = lane;
  const reversing = sale.tenders.some(({ state }) => state === 'reversing');
  if (reversing) return refuse('PAYMENT_UNRESOLVED');
  const outcome = basket.decide({ kind: 'request-reversal', tenderId, reason: 'cancelled' });
  memory.overlay = 'pay';
  delete memory.payMessage;
  delete memory.help;
  return outcome;
}

function giveBack({ basket, memory, payments }: LaneInside): Outcome<unknown> {
  const outcome = basket.decide({ kind: 'give-back', reason: 'cancelled' });
  if (!outcome.ok) return outcome;
  memory.overlay = 'none';
  memory.payMessage = payWords.givingBack;
  payments?.resume();
  return outcome;
}
