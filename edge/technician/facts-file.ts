/** Where the store keeps what it knows of its devices from one start to the next. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../box/durable-file.ts';
import type { FactsFile } from '../devices/facts.ts';

export function factsIn(dataDir: string): FactsFile {
  const path = join(dataDir, 'devices.json');
  return {
    read: () => (existsSync(path) ? readFileSync(path, 'utf8') : undefined),
    write: (text) => replaceFile(path, text),
  };
}
