/** Changes a store's configuration file as one act: the new one is checked and whole, or the old stays. */
import { readFileSync, statSync } from 'node:fs';
import { replaceFile } from '../box/durable-file.ts';
import type { Outcome } from '../core/ports.ts';
import { deviceRefusal } from '../devices/refusals.ts';
import { checkConfig, type DeviceConfig } from './config.ts';

type Raw = Record<string, unknown> & { devices?: DeviceConfig[] };

/** `change` gets the file as it was written, without defaults, so that nothing else in it moves. */
export function changeDevices(
  file: string | undefined,
  change: (devices: DeviceConfig[]) => DeviceConfig[],
): Outcome<true> {
  if (file === undefined) return deviceRefusal('NO_CONFIG_FILE');
  const raw = JSON.parse(readFileSync(file, 'utf8')) as Raw;
  const next: Raw = { ...raw, devices: change(raw.devices ?? []) };
  const checked = checkConfig(next, file);
  if (!checked.ok) return checked;
  replaceFile(file, `${JSON.stringify(next, undefined, 2)}\n`, statSync(file).mode & 0o777);
  return { ok: true, value: true };
}
