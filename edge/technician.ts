/** Everything a technician may look at and do, for the page and for the command alike. */
import { findDriver } from '../drivers/index.ts';
import { lifecycleOf, resultCodeOf, statisticsOf } from '../drivers/unified-pos.ts';
import { openWire } from '../drivers/wire/open.ts';
import { listPorts } from '../drivers/wire/ports.ts';
import type { DeviceConfig } from './config.ts';
import { changeDevices } from './config-file.ts';
import type {
  CheckLevel,
  CheckReport,
  DiagDevice,
  PortView,
  ProbeReport,
} from './core/diag-views.ts';
import type { Outcome } from './core/ports.ts';
import { type ActRequest, abilities, act } from './devices/acts.ts';
import { type KeptDevice, prepareDevices, unknownDevice } from './devices/devices.ts';
import { checkHealth } from './devices/health.ts';
import { probePort } from './devices/probe.ts';
import { deviceRefusal } from './devices/refusals.ts';
import type { HandledEvent } from './handled-directly.ts';
import type { Controller } from './main.ts';

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
  const on = async <T>(
    id: string,
    fn: (device: KeptDevice) => Promise<Outcome<T>> | Outcome<T>,
  ) => {
    const device = devices.find(id);
    return device ? fn(device) : unknownDevice(id);
  };
  return {
    list: (): DiagDevice[] => devices.all().map((device) => diagDevice(device, parts)),
    show: (id: string): Promise<Outcome<DiagDevice>> =>
      on(id, (device) => ({ ok: true, value: diagDevice(device, parts) })),
    check: (id: string, level: CheckLevel): Promise<Outcome<CheckReport>> =>
      on(id, async (device) => ({ ok: true, value: await checkHealth(device, level, clock) })),
    act: (id: string, request: ActRequest) =>
      on(id, (device) => act(device, request, { clock, tell: teller(parts) })),
    add: (config: DeviceConfig, by: string) => add(parts, config, by),
    remove: (id: string, by: string) => on(id, (device) => remove(parts, device, by)),
    rename: (id: string, to: string, by: string) =>
      on(id, (device) => rename(parts, device, to, by)),
    ports: (): PortView[] => ports(parts),
    probe: (path: string, all: boolean): Promise<Outcome<ProbeReport>> => probe(parts, path, all),
    device: (id: string) => devices.find(id),
  };
}

function teller({ controller: { ledger } }: TechnicianParts) {
  return (event: HandledEvent) => {
    ledger.append({ source: 'store', events: [event] });
  };
}

function diagDevice(device: KeptDevice, { controller: { clock } }: TechnicianParts): DiagDevice {
  const status = device.status();
  const { changed, identity, calibration } = device.facts();
  const event = device.lastEvent();
  return {
    ...device.view(),
    title: findDriver(device.driver)?.title ?? device.driver,
    options: withoutSecrets(device.options),
    lifecycle: lifecycleOf(status),
    upos: resultCodeOf(status),
    can: abilities(device),
    ...(changed && { changed: { known: { ...identity }, now: { ...changed } } }),
    ...(calibration && { calibration }),
    statistics: statisticsOf(device.kind, device.driver, status) as Record<string, number>,
    trace: device.ring.extent(),
    ...(event && {
      live: { event: shown(event), ageMs: Math.round(clock.monoMs() - event.atMs) },
    }),
  };
}

/** A picture by its size: the page asks for it apart. */
function shown(event: NonNullable<ReturnType<KeptDevice['lastEvent']>>): Record<string, unknown> {
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

// ---- the list of devices itself -------------------------------------------------------------------

function add(parts: TechnicianParts, config: DeviceConfig, by: string): Outcome<DiagDevice> {
  const { devices } = parts.controller;
  if (devices.find(config.id)) return devices.add(config) as Outcome<never>;
  const prepared = prepareDevices([config]);
  if (!prepared.ok) return prepared;
  const written = changeDevices(parts.configFile, (all) => [...all, config]);
  if (!written.ok) return written;
  teller(parts)({
    type: 'DeviceHandled',
    body: { deviceId: config.id, act: 'add', by, detail: config.driver },
  });
  parts.controller.config.devices.push(config);
  const added = devices.add(config);
  return added.ok ? { ok: true, value: diagDevice(added.value, parts) } : added;
}

/** Lanes and counters that use it; they hold on to it until the store starts anew. */
function usersOf({ controller: { config } }: TechnicianParts, id: string): string[] {
  return [...config.lanes, ...config.counters]
    .filter((user) => Object.entries(user).some(([role, value]) => role !== 'id' && value === id))
    .map((user) => user.id);
}

async function remove(parts: TechnicianParts, { id }: KeptDevice, by: string) {
  const users = usersOf(parts, id);
  if (users.length > 0) return deviceRefusal('DEVICE_USED', { id, why: users.join(', ') });
  const written = changeDevices(parts.configFile, (all) => all.filter((each) => each.id !== id));
  if (!written.ok) return written;
  teller(parts)({ type: 'DeviceHandled', body: { deviceId: id, act: 'remove', by } });
  const { devices } = parts.controller.config;
  devices.splice(0, devices.length, ...devices.filter((each) => each.id !== id));
  await parts.controller.devices.remove(id);
  return { ok: true as const, value: { id } };
}

async function rename(
  parts: TechnicianParts,
  { id, config }: KeptDevice,
  to: string,
  by: string,
): Promise<Outcome<DiagDevice>> {
  const { devices } = parts.controller;
  const users = usersOf(parts, id);
  if (users.length > 0) return deviceRefusal('DEVICE_USED', { id, why: users.join(', ') });
  if (devices.find(to)) return devices.add({ ...config, id: to }) as Outcome<never>;
  const written = changeDevices(parts.configFile, (all) =>
    all.map((each) => (each.id === id ? { ...each, id: to } : each)),
  );
  if (!written.ok) return written;
  teller(parts)({ type: 'DeviceHandled', body: { deviceId: id, act: 'rename', by, detail: to } });
  const renamed = await devices.rename(id, to);
  return renamed.ok ? { ok: true, value: diagDevice(renamed.value, parts) } : renamed;
}

// ---- ports ----------------------------------------------------------------------------------------

const pathOf = (address: string): string | undefined =>
  /^(?:serial|pty):([^?]+)/.exec(address)?.[1];

function ports({ controller: { devices }, root }: TechnicianParts): PortView[] {
  return listPorts(root).map((port) => {
    const holder = devices.all().find(({ config }) => {
      const path = pathOf(config.address);
      return path === port.path || path === port.stablePath;
    });
    return { ...port, ...(holder && { heldBy: holder.id }) };
  });
}

async function probe(
  { controller: { devices, clock } }: TechnicianParts,
  path: string,
  all: boolean,
): Promise<Outcome<ProbeReport>> {
  const base = path.startsWith('/') ? `serial:${path}` : (path.split('?')[0] ?? path);
  const holder = devices.all().find(({ config, status }) => {
    const held = pathOf(config.address) ?? config.address;
    return held === (pathOf(base) ?? base) && status().state !== 'disabled';
  });
  if (holder) return deviceRefusal('PORT_HELD', { id: path, why: holder.id });
  try {
    return { ok: true, value: await probePort({ base, open: openWire, clock, all }) };
  } catch (error) {
    return deviceRefusal('PORT_FAILED', { id: path, why: (error as Error).message });
  }
}
