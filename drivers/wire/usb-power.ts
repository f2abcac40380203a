/**
 * Power of a USB adapter by what the kernel offers (Documentation/ABI/testing/sysfs-bus-usb): the
 * `disable` of its hub's port, which cuts the current on hubs that switch it, or the adapter's own
 * `authorized`, which takes it off the bus and puts it on again as a pulled plug would.
 */
import { accessSync, constants, existsSync, realpathSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

export interface UsbSwitch {
  /** `port`: the hub may cut the current; `bus`: logged off and on again. */
  what: 'port' | 'bus';
  off(): void;
  on(): void;
}

export type UsbSwitchFound =
  | { ok: true; value: UsbSwitch }
  | { ok: false; reason: 'no-usb' | 'no-switch' | 'denied'; file?: string };

const CLASSES = ['tty', 'video4linux'];
/** From a port to its USB device there are two or three folders. */
const MOST_LEVELS = 4;

/** The switch of the adapter behind a device file; `root` stands in for `/` in tests. */
export function usbSwitchOf(path: string, root = '/'): UsbSwitchFound {
  const adapter = existsSync(path) ? adapterOf(basename(realpathSync(path)), root) : undefined;
  if (adapter === undefined) return { ok: false, reason: 'no-usb' };
  const port = join(adapter, 'port', 'disable');
  const bus = join(adapter, 'authorized');
  const found = [port, bus].filter((file) => existsSync(file));
  if (found.length === 0) return { ok: false, reason: 'no-switch' };
  const [file] = found.filter(writable);
  if (file === undefined) return { ok: false, reason: 'denied', file: found[0] ?? bus };
  const [off, on] = file === port ? ['1', '0'] : ['0', '1'];
  const write = (word: string) => () => writeFileSync(file, word);
  const what = file === port ? 'port' : 'bus';
  return { ok: true, value: { what, off: write(off), on: write(on) } };
}

function adapterOf(name: string, root: string): string | undefined {
  const found = CLASSES.map((kind) => join(root, 'sys/class', kind, name, 'device')).find((each) =>
    existsSync(each),
  );
  if (found === undefined) return undefined;
  let folder = realpathSync(found);
  for (let level = 0; level < MOST_LEVELS; level++, folder = dirname(folder))
    if (existsSync(join(folder, 'idVendor'))) return folder;
  return undefined;
}

function writable(file: string): boolean {
  try {
    accessSync(file, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
