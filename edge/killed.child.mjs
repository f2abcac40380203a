// A store that sells until it is killed: node main.js start DIR RUN SEED [POINT TIMES], bundled.
// It ends itself by SIGKILL when it passes POINT for the TIMES-th time, prints the points it passed
// where it was not killed, and keeps outside the store what it acknowledged and what was paid.
import {
  appendFileSync,
  existsSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { noModel } from '../dist/edge/cli/model/none.js';
import { simulateStore } from '../dist/edge/cli/sim/store.js';
import { demoCatalogue, demoGoods } from '../dist/simulator/goods.js';
import { createRandom, pick, whole } from '../dist/simulator/random.js';
import { BEHAVIOURS, payerCode } from '../dist/simulator/twins/acquirer-behaviours.js';

const [dir, run, seedText, point = '', times = '1'] = process.argv.slice(3);
const seed = Number(seedText);
const random = createRandom(seed);
const acks = join(dir, 'acknowledged.txt');
const bank = join(dir, 'bank.json');
const DAY_MS = 86_400_000;
const BASKETS = 3;

const passed = new Map();
function crashPoint(name) {
  const count = (passed.get(name) ?? 0) + 1;
  passed.set(name, count);
  if (name === point && count === Number(times)) process.kill(process.pid, 'SIGKILL');
}

const catalogue = demoCatalogue();
const packed = catalogue.items.filter(
  ({ gtin, onSale, minimumAge }) => gtin && onSale && !minimumAge,
);
/** The acquirer's book, which outlives the store. */
const safe = {
  read: () => (existsSync(bank) ? readFileSync(bank, 'utf8') : undefined),
  write(text) {
    writeFileSync(`${bank}.half`, text);
    renameSync(`${bank}.half`, bank);
  },
};
const acknowledge = (line) => appendFileSync(acks, `${line}\n`);

/** One shopper after another at the first lane. */
function shoppersOf(store) {
  const lane = store.controller().lanes[0];
  const view = () => lane.view();
  let keys = 0;
  const press = (command) => lane.handle(command, `key-${run}-${++keys}`);
  const unresolved = () =>
    store
      .controller()
      .ledger.unfinishedSales()
      .flatMap(({ tenders }) => tenders)
      .some(({ state }) => !['captured', 'declined', 'reversed'].includes(state));
  const resolved = () => store.run(1_800_000, () => !unresolved());

  async function payFor(behaviour) {
    const saleId = view().sale?.saleId;
    if ((await press({ kind: 'pay' })).ok !== true) return;
    store.world.scan(
      'scanner-1',
      payerCode(pick(random, ['wechat', 'alipay']), behaviour, whole(random, 1, 1e9)),
    );
    await store.run(180_000, () => view().screen === 'done');
    if (view().screen === 'done') acknowledge(`paid ${saleId}`);
    await resolved();
  }

  /** Whatever the shopper before the cut left behind: it is still there, and may be paid or left. */
  async function tidyUp() {
    if (view().screen === 'done') await press({ kind: 'finish' });
    if (!view().sale) return;
    if (random() < 0.5) await payFor('pays');
    else await press({ kind: 'discard' });
  }

  async function basket() {
    await tidyUp();
    for (let items = whole(random, 1, 4); items > 0; items -= 1) {
      const before = view().sale?.lines.length ?? 0;
      store.world.scan('scanner-1', pick(random, packed).gtin);
      await store.run(2_000, () => (view().sale?.lines.length ?? 0) > before);
      for (const { lineId } of view().sale?.lines ?? []) acknowledge(`line ${lineId}`);
    }
    const [first] = view().sale?.lines ?? [];
    if (first && random() < 0.3)
      await press({ kind: 'set-quantity', lineId: first.lineId, quantity: 3 });
    if (first && random() < 0.2) await press({ kind: 'remove', lineId: first.lineId });
    if (first && random() < 0.15) await press({ kind: 'discard' });
    else await payFor(pick(random, BEHAVIOURS).name);
    await store.run(20_000);
  }

  return { basket, resolved };
}

async function sell() {
  const store = await simulateStore({
    seed: seed * 1000 + Number(run),
    startWallMs: Date.UTC(2026, 0, 1) + Number(run) * DAY_MS,
    dataDir: join(dir, 'store'),
    goods: demoGoods(),
    catalogue,
    recogniser: noModel,
    crashPoint,
    safe,
  });
  for (const id of ['scale-1', 'camera-1', 'scale-2', 'camera-2']) store.world.unplug(id);
  await store.run(20_000, () =>
    store
      .controller()
      .devices.all()
      .every((d) => d.status().state === 'ok' || /scale|camera/.test(d.id)),
  );
  const shoppers = shoppersOf(store);
  if (!(await shoppers.resolved())) throw new Error('a payment stays unresolved');
  writeSync(1, 'selling\n');
  for (let count = 0; count < BASKETS; count += 1) await shoppers.basket();
  writeSync(1, JSON.stringify(Object.fromEntries(passed)));
  await store.close();
}

sell();
