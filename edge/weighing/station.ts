/**
 * One plate with its scale and camera: live weight, candidates priced for it, and the one moment
 * at which a weight becomes a record. Shared by the lane (weigh here) and the produce counter.
 *
 * Inference starts on the first unstable frame, so the model is warm and a first answer is there;
 * tiles appear with the answer to a picture taken after the plate settled and then keep their
 * places until the goods are lifted.
 */
import type { Camera, Scale, ScaleReading } from '../../drivers/contract.ts';
import type { CatalogueItem } from '../core/catalogue.ts';
import type { Choice } from '../core/events.ts';
import type { Clock, Outcome } from '../core/ports.ts';
import type { WeighView } from '../core/views.ts';
import type { ScaleLimits, WeighFrame, WeighRecord } from '../core/weigh/record.ts';
import { settle } from '../core/weigh/settle.ts';
import { weigh } from '../core/weigh/weigh.ts';
import type { StoreDevice } from '../devices/devices.ts';
import type { Recognition, Sighting } from '../recognition/recognition.ts';
import { refusalOfWait } from './refusals.ts';
import { hintOf, tilesOf, weightView } from './view.ts';

const KEPT_FRAMES = 16;
/** Goods count as present above this many divisions (ux: P0 → P1). */
const PRESENT_DIVISIONS = 5;
/** Frames from the camera older than this say nothing about the plate. */
const PICTURE_MAX_AGE_MS = 400;
/** A camera may need a moment after the plate settled to show it settled. */
const PICTURE_RETRY_MS = 80;
const PICTURE_WAIT_MS = 1_000;

export interface WeighStationParts {
  scale: StoreDevice;
  camera?: StoreDevice;
  limits: ScaleLimits;
  recognition: Recognition;
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

export interface WeighStation {
  view(): WeighView;
  setTare(tareGrams: number): void;
  /** The weight as a record for this item at its price, or why not. Changes nothing. */
  take(item: CatalogueItem, tareGrams: number, by: Choice['by']): Outcome<Taken>;
  /** Evidence of how an item was chosen, for goods sold by the piece. */
  choiceOf(sku: string, by: Choice['by']): Choice;
  /** The goods were sold or labelled: the plate must be cleared before the next weighing. */
  release(): void;
  zero(): Promise<Outcome<undefined>>;
  /** True while goods lie on the plate. */
  loaded(): boolean;
  onChange(listener: () => void): void;
  close(): void;
}

/** One load, from the first gram to the last. */
interface Load {
  number: number;
  state: 'working' | 'ready' | 'unsure' | 'unavailable';
  sighting?: Sighting;
  /** A settled picture was asked for. */
  looked: boolean;
}

export function createWeighStation(parts: WeighStationParts): WeighStation {
  const { scale, camera, limits, recognition, clock } = parts;
  const listeners: (() => void)[] = [];
  const cancels = new Set<() => void>();
  let frames: WeighFrame[] = [];
  let load: Load | undefined;
  let loads = 0;
  let tareGrams = 0;
  // After a start the plate must be seen empty once: what lies there may have been sold.
  let released = true;
  let closed = false;

  const changed = () => {
    for (const listener of listeners) listener();
  };

  function weighed(reading: ScaleReading) {
    const { kind, grams, atMs } = reading;
    const frame: WeighFrame = { kind, atMs, connection: scale.status().connection };
    if (grams !== undefined) frame.grams = grams;
    frames = [...frames.slice(1 - KEPT_FRAMES), frame];
    const present = grams !== undefined && grams > PRESENT_DIVISIONS * limits.divisionGrams;
    const absent = kind === 'zero' || (grams !== undefined && !present);
    if (absent) cleared();
    else if (present && !load && !released) placed();
    if (load && !load.looked && settle(frames, clock.monoMs(), limits).settled) {
      load.looked = true;
      look(load, clock.monoMs() + PICTURE_WAIT_MS, true);
    }
    changed();
  }

  function cleared() {
    load = undefined;
    released = false;
  }

  function placed() {
    loads += 1;
    load = { number: loads, state: camera ? 'working' : 'unavailable', looked: !camera };
    if (camera) look(load, clock.monoMs() + PICTURE_WAIT_MS, false);
  }

  /** One look at the plate; `settled` looks are shown, the first one only stands by. */
  function look(of: Load, untilMs: number, settled: boolean) {
    const frame = camera?.current<Camera>()?.latest(PICTURE_MAX_AGE_MS);
    if (!frame) {
      if (clock.monoMs() >= untilMs) return settled ? show(of, undefined) : undefined;
      later(PICTURE_RETRY_MS, () => load === of && look(of, untilMs, settled));
      return;
    }
    const grams = settled ? frames.at(-1)?.grams : undefined;
    recognition
      .recognise(frame.jpeg, { ...(grams !== undefined && { grams }), source: scale.id })
      .then((sighting) => {
        if (load !== of || closed) return;
        if (!settled && !of.looked) of.sighting = sighting;
        if (settled)
          show(of, sighting.state === 'unavailable' ? (of.sighting ?? sighting) : sighting);
      })
      .catch(() => settled && show(of, undefined));
  }

  function show(of: Load, sighting: Sighting | undefined) {
    if (sighting) of.sighting = sighting;
    of.state = stateOf(sighting);
    changed();
  }

  function later(delayMs: number, work: () => void) {
    const cancel = clock.after(delayMs, () => {
      cancels.delete(cancel);
      if (!closed) work();
    });
    cancels.add(cancel);
  }

  function choiceOf(sku: string, by: Choice['by']): Choice {
    const sighting = load?.state === 'working' ? undefined : load?.sighting;
    const at = sighting?.candidates.findIndex((each) => each.sku === sku) ?? -1;
    const candidate = sighting?.candidates[at];
    if (!sighting || !candidate) return { by };
    return {
      by,
      rank: at + 1,
      confidenceBp: candidate.confidenceBp,
      packSha256: parts.packSha256(),
      galleryVersion: recognition.stats().version,
    };
  }

  scale.onEvent((event) => {
    if ('kind' in event && isReading(event.kind)) weighed(event as ScaleReading);
  });

  return {
    choiceOf,
    loaded: () => load !== undefined,
    onChange: (listener) => listeners.push(listener),
    setTare(grams) {
      tareGrams = grams;
      changed();
    },
    release() {
      // Released twice is still released: only an empty plate ends it.
      released ||= load !== undefined;
      load = undefined;
      tareGrams = 0;
      changed();
    },
    view() {
      const settling = settle(frames, clock.monoMs(), limits);
      const sighting = load && load.state !== 'working' ? load.sighting : undefined;
      const tare = { tareGrams, limits };
      return {
        weight: weightView(frames.at(-1), clock.monoMs(), settling, tare),
        recognition: load?.state ?? 'off',
        tiles: sighting ? tilesOf(sighting, parts.item, settling, tareGrams) : [],
        confident: sighting?.confident ?? false,
        ...hintOf(settling, released, scale.status().state),
      };
    },
    take(item, extraTareGrams, by) {
      if (released) return refusalOfWait('released');
      if (item.priceBasis === 'each') return refusalOfWait('bad-price');
      const weighing = weigh(frames, clock.monoMs(), {
        scaleId: scale.id,
        limits,
        tareGrams: extraTareGrams || tareGrams,
        unitPriceFen: item.unitPriceFen,
        priceBasis: item.priceBasis,
      });
      if (!weighing.ok) return refusalOfWait(weighing.reason);
      return { ok: true, value: { weighing: weighing.record, choice: choiceOf(item.sku, by) } };
    },
    async zero() {
      const device = scale.current<Scale>();
      const outcome = await device?.zero?.();
      return outcome?.ok ? { ok: true, value: undefined } : refusalOfWait('fault');
    },
    close() {
      closed = true;
      for (const cancel of cancels) cancel();
    },
  };
}

const READINGS = ['stable', 'moving', 'zero', 'underload', 'overload', 'fault', 'stale'];
const isReading = (kind: string) => READINGS.includes(kind);

function stateOf(sighting: Sighting | undefined): Load['state'] {
  if (!sighting || sighting.state === 'unavailable') return 'unavailable';
  return sighting.state === 'ready' ? 'ready' : 'unsure';
}
