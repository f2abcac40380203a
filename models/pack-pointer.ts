/** `models/packs.json` of a store's directory: which installed pack is in force. */
import { existsSync, readFileSync, renameSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';

/** The name of the pack that comes with the controller, whatever release that is. */
export const SHIPPED = 'shipped';

export interface Pointer {
  current: string;
  previous: string;
  /** Highest counter ever installed, by id: going back is no way to an older release. */
  highest: Record<string, number>;
  /** The kept copy of a shipped pack that goods were taught with, where there is one. */
  taughtWith?: string;
}

const POINTER = 'packs.json';

export function readPointer(root: string): Pointer {
  const path = join(root, POINTER);
  if (!existsSync(path)) return { current: SHIPPED, previous: SHIPPED, highest: {} };
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** Written aside, synced, renamed, and the folder synced. */
export async function point(root: string, pointer: Pointer): Promise<void> {
  const half = join(root, `${POINTER}.half`);
  const file = await open(half, 'w', 0o640);
  try {
    await file.writeFile(`${JSON.stringify(pointer, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  renameSync(half, join(root, POINTER));
  await synced(root);
}

export async function synced(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
