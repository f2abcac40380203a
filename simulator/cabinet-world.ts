/**
 * The physics of a cabinet: pieces that each weigh a little more or less, load cells that tremble,
 * drift and creep, a bolt and a door, and cold that goes out when the door is open. Twins read it;
 * nothing in here is known to the controller.
 */
import type { CabinetSpec, SpecCell, SpecSlot } from './cabinet-spec.ts';
import { spread } from './random.ts';
import type { Clock, Random } from './runtime.ts';
import { type Bolts, createBolts } from './twins/lock-8a.ts';

export interface CabinetPhysics {
  /** Deviation of one reading. */
  noiseGrams: number;
  /** How fast a cell's zero wanders, at most. */
  driftGramsPerHour: number;
  /** What a new load still grows by, as a part of it. */
  creepPart: number;
  /** Deviation of single pieces, as a part of their weight. */
  pieceCv: number;
}

export const NOMINAL: CabinetPhysics = {
  noiseGrams: 2,
  driftGramsPerHour: 5,
  creepPart: 0.0005,
  pieceCv: 0.02,
};

export interface CabinetPiece {
  sku: string;
  grams: number;
  /** Slot it belongs to. */
  slotId: string;
  shelfId: string;
}

interface CellState {
  shelfId: string;
  address: number;
  slots: SpecSlot[];
  pieces: CabinetPiece[];
  strangeGrams: number;
  zeroGrams: number;
  driftPerMs: number;
  creepGrams: number;
  lastMs: number;
  /** A hand is in there until then, pushing. */
  busyUntilMs: number;
  pushGrams: number;
  sample?: { atMs: number; grams: number };
}

const CREEP_MS = 120_000;
const TARE_GRAMS = 500;
const WARM_DECI_PER_MS = 30 / 600_000;
const RELOCK_MS = 8_000;
const IN_HAND_MS = 2_500;

export type CabinetWorld = ReturnType<typeof createCabinetWorld>;

export interface CabinetWorldOptions {
  spec: CabinetSpec;
  clock: Clock;
  random: Random;
  physics?: CabinetPhysics;
}

export function createCabinetWorld(options: CabinetWorldOptions) {
  const { spec, clock, random, physics = NOMINAL } = options;
  const cells = buildCells(spec, physics, random);
  const bolts: Bolts = createBolts(1);
  const disturb = (cell: CellState, ms: number) => {
    cell.busyUntilMs = Math.max(cell.busyUntilMs, clock.monoMs() + ms);
  };
  const shake = () => {
    for (const cell of cells) disturb(cell, 250);
  };
  const inside: Inside = { cells, clock, disturb, random };
  return {
    spec,
    bolts,
    cells: () => cells,
    /** What a cell reads now, in whole grams; the same for one instant. */
    reading(shelfId: string, address: number): number {
      const cell = cells.find((each) => each.shelfId === shelfId && each.address === address);
      return cell ? readCell(cell, clock.monoMs(), physics, random) : 0;
    },
    ...doorOf(clock, bolts, shake),
    ...handsIn(inside),
    /** Staff: strays go home, gaps are filled with fresh pieces. */
    tidy(): void {
      for (const cell of cells) {
        cell.pieces = cell.slots.flatMap((slot) => piecesFor(slot, cell.shelfId, physics, random));
        cell.strangeGrams = 0;
        disturb(cell, 500);
      }
    },
  };
}

interface Inside {
  cells: CellState[];
  clock: Clock;
  disturb(cell: CellState, ms: number): void;
  random: Random;
}

/** The door, its bolt, and the cold that goes out. */
function doorOf(clock: Clock, bolts: Bolts, shake: () => void) {
  const door = { open: false, deciCelsius: 40, atMs: clock.monoMs() };
  let springs = () => {};
  const warm = () => {
    const now = clock.monoMs();
    const passed = (now - door.atMs) * WARM_DECI_PER_MS;
    door.deciCelsius = door.open
      ? Math.min(220, door.deciCelsius + passed)
      : Math.max(40, door.deciCelsius - passed);
    door.atMs = now;
    return Math.round(door.deciCelsius);
  };
  /** Opens only where the bolt is free. */
  const pull = (): boolean => {
    if (bolts.locked[0]) return false;
    warm();
    door.open = true;
    springs();
    return true;
  };
  const stopLooking = watchBolt(clock, bolts, () => {
    springs();
    // A spring behind the bolt: it falls back where nobody pulled.
    springs = clock.after(RELOCK_MS, () => {
      if (!door.open) bolts.locked[0] = true;
    });
  });
  return {
    deciCelsius: warm,
    isOpen: () => door.open,
    pull,
    /** Pushes the door shut; the bolt falls. */
    shut(): void {
      warm();
      door.open = false;
      bolts.locked[0] = true;
      shake();
    },
    /** A crowbar: the door opens whatever the bolt says. */
    force(): void {
      bolts.locked[0] = false;
      pull();
    },
    close(): void {
      stopLooking();
      springs();
    },
  };
}

/** What hands do with goods, and with what is none. */
function handsIn({ cells, clock, disturb, random }: Inside) {
  let grasp: { piece: CabinetPiece; atMs: number } | undefined;
  const cellAt = (shelfId: string, address: number) =>
    cells.find((each) => each.shelfId === shelfId && each.address === address);
  const homeOf = (slotId: string, shelfId: string) =>
    cells.find((each) => each.shelfId === shelfId && each.slots.some((s) => s.slotId === slotId));
  return {
    /** Lifts a piece of an article from wherever one lies. */
    take(sku: string): CabinetPiece | undefined {
      const cell = cells.find((each) => each.pieces.some((piece) => piece.sku === sku));
      const at = cell?.pieces.findIndex((piece) => piece.sku === sku) ?? -1;
      if (!cell || at < 0) return undefined;
      const [piece] = cell.pieces.splice(at, 1);
      if (piece) grasp = { piece, atMs: clock.monoMs() };
      disturb(cell, 300 + 500 * random());
      return piece;
    },
    /** What a camera over the door sees in a hand: a piece on its way from shelf to bag. */
    inHand(): CabinetPiece | undefined {
      const held = grasp && clock.monoMs() - grasp.atMs < IN_HAND_MS;
      return held ? grasp?.piece : undefined;
    },
    /** Puts a piece down on its own cell, or on another one. */
    put(piece: CabinetPiece, where?: { shelfId: string; address: number }): void {
      const home = homeOf(piece.slotId, piece.shelfId);
      const cell = where ? cellAt(where.shelfId, where.address) : home;
      if (!cell) return;
      cell.pieces.push(piece);
      disturb(cell, 300 + 500 * random());
    },
    /** A bag, an elbow, a hand: mass that is no article, or is gone again where negative. */
    lay(shelfId: string, address: number, grams: number): void {
      const cell = cellAt(shelfId, address);
      if (!cell) return;
      cell.strangeGrams += grams;
      disturb(cell, 300);
    },
  };
}

/** Notices the pulse; a bolt that sprang falls back by itself. Returns how to stop looking. */
function watchBolt(clock: Clock, bolts: Bolts, sprung: () => void): () => void {
  let seen = bolts.pulses[0] ?? 0;
  let cancel = () => {};
  const look = () => {
    const now = bolts.pulses[0] ?? 0;
    if (now !== seen) sprung();
    seen = now;
    cancel = clock.after(100, look);
  };
  cancel = clock.after(100, look);
  return () => cancel();
}

function piecesFor(
  { sku, slotId, unitGrams, pieces }: SpecSlot,
  shelfId: string,
  { pieceCv }: CabinetPhysics,
  random: Random,
): CabinetPiece[] {
  return Array.from({ length: pieces }, () => ({
    sku,
    slotId,
    shelfId,
    grams: unitGrams * (1 + pieceCv * spread(random)),
  }));
}

function buildCells(
  { shelves }: CabinetSpec,
  physics: CabinetPhysics,
  random: Random,
): CellState[] {
  return shelves.flatMap(({ shelfId, cells }) =>
    cells.map(({ address, slots }: SpecCell): CellState => {
      const pieces = slots.flatMap((slot) => piecesFor(slot, shelfId, physics, random));
      return {
        shelfId,
        address,
        slots,
        pieces,
        strangeGrams: 0,
        zeroGrams: TARE_GRAMS,
        driftPerMs: ((2 * random() - 1) * physics.driftGramsPerHour) / 3_600_000,
        creepGrams: physics.creepPart * pieces.reduce((sum, { grams }) => sum + grams, 0),
        lastMs: 0,
        busyUntilMs: 0,
        pushGrams: 0,
      };
    }),
  );
}

function readCell(cell: CellState, nowMs: number, physics: CabinetPhysics, random: Random): number {
  if (cell.sample?.atMs === nowMs) return cell.sample.grams;
  const load = cell.pieces.reduce((sum, { grams }) => sum + grams, 0) + cell.strangeGrams;
  const passed = nowMs - cell.lastMs;
  cell.lastMs = nowMs;
  cell.zeroGrams += cell.driftPerMs * passed;
  cell.creepGrams +=
    (physics.creepPart * load - cell.creepGrams) * (1 - Math.exp(-passed / CREEP_MS));
  const push = nowMs < cell.busyUntilMs ? 20 + 180 * random() : 0;
  const exact = load + cell.zeroGrams + cell.creepGrams + push;
  const grams = Math.max(0, Math.round(exact + physics.noiseGrams * spread(random)));
  cell.sample = { atMs: nowMs, grams };
  return grams;
}
