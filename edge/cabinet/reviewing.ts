/** A person's answers: what a doubtful visit took, whether a dispute is right, a tidied shelf. */

import type { RecordedEvent } from '../core/events.ts';
import type { Outcome, Text } from '../core/ports.ts';
import type { CabinetDecision, ReviewView } from '../core/views/cabinet-views.ts';
import { decideVisit, type VisitState } from '../core/visit/visit.ts';
import type { TakenPieces } from '../core/visit/visit-events.ts';
import { refuseVisit } from '../core/visit/visit-refusals.ts';
import type { Cause } from '../ledger/answer.ts';
import { openForService } from './authorising.ts';
import { billEvents, submitBill } from './billing.ts';
import { stepsOf } from './counting.ts';
import { releaseOf, resumeReleases } from './holds.ts';
import { act, type CabinetInside, cellsOf, stateOf } from './inside.ts';
import { refundOf } from './refunding.ts';

/** Less is noise. */
const MOVED_DECI_GRAMS = 80;

export function decideByHand(
  cabinet: CabinetInside,
  decision: CabinetDecision,
  cause?: Cause,
): Outcome<unknown> {
  const { parts } = cabinet;
  if (decision.kind === 'tidied') {
    const body = { cabinetId: parts.config.id, by: decision.by.id };
    parts.ledger.append({ source: parts.config.id, events: [{ type: 'ShelvesTidied', body }] });
    return { ok: true, value: undefined };
  }
  if (decision.kind === 'open-for-service') {
    const { by, reason } = decision;
    return openForService(cabinet, { by, reason }, cause);
  }
  const visit = parts.ledger.visit(decision.visitId);
  if (!visit || visit.cabinetId !== parts.config.id) return refuseVisit('VISIT_UNKNOWN');
  if (decision.kind === 'decide-dispute') return decideDispute(cabinet, visit, decision, cause);
  return decideReview(cabinet, visit, decision, cause);
}

function decideDispute(
  cabinet: CabinetInside,
  visit: VisitState,
  decision: Extract<CabinetDecision, { kind: 'decide-dispute' }>,
  cause?: Cause,
): Outcome<unknown> {
  const { kind, visitId, disputeId, accepted, refundFen, note, by } = decision;
  if (note.trim() === '') return refuseVisit('NOTE_MISSING');
  const answer = { kind, disputeId, accepted, refundFen, note, by: by.id };
  const beside = { visitId, ...(cause && { cause }) };
  if (!accepted || refundFen <= 0) return act(cabinet, answer, beside);
  const possible = decideVisit(visit, answer);
  if (!possible.ok) return possible;
  const back = refundOf(cabinet, visit, decision);
  if (!back.ok) return back;
  const { refundId, events } = back.value;
  const outcome = act(cabinet, { ...answer, refundId }, { ...beside, also: events });
  if (outcome.ok) cabinet.payments?.resume();
  return outcome;
}

function decideReview(
  cabinet: CabinetInside,
  visit: VisitState,
  { taken, note, by }: Extract<CabinetDecision, { kind: 'decide-review' }>,
  cause?: Cause,
): Outcome<unknown> {
  const command = { kind: 'decide-review' as const, by: by.id, note, taken };
  const beside = { visitId: visit.visitId, ...(cause && { cause }) };
  if (taken.length === 0) {
    const outcome = act(cabinet, command, { ...beside, also: releaseOf(visit, 'review') });
    resumeReleases(cabinet);
    return outcome;
  }
  const bill = billEvents(cabinet, visit, taken);
  if (bill.refused) return refuseVisit('VISIT_MOVED_ON', { why: bill.refused });
  const { saleId, totalFen, events } = bill;
  const outcome = act(
    cabinet,
    { ...command, bill: { saleId, totalFen } },
    { ...beside, also: events },
  );
  if (outcome.ok && outcome.value.length > 0) submitBill(cabinet, saleId);
  return outcome;
}

/** Everything that waits for a person at this cabinet, with its evidence. */
export function reviewViews(cabinet: CabinetInside): ReviewView[] {
  const { reviews, disputes } = stateOf(cabinet);
  return [
    ...reviews.flatMap((visitId) => reviewView(cabinet, visitId, 'review') ?? []),
    ...disputes.flatMap((visitId) => reviewView(cabinet, visitId, 'dispute') ?? []),
  ];
}

function reviewView(
  cabinet: CabinetInside,
  visitId: string,
  why: ReviewView['why'],
): ReviewView | undefined {
  const { ledger } = cabinet.parts;
  const events: RecordedEvent[] = ledger.about(visitId);
  const visit = ledger.visit(visitId);
  if (!visit) return undefined;
  const named = (list: TakenPieces[] = []) =>
    list.map((each) => ({ ...each, name: nameOf(cabinet, visit, each.sku) }));
  const { count, after = [], bill } = visit;
  const other = count?.runnerUp;
  const sale = bill && ledger.sale(bill.saleId);
  return {
    visitId,
    cabinetId: visit.cabinetId,
    why,
    reasons: visit.doubts,
    payerTail: visit.payer.tail,
    atWallMs: events[0]?.wallMs ?? 0,
    likeliest: { taken: named(count?.taken), bp: count?.probabilityBp ?? 0 },
    ...(other && { runnerUp: { taken: named(other.taken), bp: other.probabilityBp } }),
    steps: stepsOf(visit, after).map(({ cell, deltaGrams }) => ({
      cell,
      deltaGrams: Math.round(deltaGrams),
    })),
    sights: sightsOf(cabinet, visit),
    cells: cellsMoved(cabinet, visit),
    disputes: visit.disputes
      .filter(({ decided }) => decided === undefined)
      .map(({ disputeId, reason, lineId }) => {
        const line = sale?.lines.find((each) => each.lineId === lineId);
        const about = line && { lineId: line.lineId, name: line.name, amountFen: line.amountFen };
        return { disputeId, reason, ...about };
      }),
    totalFen: bill?.totalFen ?? 0,
    slots: slotChoices(cabinet, visit),
  };
}

/** Cells that weigh clearly more or less than before, with what stands on them. */
function cellsMoved(cabinet: CabinetInside, visit: VisitState): ReviewView['cells'] {
  const layout = cabinet.parts.planogram();
  const placed = layout ? cellsOf(layout) : undefined;
  return visit.before.flatMap(({ cell, deciGrams }) => {
    const then = visit.after?.find((each) => each.cell === cell)?.deciGrams ?? deciGrams;
    if (Math.abs(then - deciGrams) <= MOVED_DECI_GRAMS) return [];
    const skus = new Set(placed?.get(cell)?.map(({ sku }) => sku));
    const goods = [...skus].map((sku) => nameOf(cabinet, visit, sku));
    const [beforeGrams, afterGrams] = [Math.round(deciGrams / 10), Math.round(then / 10)];
    return [{ cell, goods, beforeGrams, afterGrams }];
  });
}

const sightsOf = (cabinet: CabinetInside, visit: VisitState): ReviewView['sights'] =>
  (visit.seen ?? []).flatMap(({ cell, goods }) => {
    const [best] = goods.toSorted((a, b) => b.bp - a.bp);
    return best ? [{ cell, name: nameOf(cabinet, visit, best.sku), bp: best.bp }] : [];
  });

function nameOf({ parts }: CabinetInside, { priceBookVersion }: VisitState, sku: string): Text {
  return parts.ledger.item(priceBookVersion, sku)?.name ?? { zh: sku, en: sku };
}

function slotChoices(cabinet: CabinetInside, visit: VisitState): ReviewView['slots'] {
  const { ledger, planogram } = cabinet.parts;
  const layout = planogram();
  const changed = new Set(stepsOf(visit, visit.after ?? []).map(({ cell }) => cell));
  return [...(layout ? cellsOf(layout) : [])].flatMap(([cell, slots]) =>
    slots.map(({ sku, location }) => ({
      ...{ sku, location, name: nameOf(cabinet, visit, sku), near: changed.has(cell) },
      unitPriceFen: ledger.item(visit.priceBookVersion, sku)?.unitPriceFen ?? 0,
    })),
  );
}
