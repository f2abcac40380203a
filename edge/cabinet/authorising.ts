/** From a code to an armed lock: who pays, is it held, then one pulse and never another. */
import type { HoldOutcome, HoldStatus, PaymentTerminal } from '../../drivers/contract.ts';
import type { Person } from '../core/person.ts';
import type { Outcome } from '../core/ports.ts';
import { orderPatienceOf } from '../core/views/comfort.ts';
import { pendingOf, type VisitState } from '../core/visit/visit.ts';
import type { Payer } from '../core/visit/visit-events.ts';
import {
  holdRefused,
  refuseVisit,
  type VisitRefusalCode,
  visitRefusal,
} from '../core/visit/visit-refusals.ts';
import type { Cause } from '../ledger/answer.ts';
import { unpaidFen } from './billing.ts';
import { opened, startDoorTimers } from './door.ts';
import { releaseOf, resumeReleases } from './holds.ts';
import { act, type CabinetInside, must, stateOf, visitOf } from './inside.ts';
import { turnAway } from './panel.ts';
import { forgetLevels, restingWeights } from './weights.ts';

/** From the pulse's intent to its end, or it is not sent. */
export const UNLOCK_DEADLINE_MS = 2_000;
const ASK_AGAIN_MS = 2_000;
/** Where nothing is known of the hold after this long, the payer is let go. */
const HOLD_GIVE_UP_MS = 45_000;
/** Payment codes by channel, and the letter that order numbers of the channel begin with. */
const PAYMENT_CODES = [
  { letter: 'W', code: /^1[0-5]\d{16}$/ },
  { letter: 'A', code: /^(2[5-9]|30)\d{14,22}$/ },
] as const;
const letterOf = (code: string) => PAYMENT_CODES.find((each) => each.code.test(code))?.letter;

export const terminalOf = ({ parts }: CabinetInside): PaymentTerminal | undefined =>
  parts.devices.find(parts.config.payment)?.current<PaymentTerminal>();

type Service = { by: Person; reason: string };
type Who = { payer: Payer; code?: string; agreement?: string; service?: Service };

function whoIs({ parts }: CabinetInside, code: string): Who | undefined {
  const { members, staffCodes } = parts.config;
  const tail = code.slice(-4);
  if (staffCodes.includes(code)) return { payer: { kind: 'staff', tail } };
  const member = members.find((each) => each.code === code);
  if (member) {
    const { memberId: payerId, agreement } = member;
    return { payer: { kind: 'member', tail, payerId }, agreement };
  }
  return letterOf(code) ? { payer: { kind: 'code', tail }, code } : undefined;
}

/** Somebody showed a code. Refusals are told at once; nothing is charged and no door opens. */
export function showCode(cabinet: CabinetInside, code: string, cause?: Cause): Outcome<unknown> {
  const outcome = admit(cabinet, code, cause);
  if (!outcome.ok) {
    turnAway(cabinet, outcome.refusal);
    cabinet.changed();
  }
  return outcome;
}

/** A signed-in person opens the door from afar: with a name and why, without a code. */
export function openForService(
  cabinet: CabinetInside,
  service: Service,
  cause?: Cause,
): Outcome<unknown> {
  if (service.reason.trim() === '') return refuseVisit('NOTE_MISSING');
  const notNow = whyClosed(cabinet);
  if (notNow) return notNow;
  return begin(
    cabinet,
    { payer: { kind: 'staff', tail: service.by.id.slice(-4) }, service },
    cause,
  );
}

function whyClosed(cabinet: CabinetInside) {
  const { parts, memory } = cabinet;
  memory.turnedAway = undefined;
  const { visit } = stateOf(cabinet);
  if (visit && pendingOf(visit)) return refuseVisit('CABINET_BUSY');
  const isKnown = parts.planogram() !== undefined && parts.ledger.priceBookVersion() > 0;
  return isKnown ? undefined : refuseVisit('NO_PLANOGRAM');
}

function admit(cabinet: CabinetInside, code: string, cause?: Cause): Outcome<unknown> {
  const notNow = whyClosed(cabinet);
  if (notNow) return notNow;
  const who = whoIs(cabinet, code);
  return who ? begin(cabinet, who, cause) : refuseVisit('PAYER_UNKNOWN');
}

function begin(cabinet: CabinetInside, who: Who, cause?: Cause): Outcome<unknown> {
  const { parts, memory } = cabinet;
  const { config, ledger, hardware, ids } = parts;
  if (owes(cabinet, who.payer.payerId)) return refuseVisit('PAYER_OWES');
  if (hardware.door() !== 'shut')
    return refuseVisit('CABINET_NOT_READY', { door: hardware.door() });
  const { missing } = restingWeights(cabinet);
  if (missing.length > 0 && who.payer.kind !== 'staff')
    return refuseVisit('CABINET_NOT_READY', { cells: missing.join() });
  const visitId = ids('visit');
  const hold = holdFor(cabinet, who);
  if (!hold.ok) return hold;
  if (who.payer.kind !== 'staff')
    memory.secret = { visitId, code: who.code ?? who.agreement ?? '' };
  const started = act(
    cabinet,
    {
      kind: 'start',
      visitId,
      cabinetId: config.id,
      purpose: who.payer.kind === 'staff' ? 'service' : 'shop',
      payer: who.payer,
      priceBookVersion: ledger.priceBookVersion(),
      planogramVersion: parts.planogram()?.version ?? 0,
      ...(who.service && { service: who.service }),
      ...(hold.value && { hold: hold.value }),
    },
    cause ? { cause } : {},
  );
  if (started.ok) resumeAuthorising(cabinet);
  return started;
}

/** The order to hold money by; none for staff, and none for a trusted member without a network. */
function holdFor(
  cabinet: CabinetInside,
  { payer, code = '' }: Who,
): Outcome<VisitState['hold'] | undefined> {
  const { config, ids } = cabinet.parts;
  if (payer.kind === 'staff') return { ok: true, value: undefined };
  // An agreement is with WeChat.
  const orderNo = ids(letterOf(code) ?? 'W')
    .replace('-', '')
    .slice(0, 30);
  const online = terminalOf(cabinet)?.holds !== undefined;
  if (online) return { ok: true, value: { orderNo, amountFen: config.holdFen, state: 'asked' } };
  const trusted = config.offline === 'limit' && payer.kind === 'member';
  if (!trusted) return refuseVisit('CABINET_OFFLINE');
  const owedFen = unpaidFen(cabinet, payer.tail);
  return owedFen < config.offlineLimitFen
    ? { ok: true, value: undefined }
    : refuseVisit('OFFLINE_LIMIT', { owedFen, limitFen: config.offlineLimitFen });
}

const owes = (cabinet: CabinetInside, payerId: string | undefined): boolean =>
  payerId !== undefined && stateOf(cabinet).debts.some((debt) => debt.payerId === payerId);

/** Goes on with whatever the visit still needs before its door opens. */
export function resumeAuthorising(cabinet: CabinetInside): void {
  const visit = visitOf(cabinet);
  const next = visit && pendingOf(visit);
  if (!visit || !next || cabinet.closed) return;
  if (next.kind === 'arm') arm(cabinet, visit);
  if (next.kind !== 'ask-hold') return;
  const { secret } = cabinet.memory;
  // After a power cut the code is gone: the order is asked about, and let go whatever it says.
  if (secret?.visitId !== visit.visitId) refuseAndRelease(cabinet, visit, 'CABINET_NOT_READY');
  else void askForHold(cabinet, visit, secret.code);
}

/** So long may a payer type a password. */
const payerMs = ({ parts, memory }: CabinetInside): number =>
  parts.config.orderMs * orderPatienceOf(memory);

async function askForHold(cabinet: CabinetInside, visit: VisitState, code: string): Promise<void> {
  const { orderNo, amountFen } = visit.hold!;
  const begunMs = cabinet.parts.clock.monoMs();
  const payer = visit.payer.kind === 'member' ? { agreement: code } : { code };
  const request = { orderNo, amountFen, payer, description: visit.visitId };
  let answer: HoldOutcome | HoldStatus = await askOnce(() =>
    terminalOf(cabinet)?.holds?.place(request),
  );
  while (answer.kind === 'waiting' || answer.kind === 'unknown') {
    const limitMs = answer.kind === 'waiting' ? payerMs(cabinet) : HOLD_GIVE_UP_MS;
    if (cabinet.closed || cabinet.parts.clock.monoMs() - begunMs > limitMs) break;
    await new Promise<void>((resolve) => cabinet.later(ASK_AGAIN_MS, resolve));
    if (cabinet.closed) return;
    answer = await askOnce(() => terminalOf(cabinet)?.holds?.status(orderNo));
  }
  if (cabinet.closed) return;
  cabinet.memory.secret = undefined;
  if (answer.kind === 'held') {
    held(cabinet, visit, answer);
    return;
  }
  if (answer.kind === 'declined') {
    turnAway(cabinet, holdRefused(answer.reason));
    must(cabinet, { kind: 'refuse', reason: answer.reason });
    return;
  }
  refuseAndRelease(cabinet, visit, 'CABINET_OFFLINE');
}

async function askOnce<T extends { kind: string }>(
  ask: () => Promise<T> | undefined,
): Promise<T | { kind: 'unknown'; reason: string }> {
  try {
    return (await ask()) ?? { kind: 'unknown', reason: 'offline' };
  } catch (error) {
    return { kind: 'unknown', reason: String(error) };
  }
}

function held(
  cabinet: CabinetInside,
  visit: VisitState,
  { amountFen, payerId }: Extract<HoldOutcome, { kind: 'held' }>,
): void {
  const { orderNo } = visit.hold!;
  const who = payerId === undefined ? {} : { payerId };
  if (!must(cabinet, { kind: 'hold-placed', orderNo, amountFen, ...who })) return;
  if (owes(cabinet, payerId)) refuseAndRelease(cabinet, visit, 'PAYER_OWES');
  else resumeAuthorising(cabinet);
}

function refuseAndRelease(cabinet: CabinetInside, visit: VisitState, code: VisitRefusalCode): void {
  turnAway(cabinet, visitRefusal(code));
  must(cabinet, { kind: 'refuse', reason: code }, releaseOf(visit, code));
  resumeReleases(cabinet);
}

/** A power cut came before the door: nobody knows who stands there now, so nothing opens. */
export function abandonAuthorising(cabinet: CabinetInside): void {
  const visit = visitOf(cabinet);
  if (visit?.phase === 'authorising') refuseAndRelease(cabinet, visit, 'CABINET_NOT_READY');
}

/** The intent with the weights before is on the disk; then the lock hears of it, once. */
function arm(cabinet: CabinetInside, visit: VisitState): void {
  const { parts } = cabinet;
  if (visit.purpose === 'shop' && parts.hardware.door() !== 'shut') {
    refuseAndRelease(cabinet, visit, 'CABINET_NOT_READY');
    return;
  }
  forgetLevels(cabinet);
  const { weights } = restingWeights(cabinet);
  const unlockId = parts.ids('unlock');
  const { lockNumber } = parts.config;
  if (!must(cabinet, { kind: 'unlock', unlockId, lockNumber, weights })) return;
  void pulse(cabinet, visit, unlockId);
}

async function pulse(cabinet: CabinetInside, visit: VisitState, unlockId: string): Promise<void> {
  const outcome = await cabinet.parts.hardware
    .unlock(UNLOCK_DEADLINE_MS)
    .catch(() => ({ ok: false as const, reason: 'no-answer' as const, sent: true }));
  if (cabinet.closed || visitOf(cabinet)?.visitId !== visit.visitId) return;
  if (outcome.ok && outcome.state === 'open') {
    must(cabinet, { kind: 'unlock-answered', unlockId, result: 'open' });
    opened(cabinet);
  } else if (outcome.ok || outcome.sent) {
    const reason = outcome.ok ? 'no-feedback' : outcome.reason;
    must(cabinet, { kind: 'unlock-answered', unlockId, result: 'unknown', reason });
    startDoorTimers(cabinet);
  } else {
    must(cabinet, { kind: 'unlock-answered', unlockId, result: 'failed', reason: outcome.reason });
    turnAway(cabinet, visitRefusal('LOCK_FAILED', { reason: outcome.reason }));
    must(cabinet, { kind: 'fault', reason: `lock-${outcome.reason}` }, releaseOf(visit, 'lock'));
    resumeReleases(cabinet);
  }
}
