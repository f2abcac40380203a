/**
 * Every write and sync of a whole basket fails once, and then for good, with a full disk and with
 * a broken one: nothing is half-sold, nothing acknowledged is lost, and selling goes on afterwards.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildDisk } from '../../simulator/power-cut.ts';
import { checkInvariants } from './invariants.ts';
import { rebuildAndCompare } from './rebuild.ts';
import { buildChild } from './selling.fixture.ts';
import * as shop from './shop.fixture.ts';
import { verifyLedger } from './verify.ts';

const disk = buildDisk();
const why = disk.ok ? '' : ` (skipped: ${disk.why})`;
if (why && process.env.CI) throw new Error(why);
const CHILD = join(import.meta.dirname, 'failing-disk.child.mjs');

let dir: string;
let free: () => void;
beforeAll(buildChild);
beforeEach(() => {
  ({ dir, free } = shop.temporaryDirectory());
});
afterEach(() => free());

describe.skipIf(!disk.ok)(`a disk${why}`, () => {
  it.each([
    // SQLite reports a failed sync as an input/output error, whatever the reason.
    ['full', constants.errno.ENOSPC, ['DISK_FULL', 'NOT_WRITABLE']],
    ['broken', constants.errno.EIO, ['NOT_WRITABLE']],
  ])(
    'that is %s at any write of a basket',
    (_, errno, codes) => {
      const store = join(dir, 'store');
      const control = join(dir, 'control');
      mkdirSync(store);
      writeFileSync(control, Buffer.alloc(32));
      const said = execFileSync(process.execPath, [CHILD, store, control, String(errno), '1'], {
        env: {
          ...process.env,
          LD_PRELOAD: disk.ok ? disk.library : '',
          YIKE_DISK_DIR: store,
          YIKE_DISK_CONTROL: control,
        },
      });
      const { baskets, refused, ...troubles } = JSON.parse(String(said));
      expect(baskets).toBeGreaterThan(60);
      expect(Object.keys(refused).sort()).toEqual(codes);
      expect(refused[codes[0] ?? '']).toBeGreaterThan(10);
      expect(troubles).toEqual({ lost: 0, half: 0, phantom: 0, dead: 0 });
      expect(verifyLedger(store)).toMatchObject({ ok: true });
      expect(checkInvariants(store).violations).toEqual([]);
      expect(rebuildAndCompare(store, shop.localDay)).toEqual([]);
    },
    120_000,
  );
});
