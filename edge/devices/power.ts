/** A device's power taken away and given back, where its USB port can. */
import { wordsOf } from '../../drivers/errors.ts';
import { type UsbSwitchFound, usbSwitchOf } from '../../drivers/wire/usb-power.ts';
import type { Clock, Outcome } from '../core/ports.ts';
import type { KeptDevice } from './devices.ts';
import { deviceRefusal } from './refusals.ts';

/** Long enough for a capacitor to run empty. */
const OFF_MS = 2000;

const pathOf = ({ config }: KeptDevice): string =>
  /^(?:serial|pty|v4l2):(\/[^?]*)/.exec(config.address)?.[1] ?? '';

type Unable = Extract<UsbSwitchFound, { ok: false }>;

/** Why it cannot, in words. */
export function powerRefusal(id: string, { reason, file = '' }: Unable) {
  if (reason === 'no-usb') return deviceRefusal('POWER_NOT_USB', { id });
  if (reason === 'no-switch') return deviceRefusal('POWER_NO_SWITCH', { id });
  return deviceRefusal('POWER_DENIED', { id, why: file });
}

/** Asked before anything is written down; undefined where it can. */
export function powerObjection(device: KeptDevice) {
  const found = usbSwitchOf(pathOf(device));
  return found.ok ? undefined : powerRefusal(device.id, found);
}

/** Off, a moment, on. The port goes and comes back, and is opened again like a replugged one. */
export async function powerCycle(
  device: KeptDevice,
  clock: Clock,
  root = '/',
): Promise<Outcome<Record<string, unknown>>> {
  const found = usbSwitchOf(pathOf(device), root);
  if (!found.ok) return powerRefusal(device.id, found);
  const { what, off, on } = found.value;
  try {
    off();
    await new Promise<void>((done) => clock.after(OFF_MS, done));
    on();
  } catch (error) {
    return deviceRefusal('PORT_FAILED', { id: device.id, why: wordsOf(error) });
  }
  device.restart();
  return { ok: true, value: { what, offMs: OFF_MS } };
}
