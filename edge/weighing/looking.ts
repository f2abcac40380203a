/** Looks at a plate through its camera: once while the goods still move, once when they lie still. */
import type { Camera } from '../../drivers/contract.ts';
import type { Clock } from '../core/ports.ts';
import type { StoreDevice } from '../devices/devices.ts';
import type { Area, RecogniseRequest, Recognition, Sighting } from '../recognition/recognition.ts';
import { shownOf } from './view.ts';

/** Frames from the camera older than this say nothing about the plate. */
const PICTURE_MAX_AGE_MS = 400;
/** A camera may need a moment after the plate settled to show it settled. */
const PICTURE_RETRY_MS = 80;
const PICTURE_WAIT_MS = 1_000;
/** Tiles do not wait longer than this for a second picture. */
const SECOND_LOOK_MS = 250;

/** One load, from the first gram to the last. */
export interface Load {
  state: 'working' | 'ready' | 'unsure' | 'unavailable';
  sighting?: Sighting;
  /** A settled picture was asked for. */
  looked: boolean;
  /** What lay there when it was looked at last; clearly more or less is looked at anew. */
  lookedGrams?: number;
  /** How often it was looked at: only the newest answer is shown. */
  looks?: number;
  /** Where each tile stands; who stays keeps the place. */
  places?: string[];
  /** The shopper was asked whether the chosen item is right. */
  asked?: true;
}

export interface LookerParts {
  camera?: StoreDevice;
  area?: Area;
  recognition: Pick<Recognition, 'recognise'>;
  clock: Clock;
  /** Whose pictures they are. */
  source: string;
  /** Whether this load still lies there. */
  isCurrent(load: Load): boolean;
  changed(): void;
}

export interface Looker {
  /** The first look, while the goods still move: it only stands by for the second. */
  glance(load: Load): void;
  /** The look whose answer is shown; `grams` is what the goods weigh. */
  look(load: Load, grams: number | undefined): void;
  close(): void;
}

export function createLooker(parts: LookerParts): Looker {
  const cancels = new Set<() => void>();
  /** The newest picture, waited for a little; undefined where there is none. */
  const picture = (load: Load, untilMs: number, newerMs = -1): Promise<Uint8Array | undefined> =>
    new Promise((found) => {
      const latest = parts.camera?.current<Camera>()?.latest(PICTURE_MAX_AGE_MS);
      const frame = latest && latest.atMs > newerMs ? latest : undefined;
      const late = parts.clock.monoMs() >= untilMs || !parts.isCurrent(load);
      if (frame || late) return found(frame?.jpeg);
      const cancel = parts.clock.after(PICTURE_RETRY_MS, () => {
        cancels.delete(cancel);
        found(picture(load, untilMs, newerMs));
      });
      cancels.add(cancel);
    });
  const asked = (grams?: number): RecogniseRequest => ({
    source: parts.source,
    ...(grams !== undefined && { grams }),
    ...(parts.area && { area: parts.area }),
  });
  const recognised = async (load: Load, grams?: number): Promise<Sighting | undefined> => {
    const jpeg = await picture(load, parts.clock.monoMs() + PICTURE_WAIT_MS);
    return jpeg && seenIn(parts, jpeg, asked(grams));
  };
  /** Not sure of one picture: the next one is judged together with it. */
  const voted = async (load: Load, grams?: number): Promise<Sighting | undefined> => {
    const askedMs = parts.clock.monoMs();
    const first = await recognised(load, grams);
    if (first?.state !== 'unsure' || !first.sightingId) return first;
    const jpeg = await picture(load, parts.clock.monoMs() + SECOND_LOOK_MS, askedMs);
    if (!jpeg) return first;
    const second = await seenIn(parts, jpeg, { ...asked(grams), voteWith: first.sightingId });
    return second.state === 'unavailable' ? first : second;
  };
  // Recognition does not reject; were it to, the pick list must still carry the sale.
  const nothingSeen = () => undefined;
  return {
    glance(load) {
      recognised(load)
        .then((seen) => {
          if (seen && parts.isCurrent(load) && !load.looked) load.sighting = seen;
        })
        .catch(nothingSeen);
    },
    look(load, grams) {
      const look = (load.looks ?? 0) + 1;
      load.looks = look;
      voted(load, grams)
        .catch(nothingSeen)
        .then((seen) => load.looks === look && show(parts, load, seen));
    },
    close() {
      for (const cancel of cancels) cancel();
    },
  };
}

/** Recognises, and tells the camera what its picture says of itself. */
async function seenIn(
  { recognition, camera }: LookerParts,
  jpeg: Uint8Array,
  request: RecogniseRequest,
): Promise<Sighting> {
  const seen = await recognition.recognise(jpeg, request);
  // Without an answer nobody looked, except where it was too dark to.
  if (seen.camera || seen.state !== 'unavailable') camera?.current<Camera>()?.judged?.(seen.camera);
  return seen;
}

/** A second look that saw nothing falls back on the first. */
function show({ isCurrent, changed }: LookerParts, load: Load, seen: Sighting | undefined): void {
  if (!isCurrent(load)) return;
  const best = seen?.state === 'unavailable' ? (load.sighting ?? seen) : seen;
  if (best) load.sighting = best;
  if (best)
    load.places = keptPlaces(
      load.places ?? [],
      shownOf(best).map(({ sku }) => sku),
    );
  load.state = stateOf(best);
  changed();
}

/** `next` in its order, but for those that were there before: they stay where they stood. */
export function keptPlaces(before: readonly string[], next: readonly string[]): string[] {
  const stays = next.map((_, at) => next.find((sku) => sku === before[at]));
  const others = next.filter((sku) => !stays.includes(sku));
  return stays.flatMap((sku) => sku ?? others.shift() ?? []);
}

function stateOf(sighting: Sighting | undefined): Load['state'] {
  if (!sighting || sighting.state === 'unavailable') return 'unavailable';
  return sighting.state === 'ready' ? 'ready' : 'unsure';
}
