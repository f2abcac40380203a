/** What must hold of cabinets, told from the events alone: K2 the count, K3 the door, P1 one bill. */
import type { RecordedEvent } from '../core/events.ts';

type Watch = (event: RecordedEvent) => string[];

/** Every opened door had its intent in the same visit, after the start, one pulse for one intent. */
function doors(): Watch {
  const intents = new Set<string>();
  return (event) => {
    switch (event.type) {
      case 'UnlockRequested': {
        const { visitId } = event.body;
        const again = intents.has(visitId);
        intents.add(visitId);
        return again ? [`${visitId} asked for a second pulse`] : [];
      }
      case 'DoorOpened':
        return intents.has(event.body.visitId)
          ? []
          : [`${event.body.visitId} opened a door without an intent`];
      default:
        return [];
    }
  };
}

/** A settled visit's bill sells exactly what was counted; a review's what the person said. */
function counts(): Watch {
  const due = new Map<string, Map<string, number>>();
  return (event) => {
    if (event.type === 'VisitSettled' || event.type === 'ReviewDecided') {
      const taken = event.type === 'VisitSettled' ? event.body.count.taken : event.body.taken;
      const { bill } = event.body;
      if (bill) due.set(bill.saleId, piecesOf(taken.map((each) => [each.location, each.pieces])));
      return [];
    }
    if (event.type !== 'StockMoved' || event.body.cause !== 'sale') return [];
    const wanted = due.get(event.body.saleId ?? '');
    if (!wanted) return [];
    const { location, pieces } = event.body.move;
    const left = (wanted.get(location) ?? 0) + pieces;
    wanted.set(location, left);
    return left < 0 ? [`${event.body.saleId} sold more from ${location} than was counted`] : [];
  };
}

const piecesOf = (entries: [string, number][]): Map<string, number> => {
  const sums = new Map<string, number>();
  for (const [key, pieces] of entries) sums.set(key, (sums.get(key) ?? 0) + pieces);
  return sums;
};

/** One visit at a time at one door; an ended visit stays ended; at most one bill for each. */
function owners(): Watch {
  const open = new Map<string, string>();
  const billed = new Set<string>();
  return (event) => {
    if (event.type === 'VisitStarted') {
      const { cabinetId, visitId } = event.body;
      const before = open.get(cabinetId);
      open.set(cabinetId, visitId);
      return before === undefined ? [] : [`${visitId} began while ${before} owned the door`];
    }
    if (!('visitId' in event.body)) return [];
    const { visitId, cabinetId } = event.body;
    if (ENDS.has(event.type) && open.get(cabinetId) === visitId) open.delete(cabinetId);
    if (!('bill' in event.body) || !event.body.bill) return [];
    const twice = billed.has(visitId);
    billed.add(visitId);
    return twice ? [`${visitId} was billed twice`] : [];
  };
}

const ENDS: ReadonlySet<string> = new Set([
  'VisitRefused',
  'VisitSettled',
  'NothingTaken',
  'VisitReviewAsked',
  'VisitFaulted',
]);

export const CABINET_INVARIANTS: readonly { name: string; begin(): Watch }[] = [
  { name: 'INV-K2', begin: counts },
  { name: 'INV-K3', begin: doors },
  { name: 'INV-K6', begin: owners },
];
