/**
 * New settings of a device on trial: at once on the running device, in the file only once it has
 * answered with them. Silent for a minute, it is back on the old ones, and the file never moved.
 */
import type { DeviceConfig } from '../config/config.ts';
import { changeDevices } from '../config/file.ts';
import type { Outcome } from '../core/ports.ts';
import type { DiagDevice } from '../core/views/diag-views.ts';
import { type KeptDevice, type Prepared, prepareDevices } from '../devices/devices.ts';
import { deviceRefusal } from '../devices/refusals.ts';
import { replaceConfig, teller } from './device-list.ts';
import type { TechnicianParts } from './technician.ts';

/** What may be set while the store runs; what is left out stays. */
export interface Settings {
  driver?: string;
  address?: string;
  /** Those named; the others stay, unless the driver is another one. */
  options?: Record<string, unknown>;
  /** Only says what would change. */
  dryRun?: boolean;
}

export const TRIAL_MS = 60_000;
const LOOK_MS = 250;

type Trial = NonNullable<DiagDevice['trial']>;

export interface Trials {
  of(id: string): Trial | undefined;
  /** What changes, in words; it is on trial from now on. */
  begin(device: KeptDevice, wanted: Settings, by: string): Promise<Outcome<string[]>>;
}

/** `address a → b`, secrets left out; empty where nothing changes. */
export function differencesOf(before: DeviceConfig, after: DeviceConfig): string[] {
  const all = (config: DeviceConfig): Record<string, unknown> => ({
    driver: config.driver,
    address: config.address,
    ...config.options,
  });
  const [was, is] = [all(before), all(after)];
  const shown = (name: string, value: unknown) =>
    /key|password|secret|token|pin$/i.test(name) ? '…' : String(value ?? '-');
  return [...new Set([...Object.keys(was), ...Object.keys(is)])]
    .filter((name) => JSON.stringify(was[name]) !== JSON.stringify(is[name]))
    .map((name) => `${name} ${shown(name, was[name])} → ${shown(name, is[name])}`);
}

export function openTrials(parts: TechnicianParts): Trials {
  const trials = new Map<string, Trial>();
  const { clock } = parts.controller;
  return {
    of: (id) => trials.get(id),
    async begin(device, { dryRun, ...wanted }, by) {
      const { id, config: before } = device;
      if (trials.get(id)?.state === 'waiting') return deviceRefusal('TRIAL_RUNS', { id });
      if (parts.configFile === undefined) return deviceRefusal('NO_CONFIG_FILE');
      const after = changed(before, wanted);
      const changes = differencesOf(before, after);
      if (changes.length === 0) return deviceRefusal('SAME_SETTINGS', { id });
      const prepared = bothPrepared(before, after);
      if (!prepared.ok) return prepared;
      if (prepared.value.new.driver.kind !== device.kind)
        return deviceRefusal('KIND_DIFFERS', { id, why: after.driver });
      if (dryRun) return { ok: true, value: changes };
      teller(parts)({
        type: 'DeviceHandled',
        body: { deviceId: id, act: 'configure', by, detail: changes.join(', ').slice(0, 200) },
      });
      trials.set(id, { state: 'waiting', untilWallMs: clock.wallMs() + TRIAL_MS });
      await device.moveTo(prepared.value.new);
      watch(parts, trials, device, prepared.value);
      return { ok: true, value: changes };
    },
  };
}

/** Options of another driver mean nothing to this one. */
function changed(before: DeviceConfig, { options, ...wanted }: Settings): DeviceConfig {
  const sameDriver = (wanted.driver ?? before.driver) === before.driver;
  const { options: old, ...bare } = before;
  const all = { ...(sameDriver && old), ...options };
  return { ...bare, ...wanted, ...(Object.keys(all).length > 0 && { options: all }) };
}

interface Both {
  old: Prepared;
  new: Prepared;
}

function bothPrepared(before: DeviceConfig, after: DeviceConfig): Outcome<Both> {
  const prepared = prepareDevices([before, after]);
  if (!prepared.ok) return prepared;
  const [old, next] = prepared.value;
  if (!old || !next) throw new Error('two devices were prepared');
  return { ok: true, value: { old, new: next } };
}

function watch(
  parts: TechnicianParts,
  trials: Map<string, Trial>,
  device: KeptDevice,
  { old, new: next }: Both,
): void {
  const { clock } = parts.controller;
  const untilMs = clock.monoMs() + TRIAL_MS;
  const { untilWallMs = 0 } = trials.get(device.id) ?? {};
  const undo = async (why: string) => {
    trials.set(device.id, { state: 'undone', untilWallMs, why });
    await device.moveTo(old);
    const detail = `undone: ${why}`.slice(0, 200);
    teller(parts)({
      type: 'DeviceHandled',
      body: { deviceId: device.id, act: 'configure', by: 'box', detail },
    });
  };
  const look = (): void => {
    const { state, reason } = device.status();
    if (state === 'ok' || state === 'warn') {
      const written = changeDevices(parts.configFile, (all) =>
        all.map((each) => (each.id === device.id ? next.config : each)),
      );
      if (!written.ok) return void undo(written.refusal.message.en);
      replaceConfig(parts, device.id, next.config);
      trials.set(device.id, { state: 'kept', untilWallMs });
    } else if (clock.monoMs() >= untilMs) void undo(reason ?? state);
    else clock.after(LOOK_MS, look);
  };
  clock.after(LOOK_MS, look);
}
