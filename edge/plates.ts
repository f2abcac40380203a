/** What stands around a plate: recognition for all of them, a weigh station for each. */
import { join } from 'node:path';
import { galleryPack, type Pack } from '../models/pack.ts';
import type { DeviceTable, StoreDevice } from './devices/devices.ts';
import type { Ledger } from './ledger/contract.ts';
import type { ControllerOptions } from './main.ts';
import { galleryFolder } from './recognition/gallery-folder.ts';
import { keptPictures } from './recognition/kept-pictures.ts';
import { namesakes } from './recognition/look-alikes.ts';
import { createRecognition, type Recognition } from './recognition/recognition.ts';
import { createReviewQueue, type ReviewQueue } from './recognition/review.ts';
import { localDayOf } from './runtime.ts';
import { createWeighStation, type WeighStation } from './weighing/station.ts';

/** What may be sold by one price book. */
interface Shelf {
  version: number;
  skus: Set<string>;
  /** How many of them are told apart by sight. */
  weighed: number;
  twins: Map<string, string[]>;
}

/** Recognition of this store: its own gallery, what is on sale, and what sold of late. */
export function startRecognition(
  options: ControllerOptions,
  ledger: Ledger,
): { recognition: Recognition; review: ReviewQueue } {
  const { recogniser, pack = NO_PACK, clock, ids, log } = options;
  const version = () => ledger.priceBookVersion();
  const policy = options.config.recognition?.keepPictures;
  // Also without a policy: what an earlier one kept is deleted.
  const kept = keptPictures(join(options.dataDir, 'pan-pictures'), policy, clock);
  const localDay = localDayOf(options.config.store.timeZone);
  let known: Shelf | undefined;
  /** What may be sold, and how much of it is told apart by sight; once for each price book. */
  const shelf = () => {
    if (known?.version !== version()) {
      const items = ledger.items(version()).filter((item) => item.onSale);
      const weighed = items.filter((item) => item.priceBasis !== 'each').length;
      known = {
        ...{ version: version(), skus: new Set(items.map((item) => item.sku)), weighed },
        twins: namesakes(items),
      };
    }
    return known;
  };
  const recognition = createRecognition({
    recogniser,
    pack: galleryPack(pack),
    store: galleryFolder(join(options.dataDir, 'gallery')),
    clock,
    ids,
    onSale: () => shelf().skus,
    toLearn: () => shelf().weighed,
    recentSales: () => {
      const day = localDay(clock.wallMs());
      return new Map(ledger.daySales(day).map(({ sku, sales }) => [sku, sales]));
    },
    unitGrams: (sku) => ledger.item(version(), sku)?.unitGrams,
    byPiece: (sku) => ledger.item(version(), sku)?.priceBasis === 'each',
    lookAlikes: (sku) => shelf().twins.get(sku) ?? [],
    autoAcceptBp: () => options.config.recognition?.autoAcceptBp,
    ...(policy && { kept }),
    onRefusedGallery: (refusal) => log.warn({ refusal: refusal.code }, refusal.message.en),
  });
  const review = createReviewQueue({
    ...{ folder: options.dataDir, recognition, clock, ids },
    ...(policy && { kept, keepsAbandoned: policy.abandoned === true }),
  });
  return { recognition, review };
}

/** Stands in where there is no pack: nothing is known, nothing is guessed. */
const NO_PACK: Pack = {
  id: '',
  counter: 0,
  sha256: '',
  model: {
    modelPath: '',
    sha256: '',
    inputName: 'image',
    inputSize: 224,
    shortSide: 256,
    embeddingName: 'embedding',
    dimensions: 256,
    golden: [],
  },
};

/** One weigh station for every scale that a lane or a counter uses. */
export function openStations(
  { config, clock, recogniser }: ControllerOptions,
  ledger: Ledger,
  devices: DeviceTable,
  recognition: Recognition,
): Map<string, WeighStation> {
  const stations = new Map<string, WeighStation>();
  for (const user of [...config.lanes, ...config.counters]) {
    const scale: StoreDevice | undefined = devices.find(user.scale);
    const camera = devices.find(user.camera);
    const area = config.recognition?.areas?.[user.camera ?? ''];
    if (!scale?.config.plate || stations.has(scale.id)) continue;
    const station = createWeighStation({
      scale,
      ...(camera && { camera }),
      ...(area && { area }),
      limits: scale.config.plate,
      recognition,
      packSha256: () => recogniser.packSha256,
      item: (sku) => ledger.item(ledger.priceBookVersion(), sku),
      clock,
    });
    stations.set(scale.id, station);
  }
  return stations;
}
