/**
 * When each device's state changed, in one file a day: disposable, apart from the ledger, and
 * bounded. A disk that takes nothing costs a line here and nothing else.
 */
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Moment } from '../core/device-timeline.ts';
import type { Clock } from '../core/ports.ts';
import type { DeviceState } from '../core/views/views.ts';

const DAY_MS = 86_400_000;
const KEPT_DAYS = 8;
/** A device that comes and goes every second all day would write more. */
const MOST_LINES_A_DAY = 50_000;
const EVERY_DEVICE = '*';
const LINE = /^(\d+),([a-z][a-z0-9-]{0,31}|\*),([a-z]+),([A-Z0-9_]*)$/;

interface Watched {
  id: string;
  status(): { state: DeviceState; reason?: string };
}

export interface DeviceMomentsParts {
  dataDir: string;
  clock: Pick<Clock, 'wallMs'>;
  devices: { all(): Watched[]; onStatus(listener: (device: Watched) => void): void };
}

export interface DeviceMoments {
  /** Oldest first, with the last one before `sinceWallMs`. */
  of(deviceId: string, sinceWallMs: number): Moment[];
  close(): void;
}

export function keepDeviceMoments({ dataDir, clock, devices }: DeviceMomentsParts): DeviceMoments {
  const folder = join(dataDir, 'telemetry', 'devices');
  const known = new Map<string, string>();
  let today = { day: -1, lines: 0 };
  const write = (id: string, state: string, reason = '') => {
    const wallMs = clock.wallMs();
    const day = Math.floor(wallMs / DAY_MS);
    if (day !== today.day) today = { day, lines: begin(folder, day) };
    today.lines += 1;
    if (today.lines > MOST_LINES_A_DAY) return;
    try {
      appendFileSync(join(folder, `${day}.csv`), `${wallMs},${id},${state},${reason}\n`);
    } catch {
      today.lines -= 1;
    }
  };
  const note = (device: Watched) => {
    const { state, reason = '' } = device.status();
    const now = `${state},${reason}`;
    if (known.get(device.id) === now) return;
    known.set(device.id, now);
    write(device.id, state, reason);
  };
  write(EVERY_DEVICE, 'stopped');
  for (const device of devices.all()) note(device);
  devices.onStatus(note);
  return {
    of(deviceId, sinceWallMs) {
      const all = daysIn(folder)
        .filter((day) => (day + 2) * DAY_MS > sinceWallMs)
        .sort((one, other) => one - other)
        .flatMap((day) => readFileSync(join(folder, `${day}.csv`), 'utf8').split('\n'))
        .flatMap((line) => momentOf(line, deviceId));
      const first = all.findLastIndex(({ wallMs }) => wallMs <= sinceWallMs);
      return all.slice(Math.max(0, first));
    },
    close: () => write(EVERY_DEVICE, 'stopped'),
  };
}

/** Makes room for a new day; the lines it already has. */
function begin(folder: string, day: number): number {
  mkdirSync(folder, { recursive: true });
  for (const old of daysIn(folder))
    if (old < day - KEPT_DAYS) rmSync(join(folder, `${old}.csv`), { force: true });
  const file = join(folder, `${day}.csv`);
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').length : 0;
}

const daysIn = (folder: string): number[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .flatMap((name) => /^(\d+)\.csv$/.exec(name)?.[1] ?? [])
        .map(Number)
    : [];

/** A line cut off by a power cut is no moment. */
function momentOf(line: string, deviceId: string): Moment[] {
  const [, wallMs, id, state, reason] = LINE.exec(line) ?? [];
  if (wallMs === undefined || (id !== deviceId && id !== EVERY_DEVICE)) return [];
  return [{ wallMs: Number(wallMs), state: state as Moment['state'], ...(reason && { reason }) }];
}
