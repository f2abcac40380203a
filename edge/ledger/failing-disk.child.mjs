// Sells on a disk of which the n-th write or sync fails, for every n until a whole basket meets no
// failure: node failing-disk.child.mjs DIR CONTROL ERRNO STEP. Prints what it found as JSON.
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const built = join(import.meta.dirname, '../../dist/edge/ledger');
const { openLedger } = await import(join(built, 'open.js'));
const shop = await import(join(built, 'shop.fixture.js'));
const { decideSale } = await import(join(built, '../core/sale/sale.js'));

const [dir, controlFile, errno, step] = process.argv.slice(2);
const control = openSync(controlFile, 'r+');

function asked() {
  const bytes = Buffer.alloc(8);
  readSync(control, bytes, 0, 8, 0);
  return bytes.readBigInt64LE();
}
/** The n-th write or sync from now on fails, and with `once` only that; n = 0: none does. */
function failAt(n, once) {
  const bytes = Buffer.alloc(24);
  bytes.writeBigInt64LE(n === 0 ? 0n : asked() + BigInt(n), 0);
  bytes.writeBigInt64LE(BigInt(errno), 8);
  bytes.writeBigInt64LE(once ? 1n : 0n, 16);
  writeSync(control, bytes, 0, 24, 8);
}

const found = { baskets: 0, refused: {}, lost: 0, half: 0, phantom: 0, dead: 0 };
const ledger = openLedger(shop.ledgerOptions(dir));

/** A basket as a lane sells it: what is refused for the disk's sake is tried again afterwards. */
function sell(saleId) {
  let met = 0;
  for (const command of shop.applesCommands(ledger, saleId)) {
    const before = ledger.head();
    const decision = decideSale(ledger.sale(saleId), command);
    if (!decision.ok) throw new Error(`refused: ${command.kind} ${decision.refusal.code}`);
    try {
      ledger.append({ source: 'lane-1', events: decision.value });
    } catch (error) {
      met += 1;
      found.refused[error.code] = (found.refused[error.code] ?? 0) + 1;
      if (ledger.head().seq !== before.seq) found.phantom += 1;
      failAt(0, false);
      try {
        ledger.append({ source: 'lane-1', events: decision.value });
      } catch {
        found.dead += 1;
      }
    }
    const { seq } = ledger.head();
    if (seq !== before.seq + decision.value.length) found.half += 1;
    if (ledger.readAfter(seq - 1, 1).length !== 1) found.lost += 1;
  }
  return met;
}

for (let n = 1; ; n += Number(step)) {
  for (const once of [true, false]) {
    failAt(n, once);
    found.baskets += 1;
    sell(`sale-${n}-${once}`);
  }
  failAt(n, true);
  const met = sell(`sale-${n}-end`);
  failAt(0, false);
  found.baskets += 1;
  if (met === 0 && n > 20) break;
}
ledger.close();
closeSync(control);
writeSync(1, JSON.stringify(found));
