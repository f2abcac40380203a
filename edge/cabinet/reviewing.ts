/** A person's answers: what a doubtful visit took, whether a dispute is right, a tidied shelf. */
import type { CabinetDecision, ReviewView } from '../core/cabinet-views.ts';
import type { RecordedEvent } from '../core/events.ts';
import { slotsOf } from '../core/planogram.ts';
import type { Outcome, Text } from '../core/ports.ts';
import type { VisitState } from '../core/visit.ts';
import type { TakenPieces } from '../core/visit-events.ts';
import { refuseVisit } from '../core/visit-refusals.ts';
import type { Cause } from '../ledger/answer.ts';
import { billEvents, submitBill } from './billing.ts';
import { stepsOf } from './counting.ts';
import { releaseOf, resumeReleases } from './holds.ts';
import { act, type CabinetInside, stateOf } from './inside.ts';

export function decideByHand(
  cabinet: CabinetInside,
  decision: CabinetDecision,
  cause?: Cause,
): Outcome<unknown> {
  const { parts } = cabinet;
  if (decision.kind === 'tidied') {
    const body = { cabinetId: parts.config.id, by: decision.by };
    parts.ledger.append({ source: parts.config.id, events: [{ type: 'ShelvesTidied', body }] });
    return { ok: true, value: undefined };
  }
  const visit = parts.ledger.visit(decision.visitId);
  if (!visit || visit.cabinetId !== parts.config.id) return refuseVisit('VISIT_UNKNOWN');
  if (decision.kind === 'decide-dispute') {
    const { visitId, ...answer } = decision;
    return act(cabinet, answer, { visitId, ...(cause && { cause }) });
  }
  return decideReview(cabinet, visit, decision, cause);
}

function decideReview(
  cabinet: CabinetInside,
  visit: VisitState,
  { taken, note, by }: Extract<CabinetDecision, { kind: 'decide-review' }>,
  cause?: Cause,
): Outcome<unknown> {
  const command = { kind: 'decide-review' as const, by, note, taken };
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
  const { count, before, after = [], bill } = visit;
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
    cells: before.flatMap(({ cell, deciGrams }) => {
      const then = after.find((each) => each.cell === cell)?.deciGrams ?? deciGrams;
      const moved = Math.abs(then - deciGrams) > 80;
      return moved
        ? [{ cell, beforeGrams: Math.round(deciGrams / 10), afterGrams: Math.round(then / 10) }]
        : [];
    }),
    disputes: visit.disputes
      .filter(({ decided }) => decided === undefined)
      .map(({ disputeId, reason, lineId }) => {
        const name = sale?.lines.find((line) => line.lineId === lineId)?.name;
        return { disputeId, reason, ...(lineId && { lineId }), ...(name && { name }) };
      }),
    totalFen: bill?.totalFen ?? 0,
    slots: slotChoices(cabinet, visit),
  };
}

function nameOf({ parts }: CabinetInside, { priceBookVersion }: VisitState, sku: string): Text {
  return parts.ledger.item(priceBookVersion, sku)?.name ?? { zh: sku, en: sku };
}

function slotChoices(cabinet: CabinetInside, visit: VisitState): ReviewView['slots'] {
  const planogram = cabinet.parts.planogram();
  return (planogram ? slotsOf(planogram) : []).map(({ sku, location }) => ({
    sku,
    location,
    name: nameOf(cabinet, visit, sku),
    unitPriceFen: cabinet.parts.ledger.item(visit.priceBookVersion, sku)?.unitPriceFen ?? 0,
  }));
}
