/** How the recognition child is started, and what is never sent to it. */
import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { PICTURE_MAX_BYTES } from './child-protocol.ts';

/** POSIX nice value: selling goes before seeing. */
const CHILD_NICENESS = 5;

/** The child runs as JavaScript: beside this file once built, in `dist/` while it is TypeScript. */
export function builtChildPath(): string {
  const beside = join(import.meta.dirname, 'onnx-child.js');
  return existsSync(beside) ? beside : join(import.meta.dirname, '../dist/models/onnx-child.js');
}

/** Pictures go by structured clone, as bytes; `advanced` is what makes it so. */
export function forkChild(childPath: string): ChildProcess {
  const child = fork(childPath, [], {
    serialization: 'advanced',
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  if (child.pid !== undefined) setPriority(child.pid, CHILD_NICENESS);
  return child;
}

/** Why these bytes are no picture of a camera; nothing but a JPEG reaches the decoder. */
export function pictureFault(jpeg: Uint8Array): string | undefined {
  if (jpeg.length > PICTURE_MAX_BYTES) return `${jpeg.length} bytes, at most ${PICTURE_MAX_BYTES}`;
  // Every JPEG begins with FF D8 (ITU-T T.81, SOI).
  return jpeg[0] === 0xff && jpeg[1] === 0xd8 ? undefined : 'not a JPEG';
}
