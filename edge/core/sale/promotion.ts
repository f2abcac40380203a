/**
 * What a basket costs after price rules: the best single price of each line (member, senior,
 * marked-down lot, a price that fell meanwhile), then multi-buys, then what is off the basket. No
 * line falls below its guard, and every fen of a discount stands in exactly one line.
 */
import type { CatalogueItem } from '../catalogue/catalogue.ts';
import type { SaleLine } from '../events.ts';
import type { MemberEventBodies, Membership } from '../member-events.ts';
import type { Text } from '../ports.ts';
import { amountForWeight } from '../weigh/amount.ts';

interface Named {
  id: string;
  name: Text;
  /** First and last local day, `2026-11-23`, both included; left out: from the start, for good. */
  fromDay?: string;
  toDay?: string;
}

/** A rule of the price book; `skus` narrows it to these articles, where it is there. */
export type Promotion = Named &
  (
    | { kind: 'multi-buy'; skus: string[]; pieces: number; payFen: number }
    | ({ kind: 'percent-off'; percentOff: number } & From)
    | ({ kind: 'amount-off'; offFen: number } & From)
  );

/** From how much on, of which articles, for whom. */
interface From {
  fromFen: number;
  skus?: string[];
  membersOnly?: boolean;
}

/** The store's local day, and whether the clock that says so can be believed. */
export interface PromotionDay {
  today: string;
  trusted: boolean;
}

/** Rules of that day. By a clock that cannot be believed, none that has days of its own. */
export function promotionsOn(
  promotions: readonly Promotion[],
  { today, trusted }: PromotionDay,
): Promotion[] {
  return promotions.filter(({ fromDay, toDay }) => {
    if (fromDay === undefined && toDay === undefined) return true;
    return trusted && (fromDay ?? today) <= today && today <= (toDay ?? today);
  });
}

export interface Pricing {
  lines: readonly SaleLine[];
  promotions: readonly Promotion[];
  member?: Membership;
  /** The article as the basket's own price book has it. */
  itemOf(sku: string): CatalogueItem | undefined;
  /** The article now, where a price that fell meanwhile counts for the shopper. */
  newestOf?(sku: string): CatalogueItem | undefined;
  /** Percent off the line's lot, 0 where it is not marked down. */
  percentOffLot?(line: SaleLine): number;
}

export type Discount = MemberEventBodies['BasketRepriced']['discounts'][number];

/** One line on its way to its price. */
interface Priced {
  line: SaleLine;
  netFen: number;
  floorFen: number;
}

const NAMES = {
  member: { zh: '会员价', en: 'Member price' },
  senior: { zh: '长者价', en: 'Senior price' },
  'price-fell': { zh: '已降价', en: 'Price came down' },
  markdown: { zh: '临期降价', en: 'Marked down' },
} as const satisfies Record<string, Text>;

/** What the line costs with nothing off. */
export const grossFen = ({ amountFen, discounts = [] }: SaleLine): number =>
  discounts.reduce((sum, each) => sum + each.amountFen, amountFen);

/** Every discount of the basket, in the order it was given; the same basket gives the same ones. */
export function priceBasket(pricing: Pricing): Discount[] {
  const priced = pricing.lines.map((line): Priced => {
    const netFen = grossFen(line);
    const guardFen = pricing.itemOf(line.sku)?.minimumPriceFen ?? 0;
    return { line, netFen, floorFen: Math.min(netFen, amountAt(line, guardFen)) };
  });
  const discounts = priced.flatMap((each) => bestPrice(each, pricing));
  for (const promotion of pricing.promotions) {
    if ('membersOnly' in promotion && promotion.membersOnly && !pricing.member) continue;
    discounts.push(...promoted(promotion, priced));
  }
  return discounts;
}

/** What this much of the article costs at another unit price. */
function amountAt({ quantity, weighing, priceBasis }: SaleLine, unitPriceFen: number): number {
  if (!weighing || priceBasis === 'each') return quantity * unitPriceFen;
  return amountForWeight(weighing.netGrams, unitPriceFen, priceBasis);
}

/** The lowest of the prices this shopper may have; one rule a line, never two on top. */
function bestPrice(priced: Priced, pricing: Pricing): Discount[] {
  const { line } = priced;
  const item = pricing.itemOf(line.sku);
  const newest = pricing.newestOf?.(line.sku);
  const percent = pricing.percentOffLot?.(line) ?? 0;
  const prices: [keyof typeof NAMES, number | undefined][] = [
    ['member', pricing.member && item?.memberPriceFen],
    ['senior', pricing.member?.senior ? item?.seniorPriceFen : undefined],
    ['price-fell', newest?.priceBasis === line.priceBasis ? newest.unitPriceFen : undefined],
  ];
  const amounts: [keyof typeof NAMES, number][] = prices.flatMap(([name, unitPriceFen]) =>
    unitPriceFen === undefined ? [] : [[name, amountAt(line, unitPriceFen)]],
  );
  if (percent > 0) amounts.push(['markdown', priced.netFen - percentOf(priced.netFen, percent)]);
  const best = amounts.reduce<[keyof typeof NAMES, number] | undefined>(
    (least, each) => (least && least[1] <= each[1] ? least : each),
    undefined,
  );
  const offFen = best ? priced.netFen - Math.max(best[1], priced.floorFen) : 0;
  if (!best || offFen <= 0) return [];
  priced.netFen -= offFen;
  const [promotionId] = best;
  return [{ lineId: line.lineId, promotionId, name: NAMES[promotionId], amountFen: offFen }];
}

/** Whole percent of an amount, halves up; exact for every safe amount. */
function percentOf(amountFen: number, percent: number): number {
  return Number((BigInt(amountFen) * BigInt(percent) * 2n + 100n) / 200n);
}

function promoted(promotion: Promotion, priced: readonly Priced[]): Discount[] {
  if (promotion.kind === 'multi-buy') {
    const group = priced.filter(
      ({ line }) => line.how === 'each' && promotion.skus.includes(line.sku),
    );
    return shared(promotion, group, multiBuyFen(promotion, group));
  }
  const { skus } = promotion;
  const group = skus ? priced.filter(({ line }) => skus.includes(line.sku)) : priced;
  const totalFen = group.reduce((sum, { netFen }) => sum + netFen, 0);
  if (totalFen < promotion.fromFen) return [];
  const offFen =
    promotion.kind === 'amount-off' ? promotion.offFen : percentOf(totalFen, promotion.percentOff);
  return shared(promotion, group, offFen);
}

/** Whole groups only, of the dearest pieces: what the shopper would have chosen. */
function multiBuyFen(
  { pieces, payFen }: { pieces: number; payFen: number },
  group: readonly Priced[],
): number {
  const each = group
    .flatMap(({ netFen, line }) =>
      Array<number>(line.quantity).fill(Math.floor(netFen / line.quantity)),
    )
    .sort((one, other) => other - one);
  const groups = Math.floor(each.length / pieces);
  const fullFen = each.slice(0, groups * pieces).reduce((sum, fen) => sum + fen, 0);
  return Math.max(0, fullFen - groups * payFen);
}

/**
 * Spreads `offFen` over lines by the room each has above its guard: rounded running totals, so that
 * the shares add up to the whole and none exceeds its room.
 */
function shared({ id, name }: Named, lines: readonly Priced[], offFen: number): Discount[] {
  const room = lines.map(({ netFen, floorFen }) => BigInt(netFen - floorFen));
  const all = room.reduce((sum, each) => sum + each, 0n);
  const off = BigInt(Math.min(offFen, Number(all)));
  if (off <= 0n) return [];
  const upTo = (part: bigint) => Number((off * part * 2n + all) / (2n * all));
  let before = 0n;
  return lines.flatMap((priced, at) => {
    const after = before + (room[at] ?? 0n);
    const amountFen = upTo(after) - upTo(before);
    before = after;
    if (amountFen === 0) return [];
    priced.netFen -= amountFen;
    return [{ lineId: priced.line.lineId, promotionId: id, name, amountFen }];
  });
}

/** The lines with these discounts and no others; amounts are what is left. */
export function discounted(lines: readonly SaleLine[], discounts: readonly Discount[]): SaleLine[] {
  return lines.map((line) => {
    const { discounts: _, ...bare } = line;
    const own = discounts.filter(({ lineId }) => lineId === line.lineId);
    const offFen = own.reduce((sum, each) => sum + each.amountFen, 0);
    const amountFen = grossFen(line) - offFen;
    if (own.length === 0) return { ...bare, amountFen };
    return { ...bare, amountFen, discounts: own.map(({ lineId: __, ...rest }) => rest) };
  });
}

/** Whether the lines carry exactly these discounts already. */
export function isPriced(lines: readonly SaleLine[], discounts: readonly Discount[]): boolean {
  const now = discounted(lines, discounts);
  return lines.every((line, at) => {
    const [one, other] = [line.discounts ?? [], now[at]?.discounts ?? []];
    return (
      one.length === other.length &&
      one.every(
        ({ promotionId, amountFen }, n) =>
          promotionId === other[n]?.promotionId && amountFen === other[n]?.amountFen,
      )
    );
  });
}
