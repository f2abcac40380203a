/** Small files that are whole or not there, whenever the power goes. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Replaces `path` as one act: written beside it, synced, renamed, and the folder synced. */
export function replaceFile(path: string, text: string | Uint8Array, mode = 0o600): void {
  const half = `${path}.half`;
  rmSync(half, { force: true });
  synced(openSync(half, 'wx', mode), (file) => writeSync(file, Buffer.from(text)));
  renameSync(half, path);
  synced(openSync(dirname(path), 'r'));
}

function synced(file: number, write: (file: number) => void = () => {}): void {
  try {
    write(file);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
