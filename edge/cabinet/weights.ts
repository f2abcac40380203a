/** Readings into levels, levels into events: during a visit evidence, behind a shut door news. */

import { visitUnderWay } from '../core/visit/cabinet-state.ts';
import {
  bandOf,
  type CellTrack,
  follow,
  fromHere,
  levelNoise,
  startTrack,
} from '../core/visit/plateau.ts';
import type { VisitState } from '../core/visit/visit.ts';
import type { CellWeight } from '../core/visit/visit-events.ts';
import { closedChange } from './between-visits.ts';
import type { CellReading } from './hardware.ts';
import { type CabinetInside, cellsOf, must, restingWeight, toDeci, trackOf } from './inside.ts';
import { lookAtHand } from './seeing.ts';

/** A level seen this often is told again, more exactly. */
const EXACT_READINGS = 9;

/** A cell not heard for this long is silent. */
export const SILENT_MS = 4_000;
/** Within a visit nobody knows what was done on a cell for longer than this: not in which order. */
const BLIND_MS = 2_000;

/** Every cell's resting weight, or the names of those that have none. */
export function restingWeights(cabinet: CabinetInside): {
  weights: CellWeight[];
  missing: string[];
} {
  const planogram = cabinet.parts.planogram();
  const weights: CellWeight[] = [];
  const missing: string[] = [];
  const now = cabinet.parts.clock.monoMs();
  for (const cell of planogram ? cellsOf(planogram).keys() : []) {
    const weight = restingWeight(cabinet, cell, (track) =>
      levelNoise(track.noiseGrams, track.levels.at(-1)!),
    );
    const silent = now - (cabinet.memory.heardMs.get(cell) ?? -SILENT_MS) > SILENT_MS;
    if (weight && !silent) weights.push(weight);
    else missing.push(cell);
  }
  return { weights, missing };
}

/** The newest durable weight of a cell in this visit. */
export function lastKnown({ before, levels }: VisitState, cell: string): CellWeight | undefined {
  return levels.findLast((each) => each.cell === cell) ?? before.find((each) => each.cell === cell);
}

/** One reading; tells the ledger where it makes a new level, and the panel where it makes none yet. */
export function onReading(cabinet: CabinetInside, reading: CellReading): void {
  const { cell, grams, broken, atMs } = reading;
  if (!broken) heard(cabinet, cell);
  if (grams !== undefined) atRest(cabinet, cell, grams, atMs);
  const unsettled = grams === undefined || trackOf(cabinet, cell).candidate !== undefined;
  noteRest(cabinet, cell, !broken && unsettled);
}

/** Whoever takes something sees at once that its shelf is being weighed. */
function noteRest({ memory, changed }: CabinetInside, cell: string, restless: boolean): void {
  if (memory.restless.has(cell) === restless) return;
  if (restless) memory.restless.add(cell);
  else memory.restless.delete(cell);
  changed();
}

function atRest(cabinet: CabinetInside, cell: string, grams: number, atMs: number): void {
  const { memory, parts } = cabinet;
  const before = trackOf(cabinet, cell);
  const track = follow(before, grams, atMs);
  memory.tracks.set(cell, track);
  memory.sinceShut.set(cell, (memory.sinceShut.get(cell) ?? 0) + 1);
  const visit = visitUnderWay(parts.ledger.cabinet(parts.config.id));
  const watching = visit && ['armed', 'open', 'closing'].includes(visit.phase);
  if (watching) {
    if (memory.blind.has(cell)) afterSilence(cabinet, cell, before, track);
    duringVisit(cabinet, visit, cell);
  } else if (track.levels.length > before.levels.length) {
    const was = before.levels.at(-1);
    const is = track.levels.at(-1);
    memory.tracks.set(cell, fromHere(track));
    if (was && is && visit?.phase !== 'counting') closedChange(cabinet, cell, was.grams, is.grams);
  }
}

function heard({ memory, parts }: CabinetInside, cell: string): void {
  const nowMs = parts.clock.monoMs();
  if (nowMs - (memory.heardMs.get(cell) ?? nowMs) > BLIND_MS) memory.blind.add(cell);
  memory.heardMs.set(cell, nowMs);
}

/** Weighs as before: nothing was missed. Another weight: several things may have been done. */
function afterSilence(
  cabinet: CabinetInside,
  cell: string,
  before: CellTrack,
  track: CellTrack,
): void {
  const changed = track.levels.length > before.levels.length;
  if (changed) must(cabinet, { kind: 'doubt', reason: 'shelf-silent' });
  if (changed || track.candidate === undefined) cabinet.memory.blind.delete(cell);
}

function duringVisit(cabinet: CabinetInside, visit: VisitState, cell: string): void {
  const track = trackOf(cabinet, cell);
  const level = track.levels.at(-1);
  if (!level) return;
  const known = lastKnown(visit, cell);
  const moved =
    known === undefined || Math.abs(toDeci(level.grams) - known.deciGrams) > 5 * bandOf(track);
  const exact =
    level.readings === EXACT_READINGS && visit.levels.some((each) => each.cell === cell);
  if (!moved && !exact) return;
  const deciGrams = toDeci(level.grams);
  const noiseDeciGrams = Math.max(1, toDeci(levelNoise(track.noiseGrams, level)));
  must(cabinet, {
    kind: 'level',
    cell,
    deciGrams,
    noiseDeciGrams,
    monoMs: Math.round(level.fromMs),
  });
  const taken = known !== undefined && deciGrams < known.deciGrams;
  if (moved && taken) lookAtHand(cabinet, visit.visitId, cell, Math.round(level.fromMs));
  if (moved && known && visit.leftOpen) must(cabinet, { kind: 'doubt', reason: 'left-open' });
}

/** Levels begin anew with the next visit; what the cell learned of its noise stays. */
export function forgetLevels({ memory }: CabinetInside): void {
  memory.blind.clear();
  for (const [cell, track] of memory.tracks) memory.tracks.set(cell, fromHere(track));
}

/** A cell that stopped saying weights begins again when it comes back. */
export function forgetCell({ memory }: CabinetInside, cell: string): void {
  memory.tracks.set(cell, startTrack());
}

/** Readings that every cell must give after the door was shut. */
const READINGS_TO_REST = 3;

/** Whether every cell rests, heard often enough since the door was shut. */
export function allRest(cabinet: CabinetInside): boolean {
  const planogram = cabinet.parts.planogram();
  if (!planogram) return false;
  return [...cellsOf(planogram).keys()].every((cell) => {
    const track = trackOf(cabinet, cell);
    const heard = cabinet.memory.sinceShut.get(cell) ?? 0;
    return heard >= READINGS_TO_REST && track.candidate === undefined && track.levels.length > 0;
  });
}
