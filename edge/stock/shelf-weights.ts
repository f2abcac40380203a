/** The newest resting weight of every load cell, for counting by weight. */

import type { Clock } from '../core/ports.ts';
import { piecesByWeight } from '../core/replenish/pick-list.ts';
import type { PlanogramShelf, PlanogramSlot } from '../core/stock/planogram.ts';
import type { DeviceTable } from '../devices/devices.ts';

/** A weight older than this says nothing about what lies there now. */
const FRESH_MS = 10_000;

export interface ShelfWeights {
  /** Pieces by weight, where the slot has a cell of its own that rests now. */
  pieces(shelf: PlanogramShelf, slot: PlanogramSlot): number | undefined;
}

export function listenToShelves(devices: DeviceTable, clock: Clock): ShelfWeights {
  const newest = new Map<string, { grams: number; atMs: number }>();
  for (const device of devices.all()) {
    if (device.kind !== 'shelf') continue;
    device.onEvent((event) => {
      if (event.kind !== 'shelf-weight') return;
      const key = `${device.id}/${event.cell}`;
      if (event.state !== 'stable' || event.grams === undefined) newest.delete(key);
      else newest.set(key, { grams: event.grams, atMs: clock.monoMs() });
    });
  }
  return {
    pieces({ shelfDevice }, { cell, unitWeightGrams }) {
      const known = newest.get(`${shelfDevice}/${cell}`);
      if (!known || clock.monoMs() - known.atMs > FRESH_MS) return undefined;
      return piecesByWeight(known.grams, unitWeightGrams);
    },
  };
}
