/**
 * A serial cable as the controller sees one: a pseudo-terminal under a stable symlink, paced at
 * the line's speed. Only the native `open` of the pty package is used: its JavaScript class
 * signals process -1 (everybody) when destroyed. The master is written with `fs.write`, because
 * libuv's terminal streams write a pty master blockingly and spin where the reader is slow.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import tty from 'node:tty';
import type { Cable } from './port.ts';
import { paced } from './port.ts';
import type { Clock } from './runtime.ts';

interface NativePty {
  open(columns: number, rows: number): { master: number; slave: number; pty: string };
}

/** How long to wait where the kernel's buffer (about 20 KiB) is full. */
const FULL_RETRY_MS = 5;
/** More than this unread by the controller is lost, as on a real line without handshake. */
const UNREAD_LIMIT_BYTES = 8_192;

function nativePty(): NativePty {
  return createRequire(import.meta.url)('@lydell/node-pty-linux-x64/pty.node');
}

/** Whether this machine can make pseudo-terminals at all; the reason where it cannot. */
export function ptyUnavailable(): string | undefined {
  try {
    nativePty();
    return undefined;
  } catch (error) {
    return `no pseudo-terminal here: ${(error as Error).message}`;
  }
}

interface Opened {
  master: number;
  slave: number;
  path: string;
}

/** Raw and without echo: until an application opens it, the line would talk to itself. */
function openRaw(): Opened {
  const { master, slave, pty } = nativePty().open(80, 24);
  const stty = spawnSync('stty', ['-F', pty, 'raw', '-echo'], { encoding: 'utf8' });
  if (stty.status === 0) return { master, slave, path: pty };
  fs.closeSync(master);
  fs.closeSync(slave);
  throw new Error(`stty could not make ${pty} raw: ${stty.stderr || stty.error?.message}`);
}

/** Writes to the master in order, waiting where the kernel's buffer is full. */
function masterWriter(clock: Clock, master: number) {
  let queue: Uint8Array = new Uint8Array(0);
  let busy = false;
  let closed = false;
  const pump = () => {
    if (busy || closed || queue.length === 0) return;
    busy = true;
    fs.write(master, queue, 0, queue.length, null, (error, written) => {
      busy = false;
      if (closed) return;
      if (error?.code === 'EAGAIN') return void clock.after(FULL_RETRY_MS, pump);
      // Any other error means that the line is gone: what was on it is lost, as on a cable.
      queue = error ? new Uint8Array(0) : queue.subarray(written);
      pump();
    });
  };
  return {
    write(bytes: Uint8Array): void {
      if (queue.length + bytes.length > UNREAD_LIMIT_BYTES) return;
      queue = Buffer.concat([queue, bytes]);
      pump();
    },
    close(): void {
      closed = true;
    },
  };
}

/** One plugged-in life of the cable. The slave stays open, so that the settings and the line
 * survive a restart of the controller. */
function plugIn(clock: Clock, link: string, baudRate: number, heard: (bytes: Uint8Array) => void) {
  const opened = openRaw();
  const master = new tty.ReadStream(opened.master);
  const writer = masterWriter(clock, opened.master);
  const line = paced(clock, baudRate, writer.write);
  master.on('data', (bytes: Buffer) => heard(Uint8Array.from(bytes)));
  // EIO is how a hang-up is told; the cable is being pulled and nobody is left to tell.
  master.on('error', () => writer.close());
  fs.mkdirSync(path.dirname(link), { recursive: true });
  fs.rmSync(link, { force: true });
  fs.symlinkSync(opened.path, link);
  return {
    write: line.write,
    pull(): void {
      line.drop();
      writer.close();
      fs.rmSync(link, { force: true });
      master.destroy();
      fs.closeSync(opened.slave);
    },
  };
}

/**
 * Opens a pty cable whose far end appears at `link` (e.g. `run/dev/scale-1`). `unplug` hangs up
 * and removes the link; `plug` makes a new pty under the same name, as /dev/serial/by-id would.
 * Throws where the machine has no pty or no `stty`.
 */
export function openPty(options: { link: string; clock: Clock; baudRate?: number }): Cable {
  const { link, clock, baudRate = 9600 } = options;
  const listeners: ((bytes: Uint8Array) => void)[] = [];
  const heard = (bytes: Uint8Array) => {
    for (const listener of listeners) listener(bytes);
  };
  const open = () => plugIn(clock, link, baudRate, heard);
  let life: ReturnType<typeof plugIn> | undefined = open();
  const unplug = () => {
    life?.pull();
    life = undefined;
  };
  return {
    get plugged() {
      return life !== undefined;
    },
    onBytes: (listener) => void listeners.push(listener),
    write: (bytes) => life?.write(bytes),
    unplug,
    plug: () => {
      life ??= open();
    },
    close: unplug,
  };
}
