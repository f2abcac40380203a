/** Everything a technician may look at and do, for the page and for the command alike. */
import { findDriver } from '../../drivers/index.ts';
import { presetsOf } from '../../drivers/presets.ts';
import { lifecycleOf, resultCodeOf, statisticsOf } from '../../drivers/unified-pos.ts';
import type { DeviceConfig } from '../config/config.ts';
import type { Outcome } from '../core/ports.ts';
import type { CheckLevel, CheckReport, DiagDevice } from '../core/views/diag-views.ts';
import { type ActRequest, abilities, act } from '../devices/acts.ts';
import { type KeptDevice, unknownDevice } from '../devices/devices.ts';
import { checkHealth } from '../devices/health.ts';
import type { Controller } from '../main.ts';
import { add, remove, rename, swap, teller, unswap } from './device-list.ts';
import { openTrials, type Settings, type Trials } from './device-trials.ts';
import type { HandledEvent } from './handled-directly.ts';
import { portsOf } from './ports.ts';

/** Where it is written down who did what: the ledger, or without it a file of its own. */
export interface Written {
  append(batch: { source: 'store'; events: HandledEvent[] }): unknown;
}

export interface TechnicianParts {
  controller: Pick<Controller, 'devices' | 'clock' | 'config'> & { ledger: Written };
  /** The store's configuration file; without one nothing is added for good. */
  configFile?: string;
  /** Stands in for `/` in tests. */
  root?: string;
}

export type Technician = ReturnType<typeof technician>;

export function technician(parts: TechnicianParts) {
  const { devices, clock } = parts.controller;
  const trials = openTrials(parts);
  const checks = checksUnderWay();
  const on = async <T>(
    id: string,
    fn: (device: KeptDevice) => Promise<Outcome<T>> | Outcome<T>,
  ) => {
    const device = devices.find(id);
    return device ? fn(device) : unknownDevice(id);
  };
  return {
    list: (): DiagDevice[] => devices.all().map((device) => diagDevice(device, parts, trials)),
    show: (id: string): Promise<Outcome<DiagDevice>> =>
      on(id, (device) => ({ ok: true, value: diagDevice(device, parts, trials) })),
    check: (id: string, level: CheckLevel): Promise<Outcome<CheckReport>> =>
      on(id, (device) => checks.run(id, (signal) => checkHealth(device, level, clock, signal))),
    cancelCheck: (id: string) =>
      on(id, () => ({ ok: true, value: { cancelled: checks.cancel(id) } })),
    act: (id: string, request: ActRequest) =>
      on(id, (device) => act(device, request, { clock, tell: teller(parts) })),
    add: (config: DeviceConfig, by: string) => shown(parts, add(parts, config, by), trials),
    remove: (id: string, by: string) => on(id, (device) => remove(parts, device, by)),
    rename: (id: string, to: string, by: string) =>
      on(id, async (device) => shown(parts, await rename(parts, device, to, by), trials)),
    configure: (id: string, wanted: Settings, by: string) =>
      on(id, async (device): Promise<Outcome<{ changes: string[]; device: DiagDevice }>> => {
        const begun = await trials.begin(device, wanted, by);
        if (!begun.ok) return begun;
        const changed = diagDevice(device, parts, trials);
        return { ok: true, value: { changes: begun.value, device: changed } };
      }),
    swap: (id: string, other: string, by: string) =>
      on(id, async (device) => shown(parts, await swap(parts, device, other, by), trials)),
    unswap: (id: string, by: string) =>
      on(id, async (device) => shown(parts, await unswap(parts, device, by), trials)),
    ...portsOf(parts),
    device: (id: string) => devices.find(id),
  };
}

/** Checks that run now, by device: any of them may be called off. */
function checksUnderWay() {
  const running = new Map<string, Set<AbortController>>();
  return {
    async run<T>(id: string, check: (signal: AbortSignal) => Promise<T>): Promise<T> {
      const stop = new AbortController();
      const mine = running.get(id) ?? new Set();
      running.set(id, mine.add(stop));
      try {
        return await check(stop.signal);
      } finally {
        mine.delete(stop);
      }
    },
    /** How many there were. */
    cancel(id: string): number {
      const all = [...(running.get(id) ?? [])];
      for (const stop of all) stop.abort();
      return all.length;
    },
  };
}

/** A changed device as people are shown it. */
function shown(
  parts: TechnicianParts,
  outcome: Outcome<KeptDevice>,
  trials: Trials,
): Outcome<DiagDevice> {
  return outcome.ok ? { ok: true, value: diagDevice(outcome.value, parts, trials) } : outcome;
}

function diagDevice(
  device: KeptDevice,
  { controller: { clock } }: TechnicianParts,
  trials: Trials,
): DiagDevice {
  const trial = trials.of(device.id);
  const status = device.status();
  const { changed, identity, calibration, swapped } = device.facts();
  const event = device.lastEvent();
  return {
    ...device.view(),
    title: findDriver(device.driver)?.title ?? { zh: device.driver, en: device.driver },
    options: withoutSecrets(device.options),
    ...(device.config.plate && { plate: device.config.plate }),
    lifecycle: lifecycleOf(status),
    upos: resultCodeOf(status),
    can: abilities(device),
    ...(changed && { changed: { known: { ...identity }, now: { ...changed } } }),
    ...(calibration && { calibration }),
    ...(trial && { trial }),
    ...(swapped && { swapped: { by: swapped.by, atWallMs: swapped.atWallMs } }),
    presets: presetsOf(device.driver),
    statistics: statisticsOf(device.kind, device.driver, status) as Record<string, number>,
    trace: device.ring.extent(),
    ...(event && {
      live: { event: heard(event), ageMs: Math.round(clock.monoMs() - event.atMs) },
    }),
  };
}

/** A picture by its size: the page asks for it apart. */
function heard(event: NonNullable<ReturnType<KeptDevice['lastEvent']>>): Record<string, unknown> {
  const { atMs: _, ...rest } = event;
  if (event.kind === 'frame') return { kind: 'frame', bytes: event.jpeg.length };
  // What was scanned may be somebody's payment code: its length says enough.
  if (event.kind === 'code') return { kind: 'code', characters: event.text.length };
  return rest;
}

const SECRET = /key|password|secret|token|pin$/i;

export const withoutSecrets = (options: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(options).map(([name, value]) =>
      SECRET.test(name) && value !== '' ? [name, '[redacted]'] : [name, value],
    ),
  );
