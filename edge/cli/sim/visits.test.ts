/** Shoppers at a simulated cabinet, and the plug pulled at every state of a visit. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkInvariants } from '../../ledger/invariants.ts';
import { type CabinetStore, simulateCabinet } from './cabinet.ts';
import { moneyViolations, visits, wireViolations } from './visits.ts';

const deep = process.env.YIKE_DEEP === '1';
const seed = Number(process.env.SEED ?? 11);

async function inDirectory<T>(work: (dir: string) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'yike-visits-'));
  try {
    return await work(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

it('shoppers are billed for what they hold', { timeout: 3_600_000 }, async () => {
  const count = deep ? 10_000 : 24;
  const { figures: told, violations } = await inDirectory((dataDir) =>
    visits({
      seed,
      count,
      days: 1,
      dataDir,
      faults: [],
      acknowledged() {},
      progress() {},
    }),
  );
  expect({ seed, violations }).toEqual({ seed, violations: [] });
  expect(told.visits).toBe(count);
  expect(told.settledWrong / told.visits).toBeLessThanOrEqual(0.001);
  expect(told.review / told.visits).toBeLessThanOrEqual(deep ? 0.03 : 0.1);
  expect(told.fault).toBe(0);
});

/** Opens, takes two, shuts; `cut` is called on the way whenever the visit is in its state. */
async function visitWithCut(store: CabinetStore, phase: string, n: number): Promise<void> {
  const { world } = store.cabinet;
  const visit = () => store.controller().ledger.cabinet('cabinet-1').visit;
  let cut = false;
  const maybe = async () => {
    if (cut || visit()?.phase !== phase) return;
    cut = true;
    await store.powerCut(500 + 4_000 * store.random());
  };
  await store.actor().handle({ kind: 'open', code: codeOf(n) }, `open-${n}-abcdef`);
  await maybe();
  await store.run(4_000, () => visit()?.phase === phase || !world.bolts.locked[0]);
  await maybe();
  await store.run(2_000, () => !world.bolts.locked[0]);
  if (world.pull()) {
    await store.run(1_500 * store.random());
    await maybe();
    const [slot] = world.cells()[n % world.cells().length]!.slots;
    world.take(slot!.sku);
    await store.run(3_000 * store.random());
    world.take(slot!.sku);
    await store.run(3_500);
    world.shut();
    await store.run(3_000, () => visit()?.phase === phase);
    await maybe();
  }
  await store.run(60_000, () => !isUnderWay(visit()?.phase));
}

const codeOf = (n: number): string => `13000${String(n).padStart(13, '0')}`;
const isUnderWay = (phase = ''): boolean =>
  ['authorising', 'armed', 'open', 'closing', 'counting'].includes(phase);

describe('the power goes', () => {
  const phases = ['authorising', 'armed', 'open', 'closing', 'counting', 'settled', 'review'];
  it('in every state of a visit: its owner is kept, nobody pays twice, no pulse is late', {
    timeout: 3_600_000,
  }, async () => {
    const rounds = deep ? 1_000 : 40;
    const trouble = await inDirectory(async (dataDir) => {
      const store = await simulateCabinet({ seed, dataDir, shelves: 1 });
      await store.run(15_000);
      const lost: string[] = [];
      for (let n = 1; n <= rounds; n += 1) {
        const phase = phases[n % phases.length]!;
        await visitWithCut(store, phase, n);
        const now = store.controller().ledger.cabinet('cabinet-1').visit;
        if (isUnderWay(now?.phase)) lost.push(`${n} ${phase}: still ${now?.phase}`);
        if (n % 4 === 0) {
          store.cabinet.world.tidy();
          await store.run(3_000);
        }
      }
      await store.run(120_000);
      const found = [...wireViolations(store), ...moneyViolations(store)];
      await store.close();
      return { lost, found: [...found, ...checkInvariants(dataDir).violations] };
    });
    expect({ seed, ...trouble }).toEqual({ seed, lost: [], found: [] });
  });
});
