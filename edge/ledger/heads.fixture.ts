/** A store's signed heads, and what somebody with a shell on the box can do to them. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { ANCHOR_FILE } from './anchors.ts';
import type { Ledger, SignedHead } from './contract.ts';
import { LEDGER_FILE } from './database.ts';
import { type LedgerOptions, openLedger } from './open.ts';
import * as shop from './shop.fixture.ts';

export const open = (dir: string, run: string, changes: Partial<LedgerOptions> = {}): Ledger =>
  openLedger(shop.ledgerOptions(dir, { ids: shop.countingIds(run), ...changes }));

export const anchors = (dir: string): SignedHead[] =>
  existsSync(join(dir, ANCHOR_FILE))
    ? readFileSync(join(dir, ANCHOR_FILE), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
    : [];
export const rewriteAnchors = (dir: string, heads: SignedHead[]) =>
  writeFileSync(join(dir, ANCHOR_FILE), heads.map((head) => `${JSON.stringify(head)}\n`).join(''));

/** Somebody with a SQL shell who takes the guards away and puts them back. */
export function forge(dir: string, sql: string): void {
  const db = new Database(join(dir, LEDGER_FILE));
  const guards = db
    .prepare<[], { name: string; sql: string }>(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'",
    )
    .all();
  for (const { name } of guards) db.exec(`DROP TRIGGER ${name}`);
  db.exec(sql);
  for (const guard of guards) db.exec(guard.sql);
  db.close();
}

/** A store that signed after its first sale and sold once more; returns where it signed. */
export function aDay(dir: string): SignedHead {
  const ledger = open(dir, 'a');
  ledger.activatePriceBook(shop.priceBook(1), 'b'.repeat(64));
  shop.sellApples(ledger, 'sale-a');
  const signed = ledger.signHead('day-close');
  shop.sellApples(ledger, 'sale-b');
  ledger.signHead('asked');
  ledger.close();
  return signed;
}

/** Cuts everything after `seq`, the way one would who knows every table. */
export function cutAfter(dir: string, seq: number, alsoHeads = true): void {
  forge(
    dir,
    `DELETE FROM events WHERE seq > ${seq};
     ${alsoHeads ? `DELETE FROM heads WHERE seq > ${seq};` : ''}
     DELETE FROM completed_sales; DELETE FROM day_items; DELETE FROM stock; DELETE FROM open_sales;`,
  );
}
