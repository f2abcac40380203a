/**
 * A shopper at a cabinet: pulls, takes, puts back, swaps, leans, lays a bag down, dawdles, leaves.
 * What they hold when the door is shut is the truth that nobody but the judge may know.
 */
import type { CabinetPiece, CabinetWorld } from './cabinet-world.ts';
import { between, pick, whole } from './random.ts';
import type { Clock, Random } from './runtime.ts';

export interface ShopperHabits {
  /** Put-backs that go to a slot that is not their own. */
  wrongSlot: number;
  /** Visits with something odd: a bag laid down, an elbow, a door left open. */
  odd: number;
}

export const HABITS: ShopperHabits = { wrongSlot: 0.1, odd: 0.02 };

export interface ShopperTruth {
  /** False where the door was never pulled. */
  opened: boolean;
  held: string[];
  putBacks: { sku: string; home: boolean; cell: string }[];
  /** What was odd, if anything. */
  odd?: 'lean' | 'bag-left' | 'bag-taken' | 'propped' | 'not-opened';
}

export interface ShopperParts {
  world: CabinetWorld;
  clock: Clock;
  random: Random;
  habits?: ShopperHabits;
}

type Hand = CabinetPiece[];

/** Shops; resolves with the truth once the door is shut again. The bolt must be free. */
export async function shopAtCabinet(parts: ShopperParts): Promise<ShopperTruth> {
  const { world, clock, random, habits = HABITS } = parts;
  const wait = (ms: number) => new Promise<void>((resolve) => clock.after(ms, resolve));
  const truth: ShopperTruth = { opened: true, held: [], putBacks: [] };
  const odd = random() < habits.odd ? pick(random, ODD) : undefined;
  if (odd) truth.odd = odd;
  if (odd === 'not-opened') return { ...truth, opened: false };
  await wait(between(random, 700, 3_000));
  world.pull();
  const hand: Hand = [];
  await wait(between(random, 800, 2_500));
  const acts = random() < 0.06 ? 0 : whole(random, 1, 5);
  for (let done = 0; done < acts; done += 1) {
    await oneAct(parts, hand, truth, habits);
    await wait(between(random, 1_400, 5_500));
  }
  if (odd) await oddAct(odd, parts, wait);
  world.shut();
  truth.held = hand.map(({ sku }) => sku).sort();
  return truth;
}

const ODD = ['lean', 'bag-left', 'bag-taken', 'propped', 'not-opened'] as const;

async function oneAct(
  { world, random, clock }: ShopperParts,
  hand: Hand,
  truth: ShopperTruth,
  habits: ShopperHabits,
): Promise<void> {
  if (hand.length > 0 && random() < 0.25) {
    const [piece] = hand.splice(whole(random, 0, hand.length - 1), 1);
    putBack(world, random, piece!, truth, habits);
    return;
  }
  const { sku } = pick(
    random,
    world.cells().flatMap(({ slots }) => slots),
  );
  const grasp = random() < 0.08 ? 2 : 1;
  for (let n = 0; n < grasp; n += 1) {
    const piece = world.take(sku);
    if (piece) hand.push(piece);
  }
  // The other hand is at another shelf at the very same moment.
  if (random() < 0.05) {
    await new Promise<void>((resolve) => clock.after(between(random, 0, 400), resolve));
    const other = world.take(
      pick(
        random,
        world.cells().flatMap(({ slots }) => slots),
      ).sku,
    );
    if (other) hand.push(other);
  }
}

function putBack(
  world: CabinetWorld,
  random: Random,
  piece: CabinetPiece,
  truth: ShopperTruth,
  habits: ShopperHabits,
): void {
  const cells = world.cells();
  const home = cells.find(
    ({ shelfId, slots }) =>
      shelfId === piece.shelfId && slots.some((s) => s.slotId === piece.slotId),
  )!;
  const others = cells.flatMap((cell) => cell.slots.map((slot) => ({ cell, slot })));
  const wrong = others.filter(({ slot }) => slot.sku !== piece.sku);
  const to = random() < habits.wrongSlot ? pick(random, wrong).cell : home;
  world.put(piece, to);
  truth.putBacks.push({
    sku: piece.sku,
    home: to === home,
    cell: `${to.shelfId}:${to.address}`,
  });
}

async function oddAct(
  odd: NonNullable<ShopperTruth['odd']>,
  { world, random }: ShopperParts,
  wait: (ms: number) => Promise<void>,
): Promise<void> {
  const { shelfId, address } = pick(random, world.cells());
  const grams = whole(random, 700, 3_000);
  if (odd === 'propped') await wait(75_000);
  else {
    world.lay(shelfId, address, grams);
    await wait(between(random, 2_500, 5_000));
    if (odd !== 'bag-left') world.lay(shelfId, address, -grams);
    await wait(2_500);
  }
}
