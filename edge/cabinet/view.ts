/** What the door panel and the shopper's phone show, from durable state first and memory second. */
import { millimetresPerPixel } from '../config/config.ts';
import type { SaleState } from '../core/sale/sale.ts';
import type { CabinetLineView, CabinetScreen, CabinetView } from '../core/views/cabinet-views.ts';
import { comfortsOf, fading, NEWS_MS } from '../core/views/comfort.ts';
import type { VisitState } from '../core/visit/visit.ts';
import type { TakenPieces } from '../core/visit/visit-events.ts';
import { VISIT_REFUSALS } from '../core/visit/visit-refusals.ts';
import { soFar } from './counting.ts';
import { notOpenedMs } from './door.ts';
import { type CabinetInside, cellsOf, visitOf } from './inside.ts';

const SCREEN: Record<VisitState['phase'], CabinetScreen> = {
  authorising: 'authorising',
  armed: 'pull',
  open: 'open',
  closing: 'counting',
  counting: 'counting',
  settled: 'settled',
  'nothing-taken': 'nothing-taken',
  review: 'review',
  fault: 'fault',
  refused: 'refused',
};

/** What most doors carry, 10.1 inches standing, where the configuration names none. */
const USUAL_PANEL = { diagonalInches: 10.1, widthPx: 800, heightPx: 1280 };

/** The door's panel, laid out in its own millimetres. */
export function panelView(cabinet: CabinetInside): CabinetView {
  const { panel = USUAL_PANEL } = cabinet.parts.config;
  const { memory } = cabinet;
  const { notice } = memory;
  return {
    ...shownView(cabinet),
    ...(notice && { notice: fading(notice, memory, NEWS_MS) }),
    ...comfortsOf(memory),
    mmPerPx: millimetresPerPixel(panel),
  };
}

/** The visit under way, or the last one until it is dismissed. */
function shownView(cabinet: CabinetInside): CabinetView {
  const { parts, memory } = cabinet;
  const visit = visitOf(cabinet);
  const shown = visit && memory.dismissed !== visit.visitId ? visit : undefined;
  const away = memory.turnedAway;
  const base = shown ? visitView(cabinet, shown) : empty(cabinet, 'ready');
  const closed = parts.planogram() === undefined || parts.ledger.priceBookVersion() === 0;
  if (closed)
    return { ...empty(cabinet, 'out-of-service'), message: VISIT_REFUSALS.NO_PLANOGRAM[0] };
  if (base.screen === 'ready' && silentDevice(cabinet)) {
    const [message, next] = VISIT_REFUSALS.CABINET_NOT_READY;
    return { ...empty(cabinet, 'out-of-service'), message, next };
  }
  if (!away || isBusy(base.screen)) return base;
  return { ...empty(cabinet, 'refused'), message: away.message, next: away.next };
}

/** Without them nobody is let in, so nobody is asked to show a code. */
const silentDevice = ({ parts: { config, devices } }: CabinetInside): boolean =>
  [config.scanner, config.lock].some((id) => id !== undefined && !devices.find(id)?.current());

const isBusy = (screen: CabinetScreen): boolean =>
  ['authorising', 'pull', 'open', 'counting'].includes(screen);

function empty({ parts, memory }: CabinetInside, screen: CabinetScreen): CabinetView {
  return {
    cabinetId: parts.config.id,
    storeName: parts.storeName,
    phone: parts.phone,
    screen,
    lines: [],
    count: 0,
    totalFen: 0,
    holdFen: parts.config.holdFen,
    ...(screen === 'ready' && parts.sight && { camera: { photoHours: parts.photoHours ?? 0 } }),
    ...(memory.deciCelsius !== undefined && { temperatureDeciCelsius: memory.deciCelsius }),
  };
}

/** One visit by its unguessable name, for the shopper's own phone. */
export function visitView(cabinet: CabinetInside, visit: VisitState): CabinetView {
  const { parts } = cabinet;
  const { bill } = visit;
  const sale = bill ? parts.ledger.sale(bill.saleId) : undefined;
  const lines = linesOf(cabinet, visit, sale);
  const warning = warningOf(cabinet, visit);
  const weighing = weighingOf(cabinet, visit);
  const path = `${parts.publicUrl ?? ''}/receipt/?id=${bill?.saleId ?? ''}`;
  return {
    ...empty(cabinet, SCREEN[visit.phase]),
    visitId: visit.visitId,
    lines,
    count: lines.reduce((sum, { quantity }) => sum + quantity, 0),
    totalFen: lines.reduce((sum, { amountFen }) => sum + amountFen, 0),
    payment: paymentOf(cabinet, visit, sale),
    ...(visit.count && { probabilityBp: visit.count.probabilityBp }),
    ...(weighing.length > 0 && { weighing }),
    ...(visit.phase === 'armed' && { pullMs: notOpenedMs(cabinet) }),
    ...(warning && { warning }),
    ...(sale?.phase === 'completed' && { receiptPath: path }),
  };
}

/** Shelves with a cell that does not rest while somebody's hand may be on it. */
function weighingOf({ parts, memory }: CabinetInside, visit: VisitState): string[] {
  const planogram = parts.planogram();
  if (visit.phase !== 'open' || visit.purpose === 'service' || !planogram) return [];
  const shelves = [...cellsOf(planogram)].flatMap(([cell, [slot]]) =>
    slot && memory.restless.has(cell) ? [slot.shelfId] : [],
  );
  return [...new Set(shelves)].toSorted();
}

function warningOf(cabinet: CabinetInside, visit: VisitState): CabinetView['warning'] {
  if (visit.phase !== 'open') return undefined;
  if (cabinet.parts.hardware.door() === 'unknown') return 'blind';
  if (visit.levels.length > 0 && soFar(cabinet, visit).best.foreign) return 'foreign';
  if (visit.leftOpen) return visit.leftOpen === 'remind' ? 'remind' : 'alarm';
  return undefined;
}

function paymentOf(
  { parts }: CabinetInside,
  visit: VisitState,
  sale: SaleState | undefined,
): NonNullable<CabinetView['payment']> {
  if (sale?.phase === 'completed') return 'paid';
  if (parts.ledger.cabinet(parts.config.id).debts.some(({ saleId }) => saleId === sale?.saleId))
    return 'owed';
  if (sale) return 'taking';
  return visit.hold?.state === 'held' && visit.phase !== 'nothing-taken' ? 'held' : 'none';
}

function linesOf(
  cabinet: CabinetInside,
  visit: VisitState,
  sale: SaleState | undefined,
): CabinetLineView[] {
  if (sale) return sale.lines.map((line) => soldLine(cabinet, visit, line));
  if (visit.phase === 'review') return pieces(cabinet, visit, visit.count?.taken ?? []);
  if (!['open', 'closing', 'counting'].includes(visit.phase) || visit.purpose === 'service')
    return [];
  return pieces(cabinet, visit, visit.count?.taken ?? soFar(cabinet, visit).best.taken);
}

function pieces(
  cabinet: CabinetInside,
  visit: VisitState,
  taken: TakenPieces[],
): CabinetLineView[] {
  return taken.flatMap(({ sku, location, pieces: quantity }) => {
    const item = cabinet.parts.ledger.item(visit.priceBookVersion, sku);
    if (!item) return [];
    const { name, picture, unitPriceFen } = item;
    const amountFen = quantity * unitPriceFen;
    return [{ lineId: location, sku, name, picture, quantity, unitPriceFen, amountFen }];
  });
}

function soldLine(
  cabinet: CabinetInside,
  visit: VisitState,
  {
    lineId,
    sku,
    name,
    picture,
    quantity,
    unitPriceFen,
    amountFen,
    location,
  }: SaleState['lines'][number],
): CabinetLineView {
  const dispute = visit.disputes.findLast((each) => each.lineId === lineId);
  const evidence = evidenceOf(cabinet, visit, location);
  const decided = dispute?.decided;
  return {
    lineId,
    sku,
    name,
    picture,
    quantity,
    unitPriceFen,
    amountFen,
    ...(evidence && { evidence }),
    ...(dispute && {
      dispute: {
        reason: dispute.reason,
        ...(decided !== undefined && {
          decided: decided ? ('accepted' as const) : ('refused' as const),
        }),
      },
    }),
  };
}

/** The cell under the slot, before the door opened and after it was shut. */
function evidenceOf(
  { parts }: CabinetInside,
  { before, after }: VisitState,
  location: string | undefined,
): CabinetLineView['evidence'] {
  const planogram = parts.planogram();
  if (!planogram || location === undefined) return undefined;
  const found = [...cellsOf(planogram)].find(([, slots]) =>
    slots.some((slot) => slot.location === location),
  );
  const was = before.find(({ cell }) => cell === found?.[0]);
  const is = after?.find(({ cell }) => cell === found?.[0]);
  if (!found || !was || !is) return undefined;
  const [, , shelf = ''] = ['', ...location.split('/')];
  return {
    shelf,
    beforeGrams: Math.round(was.deciGrams / 10),
    afterGrams: Math.round(is.deciGrams / 10),
  };
}
