/**
 * The power goes, at any write of any sale, and the disk keeps whatever it likes of what was not
 * synced. The same harness with `synchronous = NORMAL` must lose sales, or it would prove nothing.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  buildDisk,
  type DiskRecord,
  diskAfterCut,
  readDiskLog,
  saidBefore,
} from '../../simulator/power-cut.ts';
import { createRandom, pick, whole } from '../../simulator/random.ts';
import { checkInvariants } from './invariants.ts';
import { MEMORY_DISK } from './memory-disk.fixture.ts';
import { openLedger } from './open.ts';
import { buildChild, CHILD } from './selling.fixture.ts';
import * as shop from './shop.fixture.ts';
import { verifyLedger } from './verify.ts';

const IMAGES = process.env.YIKE_DEEP ? 5_000 : 300;
const IMAGES_A_RUN = 50;
const SALES_A_RUN = 12;
const SEED = Number(process.env.SEED ?? 20_261_128);
/** How much of the unsynced a disk keeps: nothing, half, nearly all. */
const KEPT = [0, 0.5, 0.9] as const;

const disk = buildDisk();
if (!disk.ok) {
  if (process.env.CI) throw new Error(disk.why);
  process.stderr.write(`\n*** power cuts SKIPPED: ${disk.why} ***\n\n`);
}
const { dir, free } = shop.temporaryDirectory();
const store = join(dir, 'store');
/** Images are only looked at. */
const images = mkdtempSync(join(MEMORY_DISK, 'yike-images-'));

beforeAll(buildChild);
afterAll(() => {
  free();
  rmSync(images, { recursive: true });
});

/** A whole run of sales as the disk was asked to keep it. */
function sellOnDisk(run: string, mode: 'FULL' | 'NORMAL'): DiskRecord[] {
  if (!disk.ok) return [];
  rmSync(store, { recursive: true, force: true });
  mkdirSync(store, { recursive: true });
  const log = join(dir, `${run}.log`);
  execFileSync(process.execPath, [CHILD, store, run, String(SALES_A_RUN)], {
    env: {
      ...process.env,
      LD_PRELOAD: disk.library,
      YIKE_DISK_DIR: store,
      YIKE_DISK_LOG: log,
      YIKE_TEST_SYNCHRONOUS: mode,
    },
  });
  const records = readDiskLog(readFileSync(log));
  rmSync(log);
  return records;
}

/** The last acknowledged `seq hash`, if the ledger had said anything by then. */
function acknowledged(records: DiskRecord[], cut: number) {
  const said = saidBefore(records, cut);
  const last = said.slice(0, said.lastIndexOf('\n')).split('\n').at(-1) ?? '';
  const [seq, hash] = last.split(' ');
  return seq && hash ? { seq: Number(seq), hash } : undefined;
}

const found = { images: 0, lost: 0, corrupt: [] as string[], broken: [] as string[] };

/** Puts one image into a directory and opens it as the next start would. */
function examine(records: DiskRecord[], cut: number, kept: number, seed: number): void {
  const image = join(images, 'image');
  rmSync(image, { recursive: true, force: true });
  mkdirSync(image);
  for (const [path, bytes] of diskAfterCut(records, cut, kept, createRandom(seed)))
    if (!path.endsWith('-shm')) writeFileSync(join(image, basename(path)), bytes);
  const promised = acknowledged(records, cut);
  const where = `seed ${SEED}, cut before record ${cut} of ${records.length}, ${kept} kept`;
  found.images += 1;
  try {
    const ledger = openLedger(shop.ledgerOptions(image, { ids: shop.countingIds('again') }));
    const kept = promised && ledger.readAfter(promised.seq - 1, 1)[0];
    if (promised && kept?.hash !== promised.hash) found.lost += 1;
    ledger.close();
  } catch (error) {
    if (String(error).includes('TAIL_CUT')) found.lost += 1;
    else found.corrupt.push(`${where}: ${error}`);
    return;
  }
  const { ok, reason } = verifyLedger(image);
  if (!ok) found.corrupt.push(`${where}: ${reason}`);
  const { violations } = checkInvariants(image);
  if (violations.length > 0) found.broken.push(`${where}: ${JSON.stringify(violations[0])}`);
}

/** Examines that many images, or stops once so many sales were lost. */
function cutMany(mode: 'FULL' | 'NORMAL', images: number, enoughLost = Number.POSITIVE_INFINITY) {
  Object.assign(found, { images: 0, lost: 0, corrupt: [], broken: [] });
  const random = createRandom(SEED);
  const isEnough = () => found.images >= images || found.lost >= enoughLost;
  for (let run = 0; !isEnough(); run += 1) {
    const records = sellOnDisk(`${mode.toLowerCase()}${run}`, mode);
    for (let image = 0; image < IMAGES_A_RUN && !isEnough(); image += 1)
      examine(
        records,
        whole(random, 1, records.length),
        pick(random, KEPT),
        whole(random, 0, 2 ** 30),
      );
  }
  process.stdout.write(
    `power cuts (${mode}): ${found.images} images, ${found.lost} lost, ${found.corrupt.length} corrupt, SEED=${SEED}\n`,
  );
  return found;
}

describe.skipIf(!disk.ok)('a power cut', () => {
  it(`at any of ${IMAGES} moments loses no acknowledged sale and corrupts nothing`, () => {
    const { images: examined, lost, corrupt, broken } = cutMany('FULL', IMAGES);
    expect({ examined, lost, corrupt, broken }).toEqual({
      ...{ examined: IMAGES, lost: 0, corrupt: [], broken: [] },
    });
  }, 3_600_000);

  it('loses sales where commits are not synced: the harness sees what it is there to see', () => {
    const { lost } = cutMany('NORMAL', IMAGES, 6);
    expect(lost).toBe(6);
  }, 600_000);
});
