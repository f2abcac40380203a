/**
 * The far end of a real serial line for tests: a pseudo-terminal opened by the native binding
 * alone (node-pty's own class signals every process of the user when it is destroyed). The master
 * is written with fs.write and retried on EAGAIN; the slave stays open so the settings last.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, write } from 'node:fs';
import { createRequire } from 'node:module';
import { ReadStream } from 'node:tty';

export interface FarEnd {
  /** The device file a driver opens. */
  path: string;
  /** Everything heard so far. */
  heard(): Buffer;
  onBytes(listener: (bytes: Buffer) => void): void;
  say(bytes: Uint8Array): Promise<void>;
  /** Stops reading: the line fills up, as with a device that hangs. */
  freeze(): void;
  /** Pulls the plug: the device file goes. */
  unplug(): void;
}

type NativeOpen = (columns: number, rows: number) => { master: number; slave: number; pty: string };

function nativeOpen(): NativeOpen | undefined {
  try {
    const name = `@lydell/node-pty-${process.platform}-${process.arch}/pty.node`;
    return createRequire(import.meta.url)(name).open;
  } catch (error) {
    console.warn(`no pseudo-terminals here, tests on real ports are skipped: ${error}`);
    return undefined;
  }
}

const open = nativeOpen();
export const PTY_AVAILABLE = open !== undefined;

function writeAll(fd: number, bytes: Buffer, alive: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const step = (rest: Buffer): void => {
      if (!alive() || rest.length === 0) {
        resolve();
        return;
      }
      write(fd, rest, 0, rest.length, null, (error, count) => {
        if (error?.code === 'EAGAIN') setTimeout(() => step(rest), 2);
        else if (error) reject(error);
        else step(rest.subarray(count));
      });
    };
    step(bytes);
  });
}

/** Opens a pair; throws where the platform has none (see PTY_AVAILABLE). */
export function openPty(): FarEnd {
  if (open === undefined) throw new Error('no pseudo-terminals on this platform');
  const terminal = open(80, 24);
  spawnSync('stty', ['-F', terminal.pty, 'raw', '-echo']);
  const master = new ReadStream(terminal.master);
  const heard: Buffer[] = [];
  let alive = true;
  master.on('error', () => {
    alive = false;
  });
  master.on('data', (bytes: Buffer) => heard.push(bytes));
  return {
    path: terminal.pty,
    heard: () => Buffer.concat(heard),
    onBytes: (listener) => void master.on('data', listener),
    say: (bytes) => writeAll(terminal.master, Buffer.from(bytes), () => alive),
    freeze: () => void master.pause(),
    unplug() {
      if (!alive) return;
      alive = false;
      master.destroy();
      closeSync(terminal.slave);
    },
  };
}
