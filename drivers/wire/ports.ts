/**
 * Serial ports as the kernel shows them, without udevadm: real ports from /sys/class/tty (those
 * with a device behind them), their lasting names from /dev/serial/by-id.
 */
import { existsSync, readdirSync, realpathSync, watch } from 'node:fs';
import { basename, dirname, join } from 'node:path';

export interface PortListing {
  /** Device file, e.g. `/dev/ttyUSB0`; moves when things are plugged in another order. */
  path: string;
  /** The name to configure: `/dev/serial/by-id/…` where there is one. */
  stablePath: string;
}

function names(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

/** All serial ports of the machine; `root` stands in for `/` in tests. */
export function listPorts(root = '/'): PortListing[] {
  const byId = join(root, 'dev/serial/by-id');
  const stable = new Map<string, string>();
  for (const name of names(byId)) {
    const link = join(byId, name);
    if (existsSync(link)) stable.set(basename(realpathSync(link)), link);
  }
  const tty = join(root, 'sys/class/tty');
  return names(tty)
    .filter((name) => existsSync(join(tty, name, 'device')))
    .filter((name) => existsSync(join(root, 'dev', name)))
    .map((name) => {
      const path = join(root, 'dev', name);
      return { path, stablePath: stable.get(name) ?? path };
    });
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
 * Calls `appeared` whenever the device file of a `serial:` or `pty:` address comes to be, so that
 * a cable put back is noticed at once. A file that was there all along says nothing; addresses of
 * other kinds are not watched.
 */
export function watchForPort(address: string, appeared: () => void): () => void {
  const path = /^(?:serial|pty):(\/[^?]*)/.exec(address)?.[1];
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
