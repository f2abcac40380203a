/** Learning in the store: by showing, by selling, from another scale; published or undone. */
import type { Area } from '../../models/child-protocol.ts';
import type { Outcome } from '../core/ports.ts';
import type { Recognition, RecognitionMetrics, SampleView } from './recognition.ts';
import { refuse } from './refusals.ts';
import {
  BLURRED_SHARPNESS,
  changed,
  DARK_LUMINANCE,
  IMPORTED,
  REVIEWED,
  type Room,
  SOLD,
} from './room.ts';

export interface Taught {
  samples: number;
  sampleId: string;
}

export interface SoldSighting {
  sightingId: string;
  sku: string;
  saleId: string;
  lineId: string;
}

const TEACH_DEADLINE_MS = 5000;
/** Waiting for the next publication, of all items. */
const WAITING_MAX = 400;
/** What the camera would not have thought itself teaches nothing: it may be a cheat's choice. */
const SOLD_PROBABILITY = 0.1;

type Learning = Pick<
  Recognition,
  | 'teach'
  | 'learnSeen'
  | 'undoLast'
  | 'removeSample'
  | 'samples'
  | 'learnSold'
  | 'forgetSold'
  | 'metrics'
  | 'confusionPairs'
>;

export function learning(room: Room): Learning {
  return {
    teach: (sku, jpeg, area) => teach(room, sku, jpeg, area),
    learnSeen: (sku, sightingId, embedding) => learnSeen(room, sku, sightingId, embedding),
    undoLast: (sku) => undoLast(room, sku),
    removeSample: (sampleId) => removeSample(room, sampleId),
    samples: (sku) => samplesOf(room, sku),
    learnSold: (sold) => learnSold(room, sold),
    forgetSold: (saleId) => forgetSold(room, saleId),
    metrics: () => metricsOf(room),
    confusionPairs: () => room.assessment?.confusions ?? [],
  };
}

async function teach(
  room: Room,
  sku: string,
  jpeg: Uint8Array,
  area: Area | undefined,
): Promise<Outcome<Taught>> {
  const sampleId = room.ids('sample');
  // A source of its own, so that no picture being taught pushes out another.
  const look = { ...(area && { area }), ...(room.kept && { keep: true }) };
  const seen = await room.recogniser.embed(jpeg, TEACH_DEADLINE_MS, sampleId, look);
  if (!seen.ok) {
    const bad = seen.code === 'PICTURE_BAD';
    const code = bad ? 'TEACH_PICTURE_BAD' : 'TEACH_MODEL_UNAVAILABLE';
    return refuse(code, { sku, why: seen.detail });
  }
  if (seen.luminance < DARK_LUMINANCE)
    return refuse('TEACH_CAMERA_DARK', { sku, why: seen.luminance });
  if (seen.sharpness < BLURRED_SHARPNESS)
    return refuse('TEACH_CAMERA_BLURRED', { sku, why: seen.sharpness });
  room.gallery.add({ sampleId, sku, embedding: seen.embedding });
  room.lastTaught = sampleId;
  changed(room);
  if (seen.kept) await room.kept?.keep(seen.kept, sku, sampleId);
  return { ok: true, value: { samples: room.gallery.count(sku), sampleId } };
}

/** A person said what a sighting shows; what its sale taught of it is forgotten. */
function learnSeen(room: Room, sku: string, sightingId: string, embedding: Float32Array): Taught {
  const ofIt = ({ sampleId }: { sampleId: string }) =>
    sampleId.startsWith(SOLD) && sampleId.endsWith(`:${sightingId}`);
  room.sold = room.sold.filter((sample) => !ofIt(sample));
  for (const { sampleId } of room.gallery.samples().filter(ofIt)) room.gallery.remove(sampleId);
  const sampleId = REVIEWED + room.ids('sample');
  room.gallery.add({ sampleId, sku, embedding });
  changed(room);
  return { samples: room.gallery.count(sku), sampleId };
}

function undoLast(room: Room, sku: string): Outcome<{ samples: number }> {
  const last = room.gallery.samples().findLast((sample) => sample.sku === sku);
  if (last === undefined) return refuse('NOTHING_TAUGHT', { sku });
  return removeSample(room, last.sampleId);
}

function removeSample(room: Room, sampleId: string): Outcome<{ samples: number }> {
  const sample = room.gallery.samples().find((each) => each.sampleId === sampleId);
  if (!sample) return refuse('SAMPLE_UNKNOWN', { sampleId });
  room.gallery.remove(sampleId);
  changed(room);
  return { ok: true, value: { samples: room.gallery.count(sample.sku) } };
}

const ORIGINS: [string, SampleView['origin']][] = [
  [SOLD, 'sold'],
  [IMPORTED, 'imported'],
  [REVIEWED, 'reviewed'],
];

function samplesOf({ gallery }: Room, sku?: string): SampleView[] {
  return gallery
    .samples()
    .filter((sample) => sku === undefined || sample.sku === sku)
    .map((sample) => ({
      sampleId: sample.sampleId,
      sku: sample.sku,
      origin: ORIGINS.find(([start]) => sample.sampleId.startsWith(start))?.[1] ?? 'taught',
    }));
}

function learnSold(room: Room, { sightingId, sku, saleId, lineId }: SoldSighting): boolean {
  const embedding = room.sightings.get(sightingId)?.embedding;
  if (!embedding || room.sold.length >= WAITING_MAX) return false;
  room.sightings.delete(sightingId);
  const { candidates } = room.published.recognise(embedding);
  const own = candidates.find((candidate) => candidate.sku === sku);
  if (!own || own.probability < SOLD_PROBABILITY) return false;
  room.sold.push({ sampleId: `${SOLD}${saleId}:${lineId}:${sightingId}`, sku, embedding });
  return true;
}

function forgetSold(room: Room, saleId: string): number {
  const prefix = `${SOLD}${saleId}:`;
  const waiting = room.sold.filter(({ sampleId }) => sampleId.startsWith(prefix));
  room.sold = room.sold.filter((sample) => !waiting.includes(sample));
  const learnt = room.gallery.samples().filter(({ sampleId }) => sampleId.startsWith(prefix));
  for (const { sampleId } of learnt) room.gallery.remove(sampleId);
  if (learnt.length > 0) changed(room);
  return waiting.length + learnt.length;
}

function metricsOf(room: Room): RecognitionMetrics {
  const { version, assessment, unpublished, sold, refused, published, pack } = room;
  const tuning = published.tuning();
  return {
    version,
    ...(assessment && {
      heldOut: assessment.n,
      rightBefore: assessment.rightBefore,
      right: assessment.rightAfter,
    }),
    headWeight: tuning?.weight ?? 0,
    temperature: tuning?.temperature ?? pack.calibration.temperature,
    unpublished,
    waitingFromSales: sold.length,
    ...(refused && { refused }),
  };
}
