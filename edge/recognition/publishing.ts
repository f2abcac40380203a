/** What was learnt becomes what answers: tried on pictures held out, published, gone back from. */
import { setImmediate } from 'node:timers/promises';
import { type Assessment, assess, makesWorse, tuningOf } from '../../models/assessment.ts';
import { parse, serialise, summaryOf } from '../../models/gallery-file.ts';
import type { Outcome } from '../core/ports.ts';
import type { Published, Recognition, Rehearsal } from './recognition.ts';
import { refuse } from './refusals.ts';
import { changed, copyOf, IMPORTED, loadPublished, type Room, SOLD, settled } from './room.ts';

/** Of one item, pictures from sales; older ones make room, pictures taught by staff never do. */
const SOLD_MAX = 40;

type Publishing = Pick<
  Recognition,
  | 'publish'
  | 'rehearse'
  | 'undoUnpublished'
  | 'versions'
  | 'itemsByPack'
  | 'rollBack'
  | 'exportGallery'
  | 'importGallery'
>;

export function publishing(room: Room): Publishing {
  return {
    publish: () => publish(room),
    rehearse: () => rehearse(room),
    undoUnpublished() {
      loadPublished(room);
      return { items: room.gallery.items(), samples: room.gallery.samples().length };
    },
    versions: () => versionsOf(room),
    itemsByPack: () => itemsByPack(room),
    rollBack: (version) => rollBack(room, version),
    exportGallery: () => serialise(room.published),
    importGallery: (bytes) => importGallery(room, bytes),
  };
}

const pause = (): Promise<void> => setImmediate();

interface Draft {
  gallery: Room['gallery'];
  /** The samples of the gallery it was copied from. */
  from: ReadonlySet<string>;
  assessment: Assessment;
  sold: Room['sold'];
  /** How many of them are in the gallery: all, or none where they made it worse. */
  soldLearnt: number;
}

/**
 * With the pictures from sales, if they do no harm; else without them. The gallery is copied
 * first: what is taught meanwhile waits for the next publication.
 */
async function draftOf(room: Room): Promise<Outcome<Draft>> {
  const { pack, sold } = room;
  const before = room.published.samples();
  const gallery = copyOf(room.gallery, room);
  const from = new Set(gallery.samples().map(({ sampleId }) => sampleId));
  addSold(gallery, sold);
  let assessment = await assess(before, gallery.samples(), pack, pause);
  let soldLearnt = sold.length;
  if (sold.length > 0 && makesWorse(assessment)) {
    for (const { sampleId } of sold) gallery.remove(sampleId);
    assessment = await assess(before, gallery.samples(), pack, pause);
    soldLearnt = 0;
  }
  // A pack swapped or a gallery reloaded meanwhile has nothing to do with this one.
  if (pack !== room.pack) return refuse('GALLERY_OTHER_PACK', { why: 'pack changed meanwhile' });
  return { ok: true, value: { gallery, from, assessment, sold, soldLearnt } };
}

async function rehearse(room: Room): Promise<Outcome<Rehearsal>> {
  const drafted = await draftOf(room);
  if (!drafted.ok) return drafted;
  const { gallery, assessment } = drafted.value;
  const { n: heldOut, rightBefore, rightAfter, newcomers, lost } = assessment;
  const counts = { items: gallery.items(), samples: gallery.samples().length };
  const worse = makesWorse(assessment);
  const right = { rightBefore, rightAfter, ...(newcomers && { newcomers }) };
  return { ok: true, value: { ...counts, heldOut, ...right, lost, worse } };
}

async function publish(room: Room): Promise<Outcome<Published>> {
  const drafted = await draftOf(room);
  if (!drafted.ok) return drafted;
  const { gallery: draft, from, assessment, sold, soldLearnt } = drafted.value;
  room.sold = room.sold.filter((sample) => !sold.includes(sample));
  if (makesWorse(assessment)) return refusePublication(room, assessment);
  draft.tune(await tuningOf(draft, assessment, pause));
  room.version += 1;
  const { version } = room;
  await room.store.save(serialise(draft), version);
  const counts = { items: draft.items(), samples: draft.samples().length };
  takeOver(room, draft, from);
  room.assessment = assessment;
  const { n: heldOut, rightBefore, rightAfter, newcomers } = assessment;
  const right = { rightBefore, rightAfter, ...(newcomers && { newcomers }) };
  const learnt = { soldLearnt, soldDropped: sold.length - soldLearnt };
  return {
    ok: true,
    value: { version, ...counts, heldOut, ...right, ...learnt },
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
function takeOver(room: Room, draft: Room['gallery'], from: ReadonlySet<string>): void {
  const now = room.gallery.samples();
  const still = new Set(now.map(({ sampleId }) => sampleId));
  const taughtSince = now.filter(({ sampleId }) => !from.has(sampleId));
  const takenSince = [...from].filter((sampleId) => !still.has(sampleId));
  room.gallery = draft;
  settled(room);
  for (const sample of taughtSince) room.gallery.add(sample);
  for (const sampleId of takenSince) room.gallery.remove(sampleId);
  if (taughtSince.length + takenSince.length > 0) changed(room);
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

function versionsOf({ store, pack }: Room): ReturnType<Recognition['versions']> {
  return [...store.load()].flatMap(({ version, bytes, savedWallMs }) => {
    const found = summaryOf(bytes);
    if (found?.packSha256 !== pack.sha256) return [];
    const { items, samples } = found;
    return [{ version, savedWallMs, items, samples }];
  });
}

function itemsByPack({ store }: Room): Map<string, number> {
  const found = new Map<string, number>();
  for (const { bytes } of store.load()) {
    const summary = summaryOf(bytes);
    if (summary && !found.has(summary.packSha256)) found.set(summary.packSha256, summary.items);
  }
  return found;
}

/** An older version is published anew under the next number, so that every reader takes it up. */
async function rollBack(
  room: Room,
  to: number,
): Promise<Outcome<{ version: number; items: number; samples: number }>> {
  const found = [...room.store.load()].find(({ version }) => version === to);
  if (!found) return refuse('VERSION_UNKNOWN', { version: to });
  const parsed = parse(found.bytes, room.pack);
  if (!parsed.ok) return refuse(parsed.code, { why: parsed.detail });
  const version = room.version + 1;
  await room.store.save(found.bytes, version);
  loadPublished(room);
  const { gallery } = room;
  return {
    ok: true,
    value: { version, items: gallery.items(), samples: gallery.samples().length },
  };
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
