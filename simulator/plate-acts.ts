/** Plates of the shop floor, and what hands do at them. */
import { type Acted, done, refused } from './errors.ts';
import type { Good } from './goods.ts';
import { layDown, masses } from './pieces.ts';
import { createPlatePhysics, type PlateScale } from './plate.ts';
import type { Clock, Random } from './runtime.ts';
import type { Piece } from './world.ts';

const MAX_PIECES = 20;
const MAX_GRAMS = 30_000;
const BAG_GRAMS = 6;

export interface Plate {
  pieces: Piece[];
  pressGrams: number;
  bagged?: true;
  physics: ReturnType<typeof createPlatePhysics>;
}

const inRange = (value: number, max: number) =>
  Number.isInteger(value) && value >= 1 && value <= max;

export function createPlates(clock: Clock, random: Random, plateIds: string[], scale: PlateScale) {
  const plates = new Map<string, Plate>();
  for (const plateId of plateIds) {
    const physics = createPlatePhysics(clock, random, scale);
    plates.set(plateId, { pieces: [], pressGrams: 0, physics });
  }
  return plates;
}

export interface Floor {
  goods: Map<string, Good>;
  plates: Map<string, Plate>;
  random: Random;
  changed(): void;
}

function settle(plate: Plate, changed: () => void): void {
  if (plate.pieces.length === 0) delete plate.bagged;
  const grams = plate.pieces.reduce((sum, piece) => sum + piece.grams, 0);
  plate.physics.set(grams + (plate.bagged ? BAG_GRAMS : 0), plate.pressGrams);
  changed();
}

/** What hands do at a plate. */
export function plateActs(floor: Floor) {
  const { goods, plates, random, changed } = floor;
  let pieceNumber = 0;
  const reload = (plate: Plate) => settle(plate, changed);
  const newPiece = (good: Good, grams: number, index: number): Piece => ({
    pieceId: `piece-${++pieceNumber}`,
    sku: good.sku,
    name: good.name,
    picture: good.picture,
    grams,
    ...layDown(index, random),
  });
  return {
    /** Lays pieces on a plate; answers their ids. `totalGrams` fixes their mass together. */
    place(plateId: string, sku: string, pieces: number, totalGrams?: number): Acted<string[]> {
      const plate = plates.get(plateId);
      const good = goods.get(sku);
      if (!plate) return refused('PLATE_UNKNOWN', plateId);
      if (!good) return refused('GOOD_UNKNOWN', sku);
      if (!inRange(pieces, MAX_PIECES)) return refused('NUMBER_OUT_OF_RANGE', pieces);
      if (totalGrams !== undefined && !(inRange(totalGrams, MAX_GRAMS) && totalGrams >= pieces))
        return refused('NUMBER_OUT_OF_RANGE', totalGrams);
      if (plate.pieces.length + pieces > MAX_PIECES) return refused('PLATE_FULL', plateId);
      const lie = plate.pieces.length;
      const fresh = masses(good, pieces, random, totalGrams).map((grams, i) =>
        newPiece(good, grams, lie + i),
      );
      plate.pieces.push(...fresh);
      reload(plate);
      return done(fresh.map((piece) => piece.pieceId));
    },
    /** Takes one piece or everything off a plate. */
    take(plateId: string, pieceId: string): Acted {
      const plate = plates.get(plateId);
      if (!plate) return refused('PLATE_UNKNOWN', plateId);
      const left = pieceId === 'all' ? [] : plate.pieces.filter((it) => it.pieceId !== pieceId);
      if (pieceId !== 'all' && left.length === plate.pieces.length)
        return refused('PIECE_UNKNOWN', pieceId);
      plate.pieces = left;
      reload(plate);
      return done(undefined);
    },
    ...handActs(floor, reload),
  };
}

/** What a hand does to what lies there. */
function handActs({ plates }: Floor, reload: (plate: Plate) => void) {
  return {
    /** Puts what lies there into a thin bag of 6 g, or out of it again; taken off, it goes along. */
    bag(plateId: string, on: boolean): Acted {
      const plate = plates.get(plateId);
      if (!plate) return refused('PLATE_UNKNOWN', plateId);
      if (on && plate.pieces.length === 0) return refused('PIECE_UNKNOWN', plateId);
      delete plate.bagged;
      if (on) plate.bagged = true;
      reload(plate);
      return done(undefined);
    },
    /** Presses on a plate with the weight of so many grams; 0 lets go. */
    press(plateId: string, grams: number): Acted {
      const plate = plates.get(plateId);
      if (!plate) return refused('PLATE_UNKNOWN', plateId);
      if (grams !== 0 && !inRange(grams, MAX_GRAMS)) return refused('NUMBER_OUT_OF_RANGE', grams);
      plate.pressGrams = grams;
      reload(plate);
      return done(undefined);
    },
  };
}
