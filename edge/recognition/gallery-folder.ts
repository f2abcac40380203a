/** Where the learnt goods lie: one file a version, so that going back is deleting a file. */
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { packOf } from '../../models/gallery-file.ts';

const FILE = /^gallery-(\d{8})\.ykg$/;
const KEPT_VERSIONS = 5;

export interface GalleryStore {
  /** Files newest first, read as they are asked for. */
  load(): Iterable<{ version: number; bytes: Uint8Array; savedWallMs: number }>;
  /** Number of the newest version, 0 where there is none. */
  newest(): number;
  /** Resolves once the bytes are on disk under their own name. */
  save(bytes: Uint8Array, version: number): Promise<void>;
}

/**
 * A store under `folder`, made if absent. Keeps the five newest versions, and the newest one of
 * every pack, so that going back to a pack brings back what was learnt with it.
 */
export function galleryFolder(folder: string): GalleryStore {
  mkdirSync(folder, { recursive: true });
  return {
    *load() {
      for (const name of versionsIn(folder)) {
        const version = Number(FILE.exec(name)?.[1]);
        const path = join(folder, name);
        const savedWallMs = Math.round(statSync(path).mtimeMs);
        yield { version, bytes: readFileSync(path), savedWallMs };
      }
    },
    newest: () => Number(FILE.exec(versionsIn(folder)[0] ?? '')?.[1] ?? 0),
    async save(bytes, version) {
      const name = `gallery-${String(version).padStart(8, '0')}.ykg`;
      await writeDurably(join(folder, name), bytes, folder);
      for (const old of spareIn(folder)) await rm(join(folder, old));
    },
  };
}

function versionsIn(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => FILE.test(name));
  return names.sort().reverse();
}

function spareIn(folder: string): string[] {
  const packs = new Set<string | undefined>();
  return versionsIn(folder).filter((name, at) => {
    const pack = packOf(readFileSync(join(folder, name)));
    const newestOfPack = pack !== undefined && !packs.has(pack);
    packs.add(pack);
    return at >= KEPT_VERSIONS && !newestOfPack;
  });
}

/** Written aside, synced, renamed, and the folder synced: a power cut leaves the old or the new. */
export async function writeDurably(
  path: string,
  bytes: Uint8Array | string,
  folder: string,
): Promise<void> {
  const file = await open(`${path}.tmp`, 'w', 0o640);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.tmp`, path);
  const parent = await open(folder, 'r');
  try {
    await parent.sync();
  } finally {
    await parent.close();
  }
}
