/** What belongs where in a cabinet: shelves from the top down, slots from left to right. */
import type { Outcome } from '../ports.ts';
import { refuseStock } from './stock-refusals.ts';

/** One place for one article. A stock location is `cabinetId/shelfId/slotId`. */
export interface PlanogramSlot {
  slotId: string;
  sku: string;
  /** Most pieces that fit. */
  capacity: number;
  /** Pieces that should lie here after a refill; 0 to `capacity`. */
  par: number;
  /** How many stand side by side: the width of the slot in the picture. */
  facings: number;
  /** Mass of one piece in grams; what the weighing shelf counts with. */
  unitWeightGrams: number;
  /** Address of the load cell under this slot, where it has one of its own. */
  cell?: number;
}

export interface PlanogramShelf {
  shelfId: string;
  /** Device id of the weighing shelf, as in the configuration. */
  shelfDevice?: string;
  /** Address of the one load cell under the whole shelf, where there is one. */
  cell?: number;
  slots: PlanogramSlot[];
}

/** One cabinet's layout at one version, swapped whole; a visit keeps the one it began with. */
export interface Planogram {
  cabinetId: string;
  /** Rises by at least one with every change. */
  version: number;
  origin: 'head-office' | 'local';
  shelves: PlanogramShelf[];
}

/** A slot together with where it is. */
export interface PlacedSlot extends PlanogramSlot {
  location: string;
  cabinetId: string;
  shelfId: string;
}

export const MAX_SHELVES = 12;
export const MAX_SLOTS = 40;
const MOST_PIECES = 999;

/** `cabinet-1/2/3`: the name under which the ledger keeps a slot's stock. */
export const slotLocation = (cabinetId: string, shelfId: string, slotId: string): string =>
  `${cabinetId}/${shelfId}/${slotId}`;

/** The cabinet of a slot's location; undefined for the floor, the store room and the like. */
export function cabinetOf(location: string): string | undefined {
  const [cabinetId, shelfId, slotId, more] = location.split('/');
  return cabinetId && shelfId && slotId && more === undefined ? cabinetId : undefined;
}

/** Every slot of a planogram with its location, shelf by shelf. */
export function slotsOf({ cabinetId, shelves }: Planogram): PlacedSlot[] {
  return shelves.flatMap(({ shelfId, slots }) =>
    slots.map((slot) => ({
      ...slot,
      cabinetId,
      shelfId,
      location: slotLocation(cabinetId, shelfId, slot.slotId),
    })),
  );
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9-]{0,31}$/;
const SKU = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

const whole = (value: unknown, least: number, most: number): boolean =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most;

type Given = Record<string, unknown>;
const record = (value: unknown): value is Given =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const named = (value: unknown, pattern: RegExp): boolean =>
  typeof value === 'string' && pattern.test(value);

/** `par 9 is above capacity 6`; undefined where the slot is sound. */
function wrongSlot(slot: unknown, known: (sku: string) => boolean): string | undefined {
  if (!record(slot)) return 'is not a slot';
  const { slotId, sku, capacity, par, facings, unitWeightGrams, cell } = slot;
  if (!named(slotId, NAME)) return 'slotId is not a short name';
  if (!named(sku, SKU) || !known(`${sku}`)) return `sku "${sku}" is not in the price book`;
  if (!whole(capacity, 1, MOST_PIECES)) return 'capacity is not 1 to 999';
  if (!whole(par, 0, Number(capacity))) return `par ${par} is not 0 to capacity ${capacity}`;
  if (!whole(facings, 1, 20)) return 'facings is not 1 to 20';
  if (!whole(unitWeightGrams, 1, 50_000)) return 'unitWeightGrams is not 1 to 50000';
  return cell === undefined || whole(cell, 1, 247) ? undefined : 'cell is not 1 to 247';
}

function wrongShelf(shelf: unknown, known: (sku: string) => boolean): string | undefined {
  if (!record(shelf) || !Array.isArray(shelf.slots)) return 'is not a shelf';
  const { shelfId, slots, cell, shelfDevice } = shelf;
  if (!named(shelfId, NAME)) return 'shelfId is not a short name';
  if (cell !== undefined && !whole(cell, 1, 247)) return 'cell is not 1 to 247';
  if (shelfDevice !== undefined && !named(shelfDevice, NAME)) return 'shelfDevice is not a name';
  if (slots.length > MAX_SLOTS) return `has more than ${MAX_SLOTS} slots`;
  for (const [at, slot] of slots.entries()) {
    const wrong = wrongSlot(slot, known);
    if (wrong) return `slots[${at}] ${wrong}`;
  }
  return twice(slots.map(({ slotId }) => slotId));
}

function twice(names: unknown[]): string | undefined {
  const repeated = names.find((name, at) => names.indexOf(name) !== at);
  return repeated === undefined ? undefined : `"${repeated}" is there twice`;
}

/** `shelves[0] slots[2] par 9 is …`; undefined where it is sound. */
export function wrongPlanogram(
  value: unknown,
  known: (sku: string) => boolean,
): string | undefined {
  if (!record(value) || !Array.isArray(value.shelves)) return 'not a planogram';
  const { cabinetId, version, origin, shelves } = value;
  if (!named(cabinetId, NAME)) return 'cabinetId is not a short name';
  if (!whole(version, 1, Number.MAX_SAFE_INTEGER)) return 'version is not a whole number';
  if (origin !== 'head-office' && origin !== 'local') return 'origin is not head-office or local';
  if (shelves.length === 0 || shelves.length > MAX_SHELVES)
    return `not 1 to ${MAX_SHELVES} shelves`;
  for (const [at, shelf] of shelves.entries()) {
    const wrong = wrongShelf(shelf, known);
    if (wrong) return `shelves[${at}] ${wrong}`;
  }
  return twice(shelves.map(({ shelfId }) => shelfId));
}

const isPlanogram = (value: unknown, known: (sku: string) => boolean): value is Planogram =>
  wrongPlanogram(value, known) === undefined;

/**
 * A planogram as it came from a page, a file or head office, checked whole; `known` says whether
 * the price book has a sku. Refused with PLANOGRAM_INVALID, naming its first mistake.
 */
export function checkPlanogram(
  value: unknown,
  known: (sku: string) => boolean,
): Outcome<Planogram> {
  if (isPlanogram(value, known)) return { ok: true, value };
  return refuseStock('PLANOGRAM_INVALID', { problem: wrongPlanogram(value, known) ?? '' });
}
