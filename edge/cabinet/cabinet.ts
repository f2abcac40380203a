/**
 * A cabinet: one door, its shelves, and the visit that owns them. The visit is durable: whatever a
 * power cut interrupts is found again in the ledger, asked of the lock and the weights, and
 * finished with the same owner. A pulse is never sent twice.
 */

import type { Outcome } from '../core/ports.ts';
import type {
  CabinetCommand,
  CabinetDecision,
  CabinetOverview,
  CabinetView,
  ReviewView,
} from '../core/views/cabinet-views.ts';
import { isComfort, setComfort } from '../core/views/comfort.ts';
import type { CommandAnswer } from '../core/views/views.ts';
import { isUnderWay } from '../core/visit/visit.ts';
import { refuseVisit } from '../core/visit/visit-refusals.ts';
import { createBasket } from '../lane/basket.ts';
import { createReceiptDesk } from '../lane/receipts.ts';
import { answerOnce, type Cause, refusedByLedger } from '../ledger/answer.ts';
import { abandonAuthorising, showCode } from './authorising.ts';
import { followBill, openPayments } from './billing.ts';
import { conclude } from './counting.ts';
import { onDoor, resumeDoor, startDoorTimers } from './door.ts';
import { resumeReleases } from './holds.ts';
import { act, type CabinetInside, type CabinetParts, notify, visitOf } from './inside.ts';
import { overviewOf } from './overview.ts';
import { clearPanel, heed, shownMs } from './panel.ts';
import { decideByHand, reviewViews } from './reviewing.ts';
import { panelView, visitView } from './view.ts';
import { onReading } from './weights.ts';

export interface Cabinet {
  id: string;
  view(): CabinetView;
  /** One visit by its unguessable name. */
  visit(visitId: string): CabinetView | undefined;
  reviews(): ReviewView[];
  overview(): CabinetOverview;
  onChange(listener: () => void): void;
  /** Prices or pictures are others now: its screen is drawn again; a visit keeps its prices. */
  repriced(): void;
  handle(command: CabinetCommand, key: string): Promise<CommandAnswer>;
  decide(decision: CabinetDecision, key: string): Promise<CommandAnswer>;
  close(): void;
}

export function createCabinet(parts: CabinetParts): Cabinet {
  const { config, ledger } = parts;
  const listeners: (() => void)[] = [];
  const cabinet = insideOf(parts, listeners);
  const receipts = openReceipts(cabinet);
  const payments = openPayments(cabinet, (saleId) => {
    followBill(cabinet, saleId);
    receipts.resume(false);
  });
  if (payments) cabinet.payments = payments;
  listen(cabinet);
  receipts.resume(true);
  cabinet.payments?.resume();
  resume(cabinet);
  return {
    id: config.id,
    view: () => panelView(cabinet),
    visit(visitId) {
      const visit = ledger.visit(visitId);
      return visit?.cabinetId === config.id ? visitView(cabinet, visit) : undefined;
    },
    reviews: () => reviewViews(cabinet),
    overview: () => overviewOf(cabinet),
    onChange: (listener) => listeners.push(listener),
    repriced: cabinet.changed,
    async handle(command, key) {
      heed(cabinet);
      const answer = await answerOnce(ledger, withoutCode(command), key, (cause) =>
        refusedByLedger(() => carryOut(cabinet, command, cause)),
      );
      cabinet.changed();
      return answer;
    },
    decide: (decision, key) =>
      answerOnce(ledger, decision, key, (cause) =>
        refusedByLedger(() => decideByHand(cabinet, decision, cause)),
      ),
    close() {
      cabinet.closed = true;
      cabinet.stopTimers();
      cabinet.payments?.close();
      receipts.close();
    },
  };
}

function insideOf(parts: CabinetParts, listeners: (() => void)[]): CabinetInside {
  const timers = new Set<() => void>();
  const start = (delayMs: number, fn: () => void): (() => void) => {
    const cancel = parts.clock.after(delayMs, () => {
      timers.delete(cancel);
      if (!cabinet.closed) fn();
    });
    return cancel;
  };
  const cabinet: CabinetInside = {
    parts,
    memory: {
      ...{ tracks: new Map(), heardMs: new Map(), sinceShut: new Map() },
      ...{ blind: new Set(), restless: new Set(), notices: 0 },
    },
    bills: createBasket(parts.config.id, parts.ledger),
    closed: false,
    stopTimers() {
      for (const cancel of timers) cancel();
      timers.clear();
    },
    after: (delayMs, fn) => void timers.add(start(delayMs, fn)),
    later: start,
    cancelForget() {},
    changed() {
      returnLater(cabinet);
      for (const listener of listeners) listener();
    },
  };
  return cabinet;
}

/** No cabinet prints: the e-receipt stands in at once. */
function openReceipts(cabinet: CabinetInside) {
  const { config, ledger, clock, log, receipts: facts } = cabinet.parts;
  return createReceiptDesk({
    laneId: config.id,
    ledger,
    basket: cabinet.bills,
    clock,
    log,
    facts,
    onChange: cabinet.changed,
  });
}

function listen(cabinet: CabinetInside): void {
  const { hardware, devices, config } = cabinet.parts;
  hardware.onDoor((door) => onDoor(cabinet, door));
  hardware.onWeight((reading) => onReading(cabinet, reading));
  devices.find(config.cooler)?.onEvent((event) => {
    if (event.kind !== 'temperature' || event.probe !== 1) return;
    if (event.deciCelsius === undefined) delete cabinet.memory.deciCelsius;
    else cabinet.memory.deciCelsius = event.deciCelsius;
    cabinet.changed();
  });
  devices.find(config.scanner)?.onEvent((event) => {
    if (event.kind !== 'code') return;
    heed(cabinet);
    refusedByLedger(() => showCode(cabinet, event.text));
  });
  for (const id of [config.lock, config.scanner, config.payment, ...config.shelves])
    devices.find(id)?.onStatus(cabinet.changed);
}

/** Goes on where the power went. */
function resume(cabinet: CabinetInside): void {
  abandonAuthorising(cabinet);
  resumeReleases(cabinet);
  const visit = visitOf(cabinet);
  if (visit?.phase === 'counting') conclude(cabinet);
  else if (visit && ['armed', 'open', 'closing'].includes(visit.phase))
    cabinet.after(0, () => void resumeDoor(cabinet));
}

/** A payer's code is never written down, not even as a command's fingerprint. */
const withoutCode = (command: CabinetCommand): object =>
  command.kind === 'open' ? { kind: 'open', tail: command.code.slice(-4) } : command;

function carryOut(cabinet: CabinetInside, command: CabinetCommand, cause: Cause): Outcome<unknown> {
  const { memory, parts } = cabinet;
  if (isComfort(command)) {
    setComfort(memory, command.kind, command.on);
    // The waits under way are as long as 大字 says now.
    heed(cabinet);
    if (visitOf(cabinet)?.phase === 'armed') startDoorTimers(cabinet);
    return { ok: true, value: undefined };
  }
  switch (command.kind) {
    case 'open':
      return showCode(cabinet, command.code, cause);
    case 'dispute':
      return dispute(cabinet, command, cause);
    case 'help':
      memory.help ??= { sinceWallMs: parts.clock.wallMs() };
      notify(cabinet, 'info', { zh: '已通知店员，请稍等', en: 'Staff have been notified' });
      return { ok: true, value: undefined };
    case 'finish':
      clearPanel(cabinet, visitOf(cabinet)?.visitId ?? '');
      return { ok: true, value: undefined };
    default:
      return refuseVisit('COMMAND_UNKNOWN');
  }
}

function dispute(
  cabinet: CabinetInside,
  { visitId, lineId, reason }: Extract<CabinetCommand, { kind: 'dispute' }>,
  cause: Cause,
): Outcome<unknown> {
  const visit = cabinet.parts.ledger.visit(visitId);
  if (visit?.cabinetId !== cabinet.parts.config.id) return refuseVisit('VISIT_UNKNOWN');
  const disputeId = cabinet.parts.ids('dispute');
  const about = lineId === undefined ? {} : { lineId };
  return act(cabinet, { kind: 'dispute', disputeId, reason, ...about }, { cause, visitId });
}

/** The panel is free again some time after a visit ended; the phone keeps its own page. */
function returnLater(cabinet: CabinetInside): void {
  const { memory } = cabinet;
  const visit = visitOf(cabinet);
  if (!visit || isUnderWay(visit) || memory.leaving === visit.visitId) return;
  memory.leaving = visit.visitId;
  cabinet.later(shownMs(cabinet), () => {
    // Somebody else may stand there by now.
    if (visitOf(cabinet)?.visitId !== visit.visitId || memory.dismissed === visit.visitId) return;
    clearPanel(cabinet, visit.visitId);
    cabinet.changed();
  });
}
