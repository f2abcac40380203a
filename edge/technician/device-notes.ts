/** What drivers must still know after a power cut, one small file a device. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DeviceNotes } from '../../drivers/contract.ts';
import { replaceFile } from '../box/durable-file.ts';

/** Notes that are on the disk when `set` returns. Throws where the disk takes nothing. */
export function deviceNotesIn(dataDir: string): (deviceId: string) => DeviceNotes {
  const folder = join(dataDir, 'notes');
  return (deviceId) => {
    const file = join(folder, `${deviceId}.json`);
    const kept = new Map<string, string>(existsSync(file) ? read(file) : []);
    return {
      durable: true,
      get: (key) => kept.get(key),
      set(key, value) {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        replaceFile(file, JSON.stringify([...kept.entries(), [key, value]]));
        kept.set(key, value);
      },
    };
  };
}

const read = (file: string): [string, string][] => JSON.parse(readFileSync(file, 'utf8'));
