/** Little room, and none: what is begun is finished, nothing new is begun, and people are told. */
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSimulatedClock } from '../../simulator/simulated-clock.ts';
import type { DomainEvent } from '../core/events.ts';
import type { Ledger } from '../ledger/contract.ts';
import { LedgerError } from '../ledger/errors.ts';
import { openLedger } from '../ledger/open.ts';
import { ledgerOptions } from '../ledger/shop.fixture.ts';
import { silentLog } from '../log.ts';
import { type Disk, levelOf, WATERMARKS, watchDisk } from './disk.ts';

const clock = createSimulatedClock();
const BALLAST = 64 * 1024;
let dir: string;
let free: number;
let full: boolean;
let ledger: Ledger;
let disk: Disk;
let told: number;

const begins: DomainEvent = {
  type: 'SaleStarted',
  body: { saleId: 'sale-1', laneId: 'lane-1', priceBookVersion: 1 },
};
const goesOn: DomainEvent = { type: 'SaleCancelled', body: { saleId: 'sale-1', reason: 'left' } };
const append = (event: DomainEvent) => () =>
  disk.guard(ledger).append({ source: 'lane-1', events: [event] });

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'yike-disk-'));
  free = WATERMARKS.low;
  full = false;
  told = 0;
  const real = openLedger(ledgerOptions(dir));
  ledger = {
    ...real,
    append(request) {
      // A disk that is full as long as the ballast takes its last room.
      if (full && existsSync(join(dir, 'ballast'))) throw new LedgerError('DISK_FULL', 'test');
      return real.append(request);
    },
  };
  const options = { dataDir: dir, clock, log: silentLog, ballastBytes: BALLAST };
  disk = watchDisk({ ...options, freeBytes: () => free });
  disk.onChange(() => {
    told += 1;
  });
});
afterEach(() => {
  disk.close();
  ledger.close();
  rmSync(dir, { recursive: true });
});

describe('room on the disk', () => {
  it.each([
    [WATERMARKS.low, 'ok'],
    [WATERMARKS.low - 1, 'low'],
    [WATERMARKS.tight - 1, 'tight'],
    [WATERMARKS.last - 1, 'last'],
    [0, 'last'],
  ])('of %i bytes is %s', (bytes, level) => expect(levelOf(bytes)).toBe(level));

  it('is looked at every ten seconds, and people are told of a change', async () => {
    await clock.run(60_000);
    expect(told).toBe(0);
    free = WATERMARKS.tight;
    await clock.run(10_000);
    expect(disk.view()).toEqual({ level: 'low', freeBytes: free });
    expect(told).toBe(1);
  });

  it('of the last reserve begins nothing new, and lets what was begun end', async () => {
    append(begins)();
    free = WATERMARKS.last - 1;
    await clock.run(10_000);
    expect(append(begins)).toThrow(expect.objectContaining({ code: 'DISK_LOW', retry: true }));
    expect(append(goesOn)).not.toThrow();
    free = WATERMARKS.low;
    await clock.run(10_000);
    expect(append(begins)).not.toThrow();
  });

  it('of none at all gives the ballast up for what was begun, once, and takes it back later', async () => {
    expect(statSync(join(dir, 'ballast')).size).toBeGreaterThanOrEqual(BALLAST);
    append(begins)();
    full = true;
    free = 0;
    expect(append(goesOn)).not.toThrow();
    expect(existsSync(join(dir, 'ballast'))).toBe(false);
    expect(disk.view().level).toBe('full');
    expect(append(begins)).toThrow(expect.objectContaining({ code: 'DISK_LOW' }));
    full = false;
    free = WATERMARKS.low;
    await clock.run(10_000);
    expect(existsSync(join(dir, 'ballast'))).toBe(true);
    expect(append(begins)).not.toThrow();
  });
});
