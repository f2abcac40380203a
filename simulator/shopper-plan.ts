/** What shoppers set out to do: seeded, and plain data, so that a day in the shop replays. */
import type { Good } from './goods.ts';
import { pick, whole } from './random.ts';
import type { Random } from './runtime.ts';
import type { Channel } from './twins/acquirer-behaviours.ts';

/** How one good gets into the basket. */
export type ShoppingStep =
  /** A package, scanned so many times. */
  | { how: 'scan'; sku: string; gtin: string; times: number }
  /** Produce, weighed at the lane itself. */
  | { how: 'weigh'; sku: string; pieces: number }
  /** Produce, weighed and labelled at the counter; the label is scanned at the lane. */
  | { how: 'label'; sku: string; pieces: number };

export interface ShoppingPlan {
  steps: ShoppingStep[];
  /** Phones held up one after the other, until one of them pays. */
  payments: { channel: Channel; behaviour: string }[];
  takesReceipt: boolean;
  /** A person's time between two acts. */
  pauseMs: number;
}

export interface ShoppingHabits {
  /** Steps in a basket. */
  mostSteps: number;
  /** Share of produce among the steps. */
  produceShare: number;
  /** Share of produce that goes over the counter instead of the lane's own scale. */
  labelShare: number;
  /** Share of shoppers whose first payment goes wrong in some way. */
  troubleShare: number;
  /** Goods that nobody here sets out to buy, by sku (restricted, or not on sale). */
  avoid: ReadonlySet<string>;
}

export const USUAL_HABITS: ShoppingHabits = {
  mostSteps: 6,
  produceShare: 0.5,
  labelShare: 0.3,
  troubleShare: 0.15,
  avoid: new Set(),
};

/** First payments that fail or take long, as they do in a shop. */
const TROUBLES = ['password', 'no-money', 'code-expired', 'system-error-paid', 'timeout-paid'];
const MOST_TIMES = 3;
const MOST_PIECES = 4;
const PAUSE_FROM_MS = 400;
const PAUSE_TO_MS = 2500;

function planStep(random: Random, goods: Good[], habits: ShoppingHabits): ShoppingStep {
  const loose = goods.filter((good) => good.kind === 'loose');
  const packaged = goods.filter((good) => good.gtin !== undefined && good.kind === 'packaged');
  const wantsProduce = random() < habits.produceShare || packaged.length === 0;
  if (!wantsProduce || loose.length === 0) {
    const { sku, gtin = '' } = pick(random, packaged);
    return { how: 'scan', sku, gtin, times: whole(random, 1, MOST_TIMES) };
  }
  const how = random() < habits.labelShare ? 'label' : 'weigh';
  return { how, sku: pick(random, loose).sku, pieces: whole(random, 1, MOST_PIECES) };
}

/** One shopper's plan. The same random numbers make the same shopper. */
export function planShopping(
  random: Random,
  allGoods: Good[],
  habits: ShoppingHabits = USUAL_HABITS,
): ShoppingPlan {
  const goods = allGoods.filter((good) => !habits.avoid.has(good.sku));
  const count = whole(random, 1, habits.mostSteps);
  const steps = Array.from({ length: count }, () => planStep(random, goods, habits));
  const channel = pick<Channel>(random, ['wechat', 'alipay']);
  const trouble = random() < habits.troubleShare ? [pick(random, TROUBLES)] : [];
  const payments = [...trouble, 'pays'].map((behaviour) => ({ channel, behaviour }));
  const takesReceipt = random() < 0.8;
  return { steps, payments, takesReceipt, pauseMs: whole(random, PAUSE_FROM_MS, PAUSE_TO_MS) };
}
