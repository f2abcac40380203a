/**
 * One plate with its scale and camera: live weight, candidates priced for it, and the one moment
 * at which a weight becomes a record. Shared by the lane (weigh here) and the produce counter.
 *
 * Inference starts on the first unstable frame, so the model is warm and a first answer is there;
 * tiles appear with the answer to a picture taken after the plate settled and then keep their
 * places until the goods are lifted.
 */
import type { Scale, ScaleReading } from '../../drivers/contract.ts';
import type { CatalogueItem } from '../core/catalogue/catalogue.ts';
import type { Choice } from '../core/events.ts';
import type { Clock, Outcome } from '../core/ports.ts';
import type { WeighView } from '../core/views/views.ts';
import { type Afterwards, afterwards, type Weighed, weighedNow } from '../core/weigh/afterwards.ts';
import { isContainer } from '../core/weigh/containers.ts';
import type { ScaleLimits, WeighFrame, WeighRecord } from '../core/weigh/record.ts';
import { settle } from '../core/weigh/settle.ts';
import { weigh } from '../core/weigh/weigh.ts';
import type { StoreDevice } from '../devices/devices.ts';
import type { Area, Recognition, Sighting } from '../recognition/recognition.ts';
import type { Lying } from './comparing.ts';
import { type Doubt, doubtOf } from './doubting.ts';
import { createLooker, type Load, type Looker } from './looking.ts';
import { refusalOfWait } from './refusals.ts';
import { hintOf, tilesOf, weightView } from './view.ts';

const KEPT_FRAMES = 16;
/** Goods count as present above this many divisions (ux: P0 → P1). */
const PRESENT_DIVISIONS = 5;
export interface WeighStationParts {
  scale: StoreDevice;
  camera?: StoreDevice;
  /** The pan within the camera's picture; the whole picture where left out. */
  area?: Area;
  limits: ScaleLimits;
  recognition: Pick<Recognition, 'recognise' | 'stats'>;
  /** SHA-256 of the pack that answers, kept as evidence. */
  packSha256(): string;
  /** Items of the price book in force, by sku. */
  item(sku: string): CatalogueItem | undefined;
  clock: Clock;
}

export interface Taken {
  weighing: WeighRecord;
  choice: Choice;
}

export type Accepted = NonNullable<Sighting['autoAccept']> & Pick<Sighting, 'sightingId'>;

export interface WeighStation {
  view(): WeighView;
  setTare(tareGrams: number): void;
  /** The weight as a record for this item at its price, or why not. Changes nothing. */
  take(item: CatalogueItem, tareGrams: number, by: Choice['by']): Outcome<Taken>;
  /** What to ask before this item is taken: once for the goods lying there, and then no more. */
  doubt(sku: string): Doubt | undefined;
  /** The goods lying there, at rest and looked at; undefined before, and once they are sold. */
  lying(): Lying | undefined;
  /** What may be chosen without a tap, where the store allows it. */
  accepted(): Accepted | undefined;
  /** Evidence of how an item was chosen, for goods sold by the piece. */
  choiceOf(sku: string, by: Choice['by']): Choice;
  /** The goods were sold or labelled: the plate must be cleared before the next weighing. */
  release(): void;
  /** Tells, at most once, that the scale rests on a third value soon after this record was made. */
  lookBack(record: WeighRecord, unsteady: (third: Unsteady) => void): void;
  zero(): Promise<Outcome<undefined>>;
  /** True while goods lie on the plate. */
  loaded(): boolean;
  onChange(listener: () => void): void;
  close(): void;
}

/** What the scale shows instead. */
export type Unsteady = Extract<Afterwards, { is: 'third' }>;

/** A station at work. */
interface Plate extends WeighStationParts {
  /** The newest frames, oldest first. */
  frames: WeighFrame[];
  load: Load | undefined;
  tareGrams: number;
  /** What lies there was sold or labelled; only an empty plate ends it. */
  released: boolean;
  /** The newest weighing while it is looked back at. */
  lookingBack?: { weighed: Weighed; unsteady: (third: Unsteady) => void };
  looker: Looker;
  changed(): void;
}

export function createWeighStation(parts: WeighStationParts): WeighStation {
  const { scale } = parts;
  const listeners: (() => void)[] = [];
  const changed = () => {
    for (const listener of listeners) listener();
  };
  const plate: Plate = {
    ...parts,
    frames: [],
    load: undefined,
    tareGrams: 0,
    // After a start the plate must be seen empty once: what lies there may have been sold.
    released: true,
    looker: createLooker({
      ...parts,
      source: scale.id,
      isCurrent: (load) => plate.load === load,
      changed,
    }),
    changed,
  };
  scale.onEvent((event) => {
    if (isReading(event.kind)) weighed(plate, event as ScaleReading);
  });
  return {
    choiceOf: (sku, by) => choiceOf(plate, sku, by),
    doubt: (sku) => doubt(plate, sku),
    lying: () => lying(plate),
    accepted: () => accepted(plate),
    loaded: () => plate.load !== undefined,
    onChange: (listener) => listeners.push(listener),
    setTare(grams) {
      plate.tareGrams = grams;
      changed();
    },
    release() {
      // Released twice is still released: only an empty plate ends it.
      plate.released ||= plate.load !== undefined;
      plate.load = undefined;
      plate.tareGrams = 0;
      changed();
    },
    lookBack(record, unsteady) {
      plate.lookingBack = { weighed: weighedNow(record, parts.clock.monoMs()), unsteady };
    },
    view: () => viewOf(plate),
    take: (item, tareGrams, by) => take(plate, item, tareGrams, by),
    async zero() {
      const outcome = await scale.current<Scale>()?.zero?.();
      return outcome?.ok ? { ok: true, value: undefined } : refusalOfWait('fault');
    },
    close: () => plate.looker.close(),
  };
}

const READINGS = ['stable', 'moving', 'zero', 'underload', 'overload', 'fault', 'stale'];
const isReading = (kind: string) => READINGS.includes(kind);

function weighed(plate: Plate, { kind, grams, atMs }: ScaleReading): void {
  const { limits, scale, camera, clock } = plate;
  const frame: WeighFrame = { kind, atMs, connection: scale.status().connection };
  if (grams !== undefined) frame.grams = grams;
  plate.frames = [...plate.frames.slice(1 - KEPT_FRAMES), frame];
  lookBack(plate, frame);
  const present = grams !== undefined && grams > PRESENT_DIVISIONS * limits.divisionGrams;
  const absent = kind === 'zero' || (grams !== undefined && !present);
  if (absent) {
    plate.load = undefined;
    plate.released = false;
  } else if (present && !plate.load && !plate.released) {
    plate.load = { state: camera ? 'working' : 'unavailable', looked: !camera };
    if (camera) plate.looker.glance(plate.load);
  }
  const { load } = plate;
  if (load && isNew(load, grams, limits) && settle(plate.frames, clock.monoMs(), limits).settled) {
    load.looked = true;
    if (grams !== undefined) load.lookedGrams = grams;
    plate.looker.look(load, grams);
  }
  plate.changed();
}

function lookBack(plate: Plate, frame: WeighFrame): void {
  const { lookingBack } = plate;
  if (!lookingBack) return;
  const found = afterwards(lookingBack.weighed, frame);
  if (found.is === 'at-rest') lookingBack.weighed = found.weighed;
  else delete plate.lookingBack;
  if (found.is === 'third') lookingBack.unsteady(found);
}

/** Not looked at yet, or goods were added, taken away or changed for others since. */
function isNew({ looked, lookedGrams }: Load, grams: number | undefined, limits: ScaleLimits) {
  if (!looked || lookedGrams === undefined || grams === undefined) return !looked;
  return Math.abs(grams - lookedGrams) > PRESENT_DIVISIONS * limits.divisionGrams;
}

/** What was seen of the goods lying there, once it may be shown. */
const shownSighting = ({ load }: Plate) => (load?.state === 'working' ? undefined : load?.sighting);

function doubt(plate: Plate, sku: string): Doubt | undefined {
  if (!plate.load || plate.load.asked) return undefined;
  const found = doubtOf(shownSighting(plate), sku, plate.item);
  if (found) plate.load.asked = true;
  return found;
}

function lying(plate: Plate): Lying | undefined {
  const { frames, clock, limits, load } = plate;
  const settling = settle(frames, clock.monoMs(), limits);
  if (!load || load.state === 'working' || !settling.settled) return undefined;
  const { grossGrams } = settling;
  return { load, grossGrams, ...(load.sighting && { sighting: load.sighting }) };
}

function accepted(plate: Plate): Accepted | undefined {
  const { autoAccept, sightingId } = shownSighting(plate) ?? {};
  return autoAccept && { ...autoAccept, ...(sightingId && { sightingId }) };
}

/** A store that is still learning is sure of nothing, whatever it sees. */
function seenAs(sighting: Sighting | undefined): Pick<Choice, 'seenAs'> {
  const { state, reason } = sighting ?? {};
  if (state === 'unknown') return { seenAs: 'unknown' };
  return state === 'unsure' && reason !== 'STILL_LEARNING' ? { seenAs: 'unsure' } : {};
}

function choiceOf(plate: Plate, sku: string, by: Choice['by']): Choice {
  const sighting = shownSighting(plate);
  const candidates = sighting?.candidates ?? [];
  const at = candidates.findIndex((each) => each.sku === sku);
  const [candidate, first] = [candidates[at], candidates[0]];
  const seen = {
    ...(first && first.sku !== sku && { firstSku: first.sku }),
    ...seenAs(sighting),
    ...(sighting?.sightingId && { sightingId: sighting.sightingId }),
    ...(plate.load?.asked && { asked: true as const }),
  };
  if (!candidate) return { by, ...seen };
  return {
    by,
    rank: at + 1,
    confidenceBp: candidate.confidenceBp,
    packSha256: plate.packSha256(),
    galleryVersion: plate.recognition.stats().version,
    ...seen,
  };
}

function viewOf(plate: Plate): WeighView {
  const { frames, clock, limits, tareGrams, load, scale } = plate;
  const settling = settle(frames, clock.monoMs(), limits);
  const sighting = shownSighting(plate);
  return {
    weight: weightView(frames.at(-1), clock.monoMs(), settling, { tareGrams, limits }),
    recognition: load?.state ?? 'off',
    tiles: sighting ? tilesOf(sighting, load?.places ?? [], plate.item, settling, tareGrams) : [],
    confident: sighting?.confident ?? false,
    ...(sighting?.state === 'unknown' && { strange: true as const }),
    ...hintOf(settling, plate.released, scale.status().state),
  };
}

function take(
  plate: Plate,
  item: CatalogueItem,
  tareGrams: number,
  by: Choice['by'],
): Outcome<Taken> {
  if (plate.released) return refusalOfWait('released');
  if (item.priceBasis === 'each') return refusalOfWait('bad-price');
  const offGrams = tareGrams || plate.tareGrams;
  const weighing = weigh(plate.frames, plate.clock.monoMs(), {
    scaleId: plate.scale.id,
    limits: plate.limits,
    tareGrams: offGrams,
    unitPriceFen: item.unitPriceFen,
    priceBasis: item.priceBasis,
  });
  if (!weighing.ok) return refusalOfWait(weighing.reason);
  if (!isContainer(offGrams, item.tareGrams)) return refusalOfWait('bad-tare');
  return { ok: true, value: { weighing: weighing.record, choice: choiceOf(plate, item.sku, by) } };
}
