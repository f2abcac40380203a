/** What the last verification of the whole ledger found, kept beside it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LedgerChecked } from '../core/views/status-view.ts';
import { replaceFile } from './durable-file.ts';

const fileIn = (dataDir: string): string => join(dataDir, 'ledger-checked.json');

export function readChecked(dataDir: string): LedgerChecked | undefined {
  const file = fileIn(dataDir);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as LedgerChecked) : undefined;
}

export const keepChecked = (dataDir: string, checked: LedgerChecked): void =>
  replaceFile(fileIn(dataDir), JSON.stringify(checked));
