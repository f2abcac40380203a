/** What speaks for an order's lines: the shelves' weights of a visit, the camera's view of a plate. */
import { cellsOf } from '../cabinet/inside.ts';
import type { Choice, RecordedEvent, SaleLine } from '../core/events.ts';
import type { Text } from '../core/ports.ts';
import type { SaleState } from '../core/sale/sale.ts';
import { goodsText } from '../core/views/event-detail.ts';
import type { EvidenceView, LookView } from '../core/views/order-views.ts';
import type { Controller } from '../main.ts';

/** Events of one decision, among which a bill finds its visit. */
const NEAR_EVENTS = 200;

/** The visit whose bill this is, found in the commit that made the bill. */
export function evidenceOf(
  { ledger }: Controller,
  sale: RecordedEvent[],
  lines: readonly SaleLine[],
): EvidenceView | undefined {
  const [first] = sale;
  if (first?.type !== 'SaleStarted') return undefined;
  const near = ledger.readAfter(Math.max(0, first.seq - NEAR_EVENTS), 2 * NEAR_EVENTS);
  const made = near
    .map(({ record }): RecordedEvent => JSON.parse(record))
    .find((event) => event.tx === first.tx && 'visitId' in event.body);
  const visitId = made && 'visitId' in made.body ? made.body.visitId : undefined;
  const visit = visitId === undefined ? undefined : ledger.visit(visitId);
  if (!visit) return undefined;
  const at = (type: RecordedEvent['type']) =>
    ledger.about(visit.visitId).findLast((event) => event.type === type)?.wallMs;
  const [openedWallMs, shutWallMs] = [at('DoorOpened'), at('DoorShut')];
  const { before, after = [], count } = visit;
  const planogram = ledger.stockState().planograms.get(visit.cabinetId);
  const slots = planogram && cellsOf(planogram);
  const standsOn = (cell: string): (string | undefined)[] =>
    slots?.get(cell)?.map(({ location }) => location) ?? [];
  return {
    ...{ visitId: visit.visitId, cabinetId: visit.cabinetId, disputes: visit.disputes },
    ...(openedWallMs !== undefined && { openedWallMs }),
    ...(shutWallMs !== undefined && { shutWallMs }),
    ...(count && { probabilityBp: count.probabilityBp }),
    cells: before.map(({ cell, deciGrams }) => ({
      cell,
      beforeGrams: Math.round(deciGrams / 10),
      afterGrams: Math.round((after.find((a) => a.cell === cell)?.deciGrams ?? deciGrams) / 10),
      goods: lines.filter(({ location }) => standsOn(cell).includes(location)).map(goodsText),
    })),
  };
}

/** A labelled line was chosen at the counter, when its label was made. */
const choiceOf = ({ ledger }: Controller, { labelNumber, choice }: SaleLine): Choice =>
  (labelNumber && ledger.label(labelNumber)?.label.choice) || choice;

export function looksOf(controller: Controller, { saleId, lines }: SaleState): LookView[] {
  const { ledger, review } = controller;
  const nameOf = (sku: string): Text =>
    ledger.item(ledger.priceBookVersion(), sku)?.name ?? { zh: sku, en: sku };
  return lines.flatMap((line) => {
    const { by, confidenceBp, firstSku, sightingId } = choiceOf(controller, line);
    if (sightingId === undefined) return [];
    const address = `/api/orders/${encodeURIComponent(saleId)}/pictures/${encodeURIComponent(line.lineId)}`;
    return [
      {
        ...{ lineId: line.lineId, name: line.name, by },
        ...(line.weighing && { grams: line.weighing.netGrams }),
        ...(confidenceBp !== undefined && { confidenceBp }),
        ...(firstSku && { first: nameOf(firstSku) }),
        ...(review.pictureOf(sightingId) && { picture: address }),
      },
    ];
  });
}

export function pictureOf(
  controller: Controller,
  saleId: string,
  lineId: string,
): Uint8Array | undefined {
  const line = controller.ledger.sale(saleId)?.lines.find((each) => each.lineId === lineId);
  const { sightingId } = line ? choiceOf(controller, line) : {};
  return sightingId === undefined ? undefined : controller.review.pictureOf(sightingId);
}
