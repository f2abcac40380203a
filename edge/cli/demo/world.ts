/** The simulated shop of `yike demo`: emoji goods, or the goods of a folder of photographs. */
import { copyFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { PriceBook } from '../../core/catalogue/catalogue.ts';
import type { Text } from '../../core/ports.ts';

export interface DemoWorldOptions {
  dir: string;
  seed: number;
  /** Lane 1 has a bagging area. */
  bagging?: boolean;
  handsPort?: number;
  photos?: string;
}

type StartStore = typeof import('../../../simulator/store.ts').startStore;
type Simulated = Awaited<ReturnType<StartStore>>;

export interface DemoWorld extends Simulated {
  catalogue: PriceBook;
  storeName: Text;
  picturesFolder?: string;
  /** Tells the cabinet on the network where the store's broker is, once it is known. */
  joinBroker(url: () => string | undefined): void;
  /** Number of the shot being taught: then cameras see pictures to learn from; undefined ends. */
  teaching(shot: number | undefined): void;
}

export type DemoWorldOutcome = { ok: true; value: DemoWorld } | { ok: false; message: Text };

export async function startDemoWorld(options: DemoWorldOptions): Promise<DemoWorldOutcome> {
  const [{ startStore }, goodsRoom, photosRoom] = await Promise.all([
    import('../../../simulator/store.ts'),
    import('../../../simulator/goods.ts'),
    import('../../../simulator/photos.ts'),
  ]);
  const { dir, seed, handsPort, photos, bagging = false } = options;
  const photographed = photos ? photosRoom.photoGoods(photos) : undefined;
  if (photographed && !photographed.ok) return { ok: false, message: photographed.refusal.message };
  const store = photographed?.value;
  const storeName = {
    zh: store ? '照片小店' : '晨光里便民店',
    en: store ? 'Photo store' : 'Morning Lane Store',
  };
  let shot: number | undefined;
  let brokerUrl: () => string | undefined = () => undefined;
  try {
    const simulated = await startStore({
      goods: store?.goods ?? goodsRoom.demoGoods(),
      dir,
      seed,
      bagging,
      storeName,
      brokerUrl: () => brokerUrl(),
      ...(handsPort !== undefined && { handsPort }),
      ...(store && {
        show: (scene) =>
          shot === undefined
            ? photosRoom.shoppingScene(store, scene)
            : taughtScene(store, scene, shot),
      }),
    });
    const picturesFolder = store && picturesOf(store.pictures, join(dir, 'pictures'));
    return {
      ok: true,
      value: {
        ...simulated,
        catalogue: store?.catalogue ?? goodsRoom.demoCatalogue(),
        storeName,
        ...(picturesFolder && { picturesFolder }),
        joinBroker(url) {
          brokerUrl = url;
        },
        teaching(now) {
          shot = now;
        },
      },
    };
  } catch (error) {
    const why = (error as Error).message;
    return {
      ok: false,
      message: { zh: `模拟设备启动失败：${why}`, en: `The simulator did not start: ${why}` },
    };
  }
}

type Scene = ReturnType<Simulated['world']['scene']>;
type PhotoStore = { trainPicture(sku: string, n: number): string };

const taughtScene = (store: PhotoStore, scene: Scene, shot: number): Scene => ({
  ...scene,
  pieces: scene.pieces.map((piece) => ({ ...piece, picture: store.trainPicture(piece.sku, shot) })),
});

/** The shelf pictures of a photo store, copied under the names the catalogue gives them. */
function picturesOf(pictures: Map<string, string>, folder: string): string {
  mkdirSync(folder, { recursive: true });
  for (const [name, path] of pictures) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    copyFileSync(path, join(folder, name));
  }
  return folder;
}
