/** A cabinet that is one unit on the network: what its link does to a visit, in simulated time. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { CabinetFault } from '../../simulator/twins/cabinet-mqtt.ts';
import { type CabinetStore, simulateCabinet } from '../cli/sim/cabinet.ts';
import { moneyViolations, wireViolations } from '../cli/sim/visits.ts';
import { checkInvariants } from '../ledger/invariants.ts';

let dir: string;
let store: CabinetStore;
let keys = 0;

beforeEach(async () => {
  keys = 0;
  dir = mkdtempSync(join(tmpdir(), 'yike-network-cabinet-'));
  store = await simulateCabinet({ seed: 5, dataDir: dir, shelves: 1, link: 'mqtt' });
  await store.run(12_000, () => device().state === 'ok');
  await store.run(2_000);
});
afterEach(async () => {
  await store.run(30_000);
  const found = [...moneyViolations(store), ...wireViolations(store)];
  await store.close();
  found.push(...checkInvariants(dir).violations);
  rmSync(dir, { recursive: true, force: true });
  expect(found).toEqual([]);
});

const key = () => `key-${String(++keys).padStart(6, '0')}`;
const code = (serial: number) => `13000${String(serial).padStart(13, '0')}`;
const show = (serial: number) => store.actor().handle({ kind: 'open', code: code(serial) }, key());
const visit = () => store.controller().ledger.cabinet('cabinet-1').visit;
const device = () => store.controller().devices.find('unit-1')!.status();
const world = () => store.cabinet.world;
const slot = (cell: number) => world().cells()[cell]!.slots[0]!;
const unit = () => store.unit!;
const deposit = () => store.acquirer.deposits()[0];
const FINAL = ['settled', 'nothing-taken', 'review', 'fault', 'refused'];
const final = () => store.run(60_000, () => FINAL.includes(visit()?.phase ?? ''));

async function enter(serial = 1): Promise<void> {
  expect(await show(serial)).toEqual({ ok: true });
  expect(await store.run(8_000, () => !world().bolts.locked[0])).toBe(true);
  world().pull();
  await store.run(2_500);
}
async function take(cell: number) {
  const piece = world().take(slot(cell).sku)!;
  await store.run(3_500);
  return piece;
}
async function shut(): Promise<void> {
  world().shut();
  await final();
  await store.run(3_000);
}
async function takesTwoAndPutsOneBack(): Promise<void> {
  const one = await take(0);
  await take(2);
  world().put(one);
  await store.run(3_500);
}
const billed = () =>
  store
    .actor()
    .view()
    .lines.map(({ sku, quantity }) => `${quantity} ${sku}`);

it.each<[string, CabinetFault | undefined]>([
  ['on a sound network', undefined],
  ['that says everything twice', 'twice'],
  ['whose readings come out of order', 'shuffled'],
])('a visit at a cabinet %s is settled and paid once', async (_, fault) => {
  unit().fault(fault);
  await enter();
  await takesTwoAndPutsOneBack();
  await shut();
  expect(visit()).toMatchObject({ phase: 'settled', doubts: [] });
  expect(billed()).toEqual([`1 ${slot(2).sku}`]);
  expect(store.unlocks()).toHaveLength(1);
  const { totalFen } = store.actor().view();
  expect(deposit()).toMatchObject({ state: 'taken', takenFen: totalFen, takings: 1 });
  const counted = device().statistics;
  if (fault === 'twice') expect(counted.M_DuplicateCount).toBeGreaterThan(20);
  if (fault === 'shuffled') expect(counted.M_OutOfOrderCount).toBeGreaterThan(20);
});

it('an unlock that the network brings too late opens nothing; the money is let go', async () => {
  unit().fault('held');
  expect(await show(1)).toEqual({ ok: true });
  await store.run(6_000);
  unit().fault(undefined);
  await final();
  expect(visit()).toMatchObject({ phase: 'nothing-taken', unlock: { result: 'unknown' } });
  expect(store.unlocks()).toHaveLength(1);
  expect(world().bolts.pulses).toEqual([0]);
  await store.run(20_000);
  expect(deposit()).toMatchObject({ state: 'released' });
});

it('a door that nobody opens is waited for ten seconds, twice as long in large type', async () => {
  unit().fault('jammed');
  const armed = () => store.run(8_000, () => visit()?.unlock?.result === 'unknown');
  const screen = () => store.actor().view().screen;
  expect(await show(1)).toEqual({ ok: true });
  expect(await armed()).toBe(true);
  expect(store.actor().view()).toMatchObject({ screen: 'pull', pullMs: 10_000 });
  await store.run(9_000);
  expect(screen()).toBe('pull');
  expect(await store.run(6_000, () => screen() === 'nothing-taken')).toBe(true);
  await store.actor().handle({ kind: 'finish' }, key());
  await store.actor().handle({ kind: 'large', on: true }, key());
  expect(await show(2)).toEqual({ ok: true });
  expect(await armed()).toBe(true);
  expect(store.actor().view()).toMatchObject({ screen: 'pull', pullMs: 20_000, large: true });
  await store.run(19_000);
  expect(screen()).toBe('pull');
  expect(await store.run(6_000, () => screen() === 'nothing-taken')).toBe(true);
  // The bill stays as long, too; then the next shopper begins without.
  await store.run(38_000);
  expect(store.actor().view()).toMatchObject({ screen: 'nothing-taken', large: true });
  await store.run(3_000);
  expect(store.actor().view().screen).toBe('ready');
  expect(store.actor().view().large).toBeUndefined();
});

it('what is chosen at the panel and left there is forgotten after a while', async () => {
  const chosen = () => store.actor().view().contrast;
  await store.actor().handle({ kind: 'contrast', on: true }, key());
  await store.run(55_000);
  await store.actor().handle({ kind: 'help' }, key());
  await store.run(55_000);
  expect(chosen()).toBe(true);
  await store.run(6_000);
  expect(chosen()).toBeUndefined();
});

it('an unlock whose answer is lost is seen by the bolt, and not sent again', async () => {
  unit().fault('no-answer');
  await enter();
  unit().fault(undefined);
  await take(1);
  await shut();
  expect(visit()).toMatchObject({ phase: 'settled', unlock: { result: 'unknown' } });
  expect(store.unlocks()).toHaveLength(1);
});

it('that cannot be opened asks nobody for a code, until it is back', async () => {
  expect(store.actor().view().screen).toBe('ready');
  unit().unplug();
  await store.run(1_000);
  expect(store.actor().view()).toMatchObject({ screen: 'out-of-service' });
  expect(store.actor().view().next?.en).toBeTruthy();
  unit().plug();
  await store.run(20_000);
  expect(store.actor().view().screen).toBe('ready');
});

it('gone before its door opens, the visit ends there and the money is let go', async () => {
  expect(await show(1)).toEqual({ ok: true });
  unit().unplug();
  await final();
  expect(visit()).toMatchObject({ phase: 'refused', reason: 'CABINET_NOT_READY' });
  expect(await show(2)).toMatchObject({ refusal: { code: 'CABINET_NOT_READY' } });
  unit().plug();
  await store.run(20_000);
  expect(world().bolts.pulses).toEqual([0]);
  expect(deposit()).toMatchObject({ state: 'released' });
});

it.each([
  ['what was taken meanwhile goes to a person', true, 'review', ['shelf-silent', 'left-open']],
  ['what was not touched meanwhile is settled', false, 'settled', []],
])(
  'unplugged with its door open the visit keeps its owner; %s',
  async (_, takes, phase, doubts) => {
    await enter();
    await take(0);
    const { visitId } = visit()!;
    unit().unplug();
    await store.run(1_000);
    expect(device()).toMatchObject({ state: 'offline', reason: 'MQTT_LWT' });
    expect(store.actor().view()).toMatchObject({ screen: 'open', warning: 'blind' });
    if (takes) world().take(slot(3).sku);
    await store.run(60_000);
    expect(await show(2)).toMatchObject({ refusal: { code: 'CABINET_BUSY' } });
    world().shut();
    await store.run(5_000);
    unit().plug();
    await final();
    expect(visit()).toMatchObject({ visitId, phase, doubts });
    expect(store.unlocks()).toHaveLength(1);
  },
);

it('unplugged as the door falls shut, a person decides and the shopper pays that', async () => {
  await enter();
  await take(0);
  world().shut();
  await store.run(400);
  unit().unplug();
  await store.run(30_000);
  unit().plug();
  await final();
  expect(visit()).toMatchObject({
    phase: 'review',
    doubts: expect.arrayContaining(['shelf-silent']),
  });
  const [waiting] = store.actor().reviews();
  const { sku, location, pieces } = waiting!.likeliest.taken[0]!;
  const by = { id: 'p-li', name: 'Li' };
  const decision = { kind: 'decide-review', visitId: waiting!.visitId, note: 'seen', by } as const;
  expect(
    await store.actor().decide({ ...decision, taken: [{ sku, location, pieces }] }, key()),
  ).toEqual({ ok: true });
  await store.run(5_000);
  expect(deposit()).toMatchObject({ state: 'taken', takings: 1 });
});

it('the broker restarted in the midst of a visit costs nobody anything', async () => {
  await enter();
  await take(0);
  unit().restartBroker();
  await store.run(6_000, () => device().state === 'ok');
  await take(2);
  await shut();
  expect(visit()).toMatchObject({ phase: 'settled', doubts: [] });
  expect(billed().sort()).toEqual([slot(0).sku, slot(2).sku].map((sku) => `1 ${sku}`).sort());
  expect(store.unlocks()).toHaveLength(1);
});

it('the power cut of the controller does not open the door again', async () => {
  await enter();
  await take(0);
  await store.powerCut();
  await store.run(10_000, () => device().state === 'ok');
  await shut();
  expect(visit()).toMatchObject({ phase: 'review', doubts: ['power-cut'] });
  expect(store.unlocks()).toHaveLength(1);
});
