/** Pictures of the pan, kept only where the store's policy says so: few, and not for long. */
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../core/ports.ts';

export interface PicturePolicy {
  /** At most 72. */
  hours: number;
  /** At most 2,000. */
  most: number;
  /** Also those of baskets that were given up; left out, they go with the basket. */
  abandoned?: boolean;
}

export interface KeptPictures {
  /**
   * Keeps one, to be found again by `of`; the oldest make room. Nothing where the policy keeps none.
   */
  keep(pan: Uint8Array, sku: string, of: string): Promise<void>;
  /** What is still there, by the names it was kept under. */
  names(): ReadonlySet<string>;
  find(of: string): Uint8Array | undefined;
  /** Deletes what was kept under these names. */
  drop(of: readonly string[]): void;
  /** Deletes whatever is older than the policy allows; called with every picture and by the hour. */
  prune(): number;
}

export const KEPT_HOURS_MAX = 72;
export const KEPT_MOST = 2_000;
const HOUR_MS = 3_600_000;
/** `<wall ms>-<serial>-<sku>~<of>.jpg` */
const NAME = /^(\d{13})-\d{6}-[\w.-]+(?:~([\w.-]+))?\.jpg$/;
const fileName = (word: string): string => word.replaceAll(/[^\w.-]/g, '_');

/** Without a policy everything that is there is deleted: switching it off is forgetting. */
export function keptPictures(
  folder: string,
  policy: PicturePolicy | undefined,
  clock: Clock,
): KeptPictures {
  const hours = Math.min(policy?.hours ?? 0, KEPT_HOURS_MAX);
  const most = Math.min(policy?.most ?? 0, KEPT_MOST);
  let serial = 0;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const prune = (): number => {
    const names = readdirSync(folder).filter((name) => NAME.test(name));
    const oldest = clock.wallMs() - hours * HOUR_MS;
    const old = names
      .sort()
      .reverse()
      .filter((name, at) => at >= most || Number(NAME.exec(name)?.[1]) <= oldest);
    for (const name of old) rmSync(join(folder, name));
    return old.length;
  };
  prune();
  return {
    prune,
    async keep(pan, sku, of) {
      if (most === 0 || hours === 0) return;
      serial = (serial + 1) % 1_000_000;
      const at = `${clock.wallMs()}-`.padStart(14, '0') + `${serial}`.padStart(6, '0');
      const name = `${at}-${fileName(sku)}~${fileName(of)}.jpg`;
      await writeFile(join(folder, name), pan, { mode: 0o600 });
      prune();
    },
    drop(of) {
      const gone = new Set(of.map(fileName));
      for (const name of readdirSync(folder))
        if (gone.has(NAME.exec(name)?.[2] ?? '')) rmSync(join(folder, name));
    },
    names: () => new Set(readdirSync(folder).flatMap((name) => NAME.exec(name)?.[2] ?? [])),
    find(of) {
      const name = readdirSync(folder).find((each) => NAME.exec(each)?.[2] === fileName(of));
      return name === undefined ? undefined : readFileSync(join(folder, name));
    },
  };
}
