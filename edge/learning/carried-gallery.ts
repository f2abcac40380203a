/** What a store has learnt, opened from its directory without looking at any picture. */
import { join } from 'node:path';
import type { Recogniser } from '../../models/contract.ts';
import { DEFAULT_PACK_DIR, galleryPack, openPack } from '../../models/pack.ts';
import { openPackStore } from '../../models/pack-store.ts';
import { galleryFolder } from '../recognition/gallery-folder.ts';
import { createRecognition, type Recognition } from '../recognition/recognition.ts';
import { systemClock, systemIds } from '../runtime.ts';

/** No model runs here: galleries are carried, not asked. */
const NO_EYES: Recogniser = {
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
export function openCarried(dataDir: string): CarriedGallery {
  const clock = systemClock();
  const opened = openPack(openPackStore(dataDir, clock).current() ?? DEFAULT_PACK_DIR);
  if (!opened.ok) throw new Error(opened.detail);
  return createRecognition({
    ...{ recogniser: NO_EYES, clock, ids: systemIds, onSale: () => new Set<string>() },
    ...{ pack: galleryPack(opened.pack), store: galleryFolder(join(dataDir, 'gallery')) },
  });
}
