/** The cabinet as its own parts see it. */
import type { CabinetConfig } from '../config/cabinet.ts';
import type { DomainEvent } from '../core/events.ts';
import type { Clock, Ids, Outcome, Text } from '../core/ports.ts';
import type { PlacedSlot, Planogram } from '../core/stock/planogram.ts';
import type { Comforts } from '../core/views/comfort.ts';
import type { NoticeView } from '../core/views/views.ts';
import type { CabinetState } from '../core/visit/cabinet-state.ts';
import { type CellTrack, startTrack } from '../core/visit/plateau.ts';
import { decideVisit, type VisitCommand, type VisitState } from '../core/visit/visit.ts';
import type { CellWeight } from '../core/visit/visit-events.ts';
import type { DeviceTable } from '../devices/devices.ts';
import type { Basket } from '../lane/basket.ts';
import type { PaymentDesk } from '../lane/payments.ts';
import type { ReceiptFacts } from '../lane/receipts.ts';
import { ANSWER_OK, type Cause } from '../ledger/answer.ts';
import type { Ledger } from '../ledger/contract.ts';
import type { Log } from '../log.ts';
import { type CabinetHardware, cellName } from './hardware.ts';

export interface CabinetParts {
  config: CabinetConfig;
  storeName: Text;
  phone: string;
  /** How long pictures of goods are kept; 0 or left out, they are not. */
  photoHours?: number;
  publicUrl?: string;
  ledger: Ledger;
  devices: DeviceTable;
  hardware: CabinetHardware;
  /** The layout in force. */
  planogram(): Planogram | undefined;
  clock: Clock;
  ids: Ids;
  log: Log;
  receipts: ReceiptFacts;
  /** What its camera sees now; absent where it has none. */
  sight?: CabinetSight;
}

/** Goods in a hand, as a camera tells them apart. */
export interface Glance {
  /** Of learnt goods, likeliest first. Probabilities in 1/10 000. */
  goods: { sku: string; bp: number }[];
  sightingId?: string;
}

export interface CabinetSight {
  /** Undefined where there is no picture, or nothing in it that was learnt. */
  look(): Promise<Glance | undefined>;
  /** Whether this article can be told by sight at all. */
  knows(sku: string): boolean;
}

/** What a cabinet remembers between events and may forget in a power cut. */
export interface CabinetMemory extends Comforts {
  tracks: Map<string, CellTrack>;
  /** When each cell was last heard with a weight, monotonic ms. */
  heardMs: Map<string, number>;
  /** Cells heard again after a silence within a visit, until it is seen whether they changed. */
  blind: Set<string>;
  /** Cells that do not rest now. */
  restless: Set<string>;
  /** Readings since the door was shut, for the wait until all rest. */
  sinceShut: Map<string, number>;
  /** The code that opens: kept until the hold is placed, never written down. */
  secret?: { visitId: string; code: string } | undefined;
  notice?: NoticeView;
  notices: number;
  help?: { sinceWallMs: number };
  deciCelsius?: number;
  /** Why the last one who came was turned away; shown until the next. */
  turnedAway?: { message: Text; next: Text } | undefined;
  /** The finished visit has left the panel. */
  dismissed?: string;
  /** The visit whose leaving is already arranged. */
  leaving?: string;
}

export interface CabinetInside {
  parts: CabinetParts;
  memory: CabinetMemory;
  /** Bills of this cabinet: sales whose lane is the cabinet. */
  bills: Basket;
  payments?: PaymentDesk;
  /** A timer of the door and the count: ended by the door's next news. */
  after(delayMs: number, fn: () => void): void;
  stopTimers(): void;
  /** A timer that only the end of the cabinet ends, or whoever calls what it returns. */
  later(delayMs: number, fn: () => void): () => void;
  /** Cancels the end of this shopper's comforts. */
  cancelForget(): void;
  changed(): void;
  closed: boolean;
}

export const SOLVER = 'beam-1';

export const stateOf = ({ parts }: CabinetInside): CabinetState =>
  parts.ledger.cabinet(parts.config.id);

export const visitOf = (cabinet: CabinetInside): VisitState | undefined => stateOf(cabinet).visit;

interface Beside {
  /** Events of the same commit. */
  also?: DomainEvent[];
  cause?: Cause;
  /** An older visit; left out, the one that owns the door. */
  visitId?: string;
}

/** Decides about a visit of this cabinet and appends what came of it. */
export function act(
  cabinet: CabinetInside,
  command: VisitCommand,
  { also = [], cause, visitId }: Beside = {},
): Outcome<DomainEvent[]> {
  const { parts } = cabinet;
  const about = visitId === undefined ? visitOf(cabinet) : parts.ledger.visit(visitId);
  const decided = decideVisit(about, command);
  if (!decided.ok) return decided;
  const events = decided.value.length > 0 ? [...decided.value, ...also] : [];
  const stored = cause && { command: { ...cause, answer: ANSWER_OK } };
  if (events.length > 0 || stored)
    parts.ledger.append({ source: parts.config.id, events, ...stored });
  cabinet.changed();
  return decided;
}

/** The same where a refusal would be a bug of ours: logged, and nothing happens. */
export function must(cabinet: CabinetInside, command: VisitCommand, also?: DomainEvent[]): boolean {
  const outcome = act(cabinet, command, also && { also });
  if (!outcome.ok) {
    const { code } = outcome.refusal;
    cabinet.parts.log.error(
      { cabinet: cabinet.parts.config.id, command: command.kind, code },
      'visit',
    );
  }
  return outcome.ok;
}

/** Every load cell that the planogram names, with the slots on it. */
export function cellsOf(planogram: Planogram): Map<string, PlacedSlot[]> {
  const cells = new Map<string, PlacedSlot[]>();
  for (const shelf of planogram.shelves) {
    const { shelfId, shelfDevice } = shelf;
    for (const slot of shelf.slots) {
      const address = slot.cell ?? shelf.cell;
      if (!shelfDevice || address === undefined) continue;
      const name = cellName(shelfDevice, address);
      const location = `${planogram.cabinetId}/${shelfId}/${slot.slotId}`;
      const placed = { ...slot, location, cabinetId: planogram.cabinetId, shelfId };
      cells.set(name, [...(cells.get(name) ?? []), placed]);
    }
  }
  return cells;
}

export const trackOf = ({ memory }: CabinetInside, cell: string): CellTrack =>
  memory.tracks.get(cell) ?? startTrack();

export const toDeci = (grams: number): number => Math.round(grams * 10);

export function notify(
  cabinet: CabinetInside,
  level: NoticeView['level'],
  text: Text,
  next?: Text,
): void {
  const { memory } = cabinet;
  memory.notices += 1;
  memory.notice = { id: memory.notices, level, text, ...(next && { next }) };
  cabinet.changed();
}

/** Where a cell rests now; undefined before it was ever at rest. */
export function restingWeight(
  cabinet: CabinetInside,
  cell: string,
  noise: (track: CellTrack) => number,
): CellWeight | undefined {
  const track = trackOf(cabinet, cell);
  const level = track.levels.at(-1);
  if (!level) return undefined;
  return {
    cell,
    deciGrams: toDeci(level.grams),
    noiseDeciGrams: Math.max(1, toDeci(noise(track))),
  };
}
