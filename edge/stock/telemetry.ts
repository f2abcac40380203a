/**
 * Temperatures of the last days, one file a cabinet and day: disposable, and kept apart from the
 * ledger, which holds the excursions. A full disk costs readings, never a sale.
 */
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

export interface Sample {
  wallMs: number;
  /** Tenths of a degree; left out where the probe told nothing. */
  deciCelsius?: number;
  doorOpen: boolean;
}

export interface Telemetry {
  add(cabinetId: string, sample: Sample): void;
  /** Oldest first, no older than `sinceWallMs`. */
  read(cabinetId: string, sinceWallMs: number): Sample[];
}

const DAY_MS = 86_400_000;
const KEPT_DAYS = 8;
const FILE = /^(\d+)\.csv$/;

const lineOf = ({ wallMs, deciCelsius, doorOpen }: Sample): string =>
  `${wallMs},${deciCelsius ?? ''},${doorOpen ? 1 : 0}\n`;

/** A line cut off by a power cut is no sample. */
function sampleOf(line: string): Sample[] {
  const [, wallMs, deciCelsius, door] = /^(\d+),(-?\d*),([01])$/.exec(line) ?? [];
  if (wallMs === undefined) return [];
  const measured = deciCelsius === '' ? {} : { deciCelsius: Number(deciCelsius) };
  return [{ wallMs: Number(wallMs), ...measured, doorOpen: door === '1' }];
}

export function openTelemetry(dir: string): Telemetry {
  const folderOf = (cabinetId: string) => join(dir, 'telemetry', cabinetId);
  const daysIn = (folder: string): number[] =>
    existsSync(folder)
      ? readdirSync(folder)
          .flatMap((name) => FILE.exec(name)?.[1] ?? [])
          .map(Number)
      : [];
  return {
    add(cabinetId, sample) {
      const folder = folderOf(cabinetId);
      const day = Math.floor(sample.wallMs / DAY_MS);
      const file = join(folder, `${day}.csv`);
      if (!existsSync(file)) {
        mkdirSync(folder, { recursive: true });
        for (const old of daysIn(folder))
          if (old < day - KEPT_DAYS) rmSync(join(folder, `${old}.csv`), { force: true });
      }
      appendFileSync(file, lineOf(sample));
    },
    read(cabinetId, sinceWallMs) {
      const folder = folderOf(cabinetId);
      return daysIn(folder)
        .filter((day) => (day + 1) * DAY_MS > sinceWallMs)
        .sort((one, other) => one - other)
        .flatMap((day) => readFileSync(join(folder, `${day}.csv`), 'utf8').split('\n'))
        .flatMap(sampleOf)
        .filter(({ wallMs }) => wallMs >= sinceWallMs);
    },
  };
}
