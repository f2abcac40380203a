/** Learning in the store: by showing, by selling, from another scale; published or undone. */
import { setImmediate } from 'node:timers/promises';
import { type Assessment, assess, makesWorse, tuningOf } from '../../models/assessment.ts';
import type { Area } from '../../models/child-protocol.ts';
import { parse, serialise } from '../../models/gallery-file.ts';
import type { Outcome } from '../core/ports.ts';
import type { Published, Recognition, RecognitionMetrics, SampleView } from './recognition.ts';
import { type RecognitionRefusalCode, recognitionRefusal } from './refusals.ts';
import {
  BLURRED_SHARPNESS,
  copyOf,
  DARK_LUMINANCE,
  loadPublished,
  type Room,
  settled,
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
/** Of one item, pictures from sales; older ones make room, pictures taught by staff never do. */
const SOLD_MAX = 40;
/** Waiting for the next publication, of all items. */
const WAITING_MAX = 400;
/** What the camera would not have thought itself teaches nothing: it may be a cheat's choice. */
const SOLD_PROBABILITY = 0.1;
const SOLD = 'sold:';
const IMPORTED = 'import:';

type Learning = Pick<
  Recognition,
  | 'teach'
  | 'undoLast'
  | 'removeSample'
  | 'samples'
  | 'publish'
  | 'undoUnpublished'
  | 'learnSold'
  | 'forgetSold'
  | 'exportGallery'
  | 'importGallery'
  | 'metrics'
  | 'confusionPairs'
>;

export function learning(room: Room): Learning {
  return {
    teach: (sku, jpeg, area) => teach(room, sku, jpeg, area),
    undoLast: (sku) => undoLast(room, sku),
    removeSample: (sampleId) => removeSample(room, sampleId),
    samples: (sku) => samplesOf(room, sku),
    publish: () => publish(room),
    undoUnpublished() {
      loadPublished(room);
      return { items: room.gallery.items(), samples: room.gallery.samples().length };
    },
    learnSold: (sold) => learnSold(room, sold),
    forgetSold: (saleId) => forgetSold(room, saleId),
    exportGallery: () => serialise(room.published),
    importGallery: (bytes) => importGallery(room, bytes),
    metrics: () => metricsOf(room),
    confusionPairs: () => room.assessment?.confusions ?? [],
  };
}

function refuse(code: RecognitionRefusalCode, detail: Record<string, string | number>) {
  return { ok: false, refusal: recognitionRefusal(code, detail) } as const;
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
  changed(room);
  if (seen.kept) await room.kept?.keep(seen.kept, sku);
  return { ok: true, value: { samples: room.gallery.count(sku), sampleId } };
}

/** A change gives a refused publication another chance; until then what is published answers. */
function changed(room: Room): void {
  room.unpublished = true;
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

function samplesOf({ gallery }: Room, sku?: string): SampleView[] {
  return gallery
    .samples()
    .filter((sample) => sku === undefined || sample.sku === sku)
    .map((sample) => ({
      sampleId: sample.sampleId,
      sku: sample.sku,
      origin: sample.sampleId.startsWith(SOLD)
        ? 'sold'
        : sample.sampleId.startsWith(IMPORTED)
          ? 'imported'
          : 'taught',
    }));
}

const pause = (): Promise<void> => setImmediate();

/**
 * With the pictures from sales, if they do no harm; else without them. The gallery is copied
 * first: what is taught meanwhile waits for the next publication.
 */
async function publish(room: Room): Promise<Outcome<Published>> {
  const { pack } = room;
  const before = room.published.samples();
  const sold = room.sold;
  const draft = copyOf(room.gallery, room);
  addSold(draft, sold);
  let assessment = await assess(before, draft.samples(), pack, pause);
  let soldLearnt = sold.length;
  if (sold.length > 0 && makesWorse(assessment)) {
    for (const { sampleId } of sold) draft.remove(sampleId);
    assessment = await assess(before, draft.samples(), pack, pause);
    soldLearnt = 0;
  }
  // A pack swapped or a gallery reloaded meanwhile has nothing to do with this one.
  if (pack !== room.pack) return refuse('GALLERY_OTHER_PACK', { why: 'pack changed meanwhile' });
  room.sold = room.sold.filter((sample) => !sold.includes(sample));
  if (makesWorse(assessment)) return refusePublication(room, assessment);
  draft.tune(await tuningOf(draft, assessment, pause));
  room.version += 1;
  const { version } = room;
  await room.store.save(serialise(draft), version);
  const counts = { items: draft.items(), samples: draft.samples().length };
  takeOver(room, draft);
  room.assessment = assessment;
  const { n: heldOut, rightBefore, rightAfter } = assessment;
  const learnt = { soldLearnt, soldDropped: sold.length - soldLearnt };
  return {
    ok: true,
    value: { version, ...counts, heldOut, rightBefore, rightAfter, ...learnt },
  };
}

function refusePublication(room: Room, assessment: Assessment): Outcome<never> {
  const { n, rightBefore, rightAfter, lost } = assessment;
  const goods = lost.map(({ sku, pictures }) => `${sku} −${pictures}`).join(', ');
  const refused = refuse('LEARNING_MAKES_WORSE', { heldOut: n, rightBefore, rightAfter, goods });
  room.refused = refused.refusal;
  room.assessment = assessment;
  return refused;
}

/** The draft is what is known from here on, and whatever was taught or taken back meanwhile. */
function takeOver(room: Room, draft: Room['gallery']): void {
  const inDraft = new Set(draft.samples().map(({ sampleId }) => sampleId));
  const taughtSince = room.gallery.samples().filter(({ sampleId }) => !inDraft.has(sampleId));
  room.gallery = draft;
  settled(room);
  for (const sample of taughtSince) room.gallery.add(sample);
  if (taughtSince.length > 0) changed(room);
}

function addSold(gallery: Room['gallery'], sold: readonly Room['sold'][number][]): void {
  for (const sample of sold) {
    gallery.add(sample);
    const own = gallery
      .samples()
      .filter(({ sku, sampleId }) => sku === sample.sku && sampleId.startsWith(SOLD));
    const [oldest] = own;
    if (own.length > SOLD_MAX && oldest) gallery.remove(oldest.sampleId);
  }
}

function learnSold(room: Room, { sightingId, sku, saleId, lineId }: SoldSighting): boolean {
  const embedding = room.sightings.get(sightingId);
  if (!embedding || room.sold.length >= WAITING_MAX) return false;
  room.sightings.delete(sightingId);
  const { candidates } = room.published.recognise(embedding);
  const own = candidates.find((candidate) => candidate.sku === sku);
  if (!own || own.probability < SOLD_PROBABILITY) return false;
  room.sold.push({ sampleId: `${SOLD}${saleId}:${lineId}`, sku, embedding });
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

function importGallery(room: Room, bytes: Uint8Array): Outcome<{ added: number; items: number }> {
  const parsed = parse(bytes, room.pack);
  if (!parsed.ok) return refuse(parsed.code, { why: parsed.detail });
  const known = new Set(room.gallery.samples().map(({ sampleId }) => sampleId));
  let added = 0;
  for (const sample of parsed.gallery.samples()) {
    // A picture that went round the chain and came home is the same picture.
    const home = sample.sampleId.replace(IMPORTED, '');
    if (known.has(home) || known.has(IMPORTED + home)) continue;
    room.gallery.add({ ...sample, sampleId: IMPORTED + home });
    added += 1;
  }
  if (added > 0) changed(room);
  return { ok: true, value: { added, items: room.gallery.items() } };
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
