/** The store's list of devices: taken in, let go, renamed, swapped; in the file, the ledger, at once. */
import type { DeviceConfig } from '../config/config.ts';
import { changeDevices } from '../config/file.ts';
import type { Outcome } from '../core/ports.ts';
import { type KeptDevice, prepareDevices, unknownDevice } from '../devices/devices.ts';
import { deviceRefusal } from '../devices/refusals.ts';
import type { HandledEvent } from './handled-directly.ts';
import type { TechnicianParts } from './technician.ts';

export function teller({ controller: { ledger } }: TechnicianParts) {
  return (event: HandledEvent) => {
    ledger.append({ source: 'store', events: [event] });
  };
}

export function add(parts: TechnicianParts, config: DeviceConfig, by: string): Outcome<KeptDevice> {
  const { devices } = parts.controller;
  if (devices.find(config.id)) return devices.add(config);
  const prepared = prepareDevices([config]);
  if (!prepared.ok) return prepared;
  const written = changeDevices(parts.configFile, (all) => [...all, config]);
  if (!written.ok) return written;
  teller(parts)({
    type: 'DeviceHandled',
    body: { deviceId: config.id, act: 'add', by, detail: config.driver },
  });
  parts.controller.config.devices.push(config);
  return devices.add(config);
}

/** Lanes, counters and cabinets that use it; they hold on to it until the store starts anew. */
function usersOf({ controller: { config } }: TechnicianParts, id: string): string[] {
  const uses = (value: unknown) => value === id || (Array.isArray(value) && value.includes(id));
  return [...config.lanes, ...config.counters, ...config.cabinets]
    .filter((user) => Object.entries(user).some(([role, value]) => role !== 'id' && uses(value)))
    .map((user) => user.id);
}

export async function remove(parts: TechnicianParts, { id }: KeptDevice, by: string) {
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

export async function rename(
  parts: TechnicianParts,
  { id, config }: KeptDevice,
  to: string,
  by: string,
): Promise<Outcome<KeptDevice>> {
  const { devices } = parts.controller;
  const users = usersOf(parts, id);
  if (users.length > 0) return deviceRefusal('DEVICE_USED', { id, why: users.join(', ') });
  if (devices.find(to)) return devices.add({ ...config, id: to });
  const written = changeDevices(parts.configFile, (all) =>
    all.map((each) => (each.id === id ? { ...each, id: to } : each)),
  );
  if (!written.ok) return written;
  teller(parts)({ type: 'DeviceHandled', body: { deviceId: id, act: 'rename', by, detail: to } });
  replaceConfig(parts, id, { ...config, id: to });
  return devices.rename(id, to);
}

/** The running configuration says what the file says. */
export function replaceConfig(
  { controller: { config } }: TechnicianParts,
  id: string,
  next: DeviceConfig,
): void {
  config.devices.splice(
    config.devices.findIndex((each) => each.id === id),
    1,
    next,
  );
}

/** Where and how a device is spoken to; all else of its configuration is the store's. */
const wiringOf = ({ driver, address, options }: DeviceConfig) => ({
  driver,
  address,
  ...(options && { options }),
});

/**
 * `device` goes on under its own name with the driver and the port of `otherId`, whose own entry
 * goes. What was calibrated was the one before; what it was is kept, so that it can be undone.
 */
export async function swap(
  parts: TechnicianParts,
  device: KeptDevice,
  otherId: string,
  by: string,
): Promise<Outcome<KeptDevice>> {
  const { devices, clock } = parts.controller;
  const { id, config: before } = device;
  const other = devices.find(otherId);
  if (!other || other === device) return unknownDevice(otherId);
  if (other.kind !== device.kind) return deviceRefusal('KIND_DIFFERS', { id, why: otherId });
  if (JSON.stringify(other.config.plate) !== JSON.stringify(before.plate))
    return deviceRefusal('PLATE_DIFFERS', { id, why: otherId });
  const users = usersOf(parts, otherId);
  if (users.length > 0) return deviceRefusal('DEVICE_USED', { id: otherId, why: users.join(', ') });
  const { options: _, ...bare } = before;
  const after: DeviceConfig = { ...bare, ...wiringOf(other.config) };
  const written = changeDevices(parts.configFile, (all) =>
    all.flatMap((each) => (each.id === otherId ? [] : [each.id === id ? after : each])),
  );
  if (!written.ok) return written;
  teller(parts)({
    type: 'DeviceHandled',
    body: { deviceId: id, act: 'swap', by, detail: `${otherId} ${after.driver}` },
  });
  const { identity, calibration } = device.facts();
  const now = other.facts().identity;
  const swapped = { by, atWallMs: clock.wallMs(), before, other: other.config };
  device.remember(({ calibration: _was, changed: __, identity: ___, ...facts }) => ({
    ...facts,
    ...(now && { identity: now }),
    swapped: { ...swapped, ...(identity && { identity }), ...(calibration && { calibration }) },
  }));
  await devices.remove(otherId);
  const { devices: listed } = parts.controller.config;
  listed.splice(0, listed.length, ...listed.filter((each) => each.id !== otherId));
  return moved(parts, device, after);
}

/** The one that went comes back under its name, and the other one under its own. */
export async function unswap(
  parts: TechnicianParts,
  device: KeptDevice,
  by: string,
): Promise<Outcome<KeptDevice>> {
  const { devices } = parts.controller;
  const { id } = device;
  const { swapped } = device.facts();
  if (!swapped) return deviceRefusal('NEVER_SWAPPED', { id });
  const { before, other, identity, calibration } = swapped;
  if (devices.find(other.id)) return devices.add(other);
  const written = changeDevices(parts.configFile, (all) => [
    ...all.map((each) => (each.id === id ? before : each)),
    other,
  ]);
  if (!written.ok) return written;
  teller(parts)({
    type: 'DeviceHandled',
    body: { deviceId: id, act: 'swap', by, detail: `undone, ${other.id}` },
  });
  device.remember(({ swapped: _, identity: __, calibration: ___, ...facts }) => ({
    ...facts,
    ...(identity && { identity }),
    ...(calibration && { calibration }),
  }));
  const back = await moved(parts, device, before);
  if (!back.ok) return back;
  parts.controller.config.devices.push(other);
  const returned = devices.add(other);
  return returned.ok ? back : returned;
}

async function moved(
  parts: TechnicianParts,
  device: KeptDevice,
  config: DeviceConfig,
): Promise<Outcome<KeptDevice>> {
  const prepared = prepareDevices([config]);
  if (!prepared.ok) return prepared;
  const [next] = prepared.value;
  if (!next) throw new Error('one device was prepared');
  replaceConfig(parts, device.id, config);
  await device.moveTo(next);
  return { ok: true, value: device };
}
