/** What the last verification of the whole ledger found, kept beside it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { say } from '../core/say.ts';
import type { LedgerChecked } from '../core/views/status-view.ts';
import { replaceFile } from './durable-file.ts';

const fileIn = (dataDir: string): string => join(dataDir, 'ledger-checked.json');

export function readChecked(dataDir: string): LedgerChecked | undefined {
  const file = fileIn(dataDir);
  if (!existsSync(file)) return undefined;
  const { reason, ...checked } = JSON.parse(readFileSync(file, 'utf8')) as LedgerChecked;
  // It was one string before.
  const words = typeof reason === 'string' ? say(reason, reason) : reason;
  return { ...checked, ...(words && { reason: words }) };
}

export const keepChecked = (dataDir: string, checked: LedgerChecked): void =>
  replaceFile(fileIn(dataDir), JSON.stringify(checked));
