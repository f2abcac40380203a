/** A device's changes of state on the disk: kept apart, bounded, and whole after a cut. */
import { appendFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { DeviceState } from '../core/views/views.ts';
import { temporaryDirectory } from '../ledger/shop.fixture.ts';
import { keepDeviceMoments } from './device-moments.ts';

const DAY_MS = 86_400_000;

it('are read back from the last before, a restart between; a broken line is none; old days go', () => {
  const { dir, free } = temporaryDirectory();
  let wallMs = 20_000 * DAY_MS;
  let now: { state: DeviceState; reason?: string } = { state: 'ok' };
  let changed = () => {};
  const device = { id: 'scale-1', status: () => now };
  const devices = {
    all: () => [device],
    onStatus: (listener: (each: typeof device) => void) => {
      changed = () => listener(device);
    },
  };
  const open = () => keepDeviceMoments({ dataDir: dir, clock: { wallMs: () => wallMs }, devices });
  const moments = open();
  const set = (state: DeviceState, reason?: string) => {
    wallMs += 1000;
    now = { state, ...(reason && { reason }) };
    changed();
    changed();
  };
  set('offline', 'NO_REPLY');
  set('ok');
  moments.close();
  wallMs += 5000;
  const again = open();
  const began = 20_000 * DAY_MS;
  expect(
    again.of('scale-1', began + 1500).map((each) => [each.wallMs - began, each.state]),
  ).toEqual([
    [1000, 'offline'],
    [2000, 'ok'],
    [2000, 'stopped'],
    [7000, 'stopped'],
    [7000, 'ok'],
  ]);
  appendFileSync(join(dir, 'telemetry/devices/20000.csv'), '172800,scale-1,off');
  expect(again.of('scale-1', began).length).toBe(6);
  expect(again.of('scale-9', began).map(({ state }) => state)).toEqual([
    ...['stopped', 'stopped', 'stopped'],
  ]);
  wallMs += 12 * DAY_MS;
  set('fault', 'X');
  expect(readdirSync(join(dir, 'telemetry/devices'))).toEqual(['20012.csv']);
  free();
});
