/**
 * A shopper: does with two hands what the plan says, and reads the screens as anybody would.
 * Nothing is known here that cannot be seen from in front of the machines.
 */
import type { Words } from './errors.ts';
import type { Clock } from './runtime.ts';
import type { ShoppingPlan, ShoppingStep } from './shopper-plan.ts';
import type { Wallets } from './wallets.ts';
import type { World } from './world.ts';

/** The part of a weighing screen that a shopper looks at. */
export interface WeighSeen {
  weight: { kind: string; grams?: number };
  tiles: { sku: string; amountFen?: number }[];
}

/** The part of a lane's screen that a shopper looks at. */
export interface LaneSeen {
  screen: string;
  sale?: { count: number; totalFen: number };
  weigh?: WeighSeen;
  done?: { receiptNo: string; totalFen: number; receipt: string };
}

/** The part of a counter's screen that a shopper looks at. */
export interface CounterSeen {
  screen: string;
  weigh: WeighSeen;
  label?: { printed?: boolean };
}

/** A touch on a screen. */
export type Tap =
  | { kind: 'start' | 'find' | 'back' | 'pay' | 'cancel-payment' | 'finish' | 'discard' | 'print' }
  | { kind: 'choose'; sku: string; by: 'tile' | 'list' };

export type Tapped = { ok: true } | { ok: false; refusal: { code: string; message: Words } };

/** The store's screens, however they are reached. */
export interface Screens {
  lane(): Promise<LaneSeen>;
  tapLane(tap: Tap): Promise<Tapped>;
  counter(): Promise<CounterSeen>;
  tapCounter(tap: Tap): Promise<Tapped>;
}

/** What the shopper has to do with; plates and devices by their ids in the world. */
export interface ShoppingPlace {
  world: World;
  wallets: Wallets;
  screens: Screens;
  clock: Clock;
  lanePlate: string;
  counterPlate: string;
  scanner: string;
  receiptPrinter: string;
  labelPrinter: string;
}

export type ShoppingOutcome =
  | { kind: 'paid'; totalFen: number; receiptNo: string; receipt: string; payments: number }
  /** Gave up: where, and the last words on the screen. */
  | { kind: 'left'; step: string; why: string };

/** A shopper waits this long for a machine before giving up. */
const PATIENCE_MS = 20_000;
/** And this long for a payment, which may need asking and reversing. */
const PAYMENT_PATIENCE_MS = 180_000;
const GLANCE_MS = 200;
/** The plate swings out before a person lays the next goods down. */
const SWING_MS = 1_200;

/** Thrown by a step that did not work out; caught by `shop`, which leaves the shop. */
class GaveUp extends Error {}

const sleep = (clock: Clock, ms: number) =>
  new Promise<void>((resolve) => void clock.after(ms, resolve));

/** Looks again and again until what is seen is right; gives up after a person's patience. */
async function watch<T>(
  { clock }: ShoppingPlace,
  look: () => Promise<T>,
  right: (seen: T) => boolean,
  what: string,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  const untilMs = clock.monoMs() + patienceMs;
  for (;;) {
    const seen = await look();
    if (right(seen)) return seen;
    if (clock.monoMs() >= untilMs) throw new GaveUp(`waited in vain for ${what}`);
    await sleep(clock, GLANCE_MS);
  }
}

function must(tapped: Tapped): void {
  if (!tapped.ok) throw new GaveUp(`${tapped.refusal.code}: ${tapped.refusal.message.zh}`);
}

/** A hand's act that the world itself refuses is a mistake in the plan. */
function act(acted: { ok: boolean; refusal?: { code: string; detail: string } }): void {
  if (!acted.ok) throw new Error(`${acted.refusal?.code}: ${acted.refusal?.detail}`);
}

const steady = (weigh?: WeighSeen) => weigh?.weight.kind === 'stable';

/** Taps the good's picture where it is shown, else finds it in the list. */
function choice(weigh: WeighSeen | undefined, sku: string): Tap {
  const shown = weigh?.tiles.some((tile) => tile.sku === sku) ?? false;
  return { kind: 'choose', sku, by: shown ? 'tile' : 'list' };
}

async function count({ screens }: ShoppingPlace): Promise<number> {
  return (await screens.lane()).sale?.count ?? 0;
}

/** The basket must grow: anything else on the screen is a reason to stop. */
async function grown(place: ShoppingPlace, before: number): Promise<void> {
  const look = place.screens.lane;
  await watch(place, look, ({ sale }) => (sale?.count ?? 0) > before, 'the basket to grow');
}

async function scanStep(place: ShoppingPlace, gtin: string, times: number, pauseMs: number) {
  for (let i = 0; i < times; i++) {
    const before = await count(place);
    act(place.world.scan(place.scanner, gtin));
    await grown(place, before);
    await sleep(place.clock, pauseMs);
  }
}

async function weighStep(place: ShoppingPlace, sku: string, pieces: number) {
  const { world, screens, lanePlate } = place;
  const before = await count(place);
  must(await screens.tapLane({ kind: 'find' }));
  act(world.place(lanePlate, sku, pieces));
  const seen = await watch(place, screens.lane, ({ weigh }) => steady(weigh), 'a steady weight');
  must(await screens.tapLane(choice(seen.weigh, sku)));
  await grown(place, before);
  act(world.take(lanePlate, 'all'));
  await watch(place, screens.lane, ({ weigh }) => !steady(weigh), 'an empty plate');
  await sleep(place.clock, SWING_MS);
}

/** The newest paper that hangs from a printer, torn off. */
function tear({ world }: ShoppingPlace, printerId: string): string[] {
  const torn = world.tearReceipt(printerId);
  const last = torn.ok ? torn.value.at(-1) : undefined;
  return world.receipts().find((receipt) => receipt.n === last)?.codes ?? [];
}

async function labelStep(place: ShoppingPlace, sku: string, pieces: number) {
  const { world, screens, counterPlate, labelPrinter, scanner } = place;
  act(world.place(counterPlate, sku, pieces));
  const seen = await watch(place, screens.counter, ({ weigh }) => steady(weigh), 'a steady weight');
  must(await screens.tapCounter(choice(seen.weigh, sku)));
  must(await screens.tapCounter({ kind: 'print' }));
  await watch(place, screens.counter, ({ label }) => label?.printed === true, 'a label');
  const codes = tear(place, labelPrinter);
  act(world.take(counterPlate, 'all'));
  const before = await count(place);
  const code = codes.find((text) => text.startsWith('01')) ?? codes[0];
  if (code === undefined) throw new GaveUp('the label has no code');
  act(world.scan(scanner, code));
  await grown(place, before);
}

async function doStep(place: ShoppingPlace, step: ShoppingStep, pauseMs: number): Promise<void> {
  if (step.how === 'scan') await scanStep(place, step.gtin, step.times, pauseMs);
  else if (step.how === 'weigh') await weighStep(place, step.sku, step.pieces);
  else await labelStep(place, step.sku, step.pieces);
}

/** Holds up one phone; answers what the screen came to. */
async function payOnce(place: ShoppingPlace, payment: ShoppingPlan['payments'][number]) {
  const { world, wallets, screens, scanner } = place;
  const shows = (await screens.lane()).screen;
  if (shows === 'done') return shows;
  if (shows !== 'pay') must(await screens.tapLane({ kind: 'pay' }));
  await watch(place, screens.lane, ({ screen }) => screen === 'pay', 'the pay screen');
  act(world.scan(scanner, wallets.codeOf(payment.channel, payment.behaviour)));
  await watch(place, screens.lane, ({ screen }) => screen !== 'pay', 'an answer', 2_000).catch(
    (error: unknown) => {
      if (!(error instanceof GaveUp)) throw error; // refused at once: the screen stays as it was
    },
  );
  const settled = ({ screen }: LaneSeen) => screen !== 'paying' && screen !== 'unknown';
  return (await watch(place, screens.lane, settled, 'the payment', PAYMENT_PATIENCE_MS)).screen;
}

async function payAndGo(place: ShoppingPlace, plan: ShoppingPlan): Promise<ShoppingOutcome> {
  const { screens } = place;
  let payments = 0;
  for (const payment of plan.payments) {
    payments += 1;
    if ((await payOnce(place, payment)) === 'done') break;
  }
  const printed = ({ done }: LaneSeen) => done !== undefined && done.receipt !== 'printing';
  const { done } = await watch(place, screens.lane, printed, 'the receipt');
  if (plan.takesReceipt) tear(place, place.receiptPrinter);
  must(await screens.tapLane({ kind: 'finish' }));
  const { totalFen = 0, receiptNo = '', receipt = '' } = done ?? {};
  return { kind: 'paid', totalFen, receiptNo, receipt, payments };
}

/** Leaves things as a decent person would: plates empty, basket dropped, payment cancelled. */
async function walkOut({ world, screens, lanePlate, counterPlate }: ShoppingPlace) {
  for (const plate of [lanePlate, counterPlate]) world.take(plate, 'all');
  for (const kind of ['cancel-payment', 'back', 'discard'] as const)
    await screens.tapLane({ kind });
  await screens.tapCounter({ kind: 'back' });
}

/**
 * Goes shopping. Resolves with what came of it; rejects only where the plan or the wiring is
 * wrong, never because a machine did not do what the shopper hoped for.
 */
export async function shop(plan: ShoppingPlan, place: ShoppingPlace): Promise<ShoppingOutcome> {
  let at = 'start';
  try {
    must(await place.screens.tapLane({ kind: 'start' }));
    for (const step of plan.steps) {
      at = `${step.how} ${step.sku}`;
      await doStep(place, step, plan.pauseMs);
      await sleep(place.clock, plan.pauseMs);
    }
    at = 'pay';
    return await payAndGo(place, plan);
  } catch (error) {
    if (!(error instanceof GaveUp)) throw error;
    await walkOut(place);
    return { kind: 'left', step: at, why: error.message };
  }
}
