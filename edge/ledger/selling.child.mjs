// A store that sells until it is killed: node selling.child.mjs DIR RUN [SALES [MOMENT]]. It prints
// the head after every decision, written straight to the pipe, so what is read was acknowledged.
// With MOMENT it signs its head after every sale, and dies there by SIGKILL at the second time.
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';

const built = join(import.meta.dirname, '../../dist/edge/ledger');
const { openLedger } = await import(join(built, 'open.js'));
const shop = await import(join(built, 'shop.fixture.js'));

// A disk that is not asked to sync shows that the power-cut harness sees what is lost.
if (process.env.YIKE_TEST_SYNCHRONOUS === 'NORMAL') {
  const { prototype } = Database;
  const { pragma } = prototype;
  prototype.pragma = function lax(text, options) {
    if (text === 'synchronous') return 2;
    return pragma.call(this, text.replace('synchronous = FULL', 'synchronous = NORMAL'), options);
  };
}

const [dir, run, sales, moment] = process.argv.slice(2);
let passed = 0;
const crashPoint = (name) => {
  if (name === moment) passed += 1;
  if (passed === 2) process.kill(process.pid, 'SIGKILL');
};
const ledger = openLedger(shop.ledgerOptions(dir, { ids: shop.countingIds(run), crashPoint }));
const acknowledge = () => {
  const { seq, hash } = ledger.head();
  writeSync(1, `${seq} ${hash}\n`);
};
const append = ledger.append;
const loud = {
  ...ledger,
  append(request) {
    const result = append(request);
    acknowledge();
    return result;
  },
};
acknowledge();
for (let sale = 1; sales === undefined || sale <= Number(sales); sale += 1) {
  shop.sellApples(loud, `sale-${run}-${sale}`);
  if (moment) ledger.signHead('asked');
}
ledger.close();
