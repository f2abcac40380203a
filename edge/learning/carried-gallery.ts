/** What a store has learnt, opened from its directory without looking at any picture. */
import { join } from 'node:path';
import type { Recogniser } from '../../models/contract.ts';
import { galleryPack, openPack } from '../../models/pack.ts';
import { openPackStore } from '../../models/pack-store.ts';
import { startRecogniser } from '../../models/recogniser.ts';
import type { Clock, Text } from '../core/ports.ts';
import { galleryFolder } from '../recognition/gallery-folder.ts';
import { SIGHTING_REASONS } from '../recognition/reasons.ts';
import { createRecognition, type Recognition, type Sighting } from '../recognition/recognition.ts';
import { systemClock, systemIds } from '../runtime.ts';

/** No model runs here: galleries are carried, not asked. */
export const NO_EYES: Recogniser = {
  state: () => ({ state: 'unavailable', reason: 'CLOSED' }),
  onState() {},
  ...{ packId: '', packSha256: '' },
  embed: async () => ({ ok: false, code: 'CLOSED', detail: 'no model is loaded' }),
  residentBytes: async () => undefined,
  close: async () => {},
};

export type CarriedGallery = Pick<
  Recognition,
  'exportGallery' | 'importGallery' | 'publish' | 'stats'
>;

/** Throws where the pack in force cannot be read. */
export const openCarried = (dataDir: string): CarriedGallery => openLearnt(dataDir, () => NO_EYES);

const PATIENCE_MS = 20_000;

/** What the store would take one picture for, and why it is not sure; nothing is written. */
export async function lookOnce(
  dataDir: string,
  jpeg: Uint8Array,
): Promise<Sighting & { why?: Text }> {
  let eyes = NO_EYES;
  const { recognise } = openLearnt(dataDir, (packDir, clock) => {
    eyes = startRecogniser({ packDir, clock });
    return eyes;
  });
  try {
    // The first picture waits for the model; the second is what one costs.
    await recognise(jpeg, { deadlineMs: PATIENCE_MS });
    const seen = await recognise(jpeg, { deadlineMs: PATIENCE_MS });
    return { ...seen, ...(seen.reason && { why: SIGHTING_REASONS[seen.reason].message }) };
  } finally {
    await eyes.close();
  }
}

/** Everything learnt may be named here, on sale or not. */
export function openLearnt(
  dataDir: string,
  eyes: (packDir: string, clock: Clock) => Recogniser,
): Recognition {
  const clock = systemClock();
  const packDir = openPackStore(dataDir, clock).current();
  const pack = openPack(packDir);
  if (!pack.ok) throw new Error(pack.detail);
  const recognition = createRecognition({
    ...{ recogniser: eyes(packDir, clock), clock, ids: systemIds },
    ...{ pack: galleryPack(pack.pack), store: galleryFolder(join(dataDir, 'gallery')) },
    onSale: () => new Set(recognition.samples().map(({ sku }) => sku)),
  });
  return recognition;
}
