/** How the recognition child is started, and what is never sent to it. */
import { type ChildProcess, execFile, fork } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { join } from 'node:path';
import { PICTURE_MAX_BYTES } from './child-protocol.ts';

/** Added to the controller's own nice value: selling goes before seeing. */
const CHILD_NICENESS = 5;
const NICEST = 19;

/** The child runs as JavaScript: beside this file once built, in `dist/` while it is TypeScript. */
export function builtChildPath(): string {
  const beside = join(import.meta.dirname, 'onnx-child.js');
  return existsSync(beside) ? beside : join(import.meta.dirname, '../dist/models/onnx-child.js');
}

/**
 * Pictures are decoded in other threads than they are judged in. With an arena for each, what one
 * gives back is no use to another, and the child grows (mallopt(3), `M_ARENA_MAX`; sharp's manual on
 * allocators): measured over 4,000 pictures 4.3 MB with the usual eight a core, 1.1 MB with two.
 */
const ARENAS = { MALLOC_ARENA_MAX: '2' };

/** Pictures go by structured clone, as bytes; `advanced` is what makes it so. */
export function forkChild(childPath: string): ChildProcess {
  const child = fork(childPath, [], {
    serialization: 'advanced',
    execArgv: [],
    env: { ...process.env, ...ARENAS },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  if (child.pid !== undefined) {
    yieldTo(child.pid);
    leaveFirstCore(child.pid);
  }
  return child;
}

/** A child that is gone already, or a system that allows no such thing, changes nothing. */
function yieldTo(pid: number): boolean {
  try {
    setPriority(pid, Math.min(NICEST, getPriority() + CHILD_NICENESS));
    return true;
  } catch {
    return false;
  }
}

/** `0-3,8` as in `Cpus_allowed_list` of proc(5), without its first core; empty where that is all. */
export function coresButFirst(allowed: string): string {
  const [first = '', ...others] = allowed.trim().split(',');
  const [from = '', to = from] = first.split('-');
  const rest = to === from ? [] : [`${Number(from) + 1}-${to}`];
  return [...rest, ...others].join(',');
}

/**
 * Where cores are not known to share a cache, as in a virtual machine, Linux wakes a process on the
 * core it last ran on, though that be busy and the other idle: the controller then waited up to 4 ms
 * for its turn. Kept off the first core, the child leaves it one (p99 1.8 ms in place of 4.2), and
 * sees a tenth more pictures. Without taskset(1), or with one core, nothing changes.
 */
function leaveFirstCore(pid: number): void {
  const cores = coresButFirst(coresAllowed('self'));
  if (cores) execFile('taskset', ['-a', '-p', '-c', cores, String(pid)], () => undefined);
}

/** As the system lists them; empty where it does not say. */
export function coresAllowed(pid: number | 'self'): string {
  const path = `/proc/${pid}/status`;
  const status = existsSync(path) ? readFileSync(path, 'utf8') : '';
  return /^Cpus_allowed_list:\s*(.*)$/m.exec(status)?.[1] ?? '';
}

/** Why these bytes are no picture of a camera; nothing but a JPEG reaches the decoder. */
export function pictureFault(jpeg: Uint8Array): string | undefined {
  if (jpeg.length > PICTURE_MAX_BYTES) return `${jpeg.length} bytes, at most ${PICTURE_MAX_BYTES}`;
  // Every JPEG begins with FF D8 (ITU-T T.81, SOI).
  return jpeg[0] === 0xff && jpeg[1] === 0xd8 ? undefined : 'not a JPEG';
}
