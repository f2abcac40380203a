/**
 * Serial ports as the kernel shows them, without udevadm: real ports from /sys/class/tty (those
 * with a device behind them), their lasting names from /dev/serial. An adapter without a serial
 * number shares its by-id name with every other of its make: it is named by its socket (by-path).
 */
import {
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  statSync,
  watch,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * The adapter behind a device file as the kernel knows it: `1a86:7523/A1B2C3` (vendor, product,
 * serial number where it has one); undefined for what is no USB adapter. No udev is asked.
 */
export function usbOf(path: string, root = '/'): string | undefined {
  if (!existsSync(path)) return undefined;
  let folder = join(root, 'sys/class/tty', basename(realpathSync(path)), 'device');
  if (!existsSync(folder)) return undefined;
  folder = realpathSync(folder);
  for (let level = 0; level < 4; level++, folder = dirname(folder)) {
    const vendor = fact(folder, 'idVendor');
    if (vendor === undefined) continue;
    const serial = fact(folder, 'serial');
    return `${vendor}:${fact(folder, 'idProduct') ?? ''}${serial ? `/${serial}` : ''}`;
  }
  return undefined;
}

function fact(folder: string, name: string): string | undefined {
  const file = join(folder, name);
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
}

export interface PortListing {
  /** Device file, e.g. `/dev/ttyUSB0`; moves when things are plugged in another order. */
  path: string;
  /** The name to configure: `/dev/serial/by-id/…`, or `by-path` where that is shared. */
  stablePath: string;
  /** The adapter, `1a86:7523/A1B2C3`; absent where it is none. */
  usb?: string;
  /** The kernel's driver, `ch341-uart`; absent where it names none. */
  kernelDriver?: string;
  /** When it was last plugged in, wall time: its name in /dev is as old as that. */
  pluggedWallMs?: number;
}

function names(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

/** `ttyUSB0` → the link that leads to it. */
function linksIn(root: string, kind: string): Map<string, string> {
  const folder = join(root, 'dev/serial', kind);
  const links = names(folder).map((name) => join(folder, name));
  return new Map(
    links.filter(existsSync).map((link) => [basename(readlinkSync(link)), link] as const),
  );
}

/** All serial ports of the machine; `root` stands in for `/` in tests. */
export function listPorts(root = '/'): PortListing[] {
  const [byId, byPath] = ['by-id', 'by-path'].map((kind) => linksIn(root, kind));
  const tty = join(root, 'sys/class/tty');
  return names(tty)
    .filter((name) => existsSync(join(tty, name, 'device')))
    .filter((name) => existsSync(join(root, 'dev', name)))
    .map((name) => {
      const path = join(root, 'dev', name);
      const usb = usbOf(path, root);
      const socket = usb?.includes('/') === false ? byPath?.get(name) : undefined;
      const link = socket ?? byId?.get(name);
      return {
        path,
        stablePath: link ?? path,
        ...(usb && { usb }),
        ...kernelFacts(name, root, link),
      };
    });
}

/** udev makes the lasting name anew with every plug; the device file itself is the next best. */
function kernelFacts(name: string, root: string, link: string | undefined) {
  const driver = join(root, 'sys/class/tty', name, 'device/driver');
  const made = link ? lstatSync(link) : statSync(join(root, 'dev', name));
  const pluggedWallMs = Math.round(link ? made.mtimeMs : made.birthtimeMs);
  return {
    ...(existsSync(driver) && { kernelDriver: basename(realpathSync(driver)) }),
    ...(pluggedWallMs > 0 && { pluggedWallMs }),
  };
}

/**
 * Watches one folder; undefined where the system will not (no such folder, no watches left): then
 * silence and retries are all there is.
 */
export function watchFolder(
  folder: string,
  changed: (name: string | null) => void,
): (() => void) | undefined {
  try {
    const watcher = watch(folder, { persistent: false }, (_event, name) => changed(name));
    watcher.on('error', () => watcher.close());
    return () => watcher.close();
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}

/**
 * Calls `appeared` whenever the device file of a `serial:`, `pty:` or `v4l2:` address comes to be, so that
 * a cable put back is noticed at once. A file that was there all along says nothing; addresses of
 * other kinds are not watched.
 */
export function watchForPort(address: string, appeared: () => void): () => void {
  const path = /^(?:serial|pty|v4l2):(\/[^?]*)/.exec(address)?.[1];
  if (path === undefined) return () => undefined;
  let present = existsSync(path);
  let watched = '';
  let stop: (() => void) | undefined;
  let stopped = false;
  const follow = (): void => {
    // `/dev/serial/by-id` itself comes with the first device: watch the deepest folder there is.
    let folder = dirname(path);
    while (!existsSync(folder)) folder = dirname(folder);
    if (folder !== watched) {
      stop?.();
      watched = folder;
      stop = watchFolder(folder, look);
    }
  };
  const look = (): void => {
    if (stopped) return;
    follow();
    const before = present;
    present = existsSync(path);
    if (present && !before) appeared();
  };
  follow();
  return () => {
    stopped = true;
    stop?.();
  };
}
