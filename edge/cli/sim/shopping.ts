/** A simulated shopper in front of a simulated store's real screens. */
import type { Tap } from '../../../simulator/shopper.ts';
import type { ShoppingPlan } from '../../../simulator/shopper-plan.ts';
import type { CounterCommand } from '../../core/views/counter-views.ts';
import type { LaneCommand } from '../../core/views/views.ts';
import type { SimulatedStore } from './store.ts';

/** Lets one shopper do what the plan says; answers what came of it. */
export async function goShopping(store: SimulatedStore, plan: ShoppingPlan, shopper: string) {
  // Loading a module takes real time; simulated time waits for it.
  const { shop } = await store.real(import('../../../simulator/shopper.ts'));
  const { LAYOUT } = await store.real(import('../../../simulator/layout.ts'));
  const [counterPlate, lanePlate] = LAYOUT.plates;
  const [receiptPrinter, labelPrinter] = LAYOUT.printers;
  let taps = 0;
  const key = () => `${shopper}-tap-${++taps}`;
  const lane = () => store.controller().lanes[0]!;
  const counter = () => store.controller().counters[0]!;
  return shop(plan, {
    world: store.world,
    wallets: store.wallets,
    clock: store.clock,
    screens: {
      lane: async () => lane().view(),
      tapLane: (tap: Tap) => lane().handle(tap as LaneCommand, key()),
      counter: async () => counter().view(),
      tapCounter: (tap: Tap) => counter().handle(tap as CounterCommand, key()),
    },
    lanePlate: lanePlate.plateId,
    counterPlate: counterPlate.plateId,
    scanner: LAYOUT.scanner.id,
    receiptPrinter: receiptPrinter.id,
    labelPrinter: labelPrinter.id,
  });
}

/** Runs simulated time until `work` is done; the outcome of the work. */
export async function during<T>(
  store: SimulatedStore,
  work: Promise<T>,
  limitMs: number,
): Promise<T> {
  let done = false;
  const finished = work.finally(() => {
    done = true;
  });
  finished.catch(() => undefined);
  if (!(await store.run(limitMs, () => done)))
    throw new Error(`nothing came of it in ${limitMs} simulated ms`);
  return finished;
}

/** Every device answers, so the doors can open. */
export const openDoors = (store: SimulatedStore) =>
  store.run(30_000, () => {
    const devices = store.controller().devices.all();
    return devices.every((device) => device.status().state === 'ok');
  });
