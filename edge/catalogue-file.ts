/** A price book given as a file, for stores without a head office. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { Config } from './config/config.ts';
import { checkPriceBook } from './core/catalogue/price-book.ts';
import type { Refusal } from './core/ports.ts';
import type { Ledger } from './ledger/contract.ts';

/** Uses the file's book where it is newer than the last one published; refused where it is wrong. */
export function loadPriceBook(
  { catalogueFile }: Config,
  ledger: Ledger,
): { ok: false; refusal: Refusal } | undefined {
  if (!catalogueFile || !existsSync(catalogueFile)) return undefined;
  const text = readFileSync(catalogueFile, 'utf8');
  const checked = checkPriceBook(JSON.parse(text));
  if (!checked.ok) return checked;
  if (checked.value.version > ledger.publishedVersion())
    ledger.activatePriceBook(checked.value, createHash('sha256').update(text).digest('hex'));
  return undefined;
}
