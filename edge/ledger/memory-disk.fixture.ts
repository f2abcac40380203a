import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';

/** Where syncing costs nothing: for stores that lose their process, but never their power. */
export const MEMORY_DISK: string = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
