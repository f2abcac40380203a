/** What to order for every article of every cabinet, and why, in words. */

import type { Text } from '../ports.ts';
import { grouped } from '../sale/grouped.ts';
import type { DemandHour } from '../stock/demand.ts';
import { type PlacedSlot, slotsOf } from '../stock/planogram.ts';
import type { StockState } from '../stock/stock.ts';
import { STORE_ROOM } from '../stock/stock.ts';
import { placeAt } from '../stock/stock-places.ts';
import { expectedDays, type Forecast, forecast, pooledUplifts, type Uplifts } from './forecast.ts';
import { historyOf, type PromotedDays } from './history.ts';
import { type AgedPieces, adviseOrder, type OrderAdvice } from './order.ts';

/** How an article is bought; from the price book, with these for what it leaves out. */
export interface BuyingTerms {
  packSize: number;
  leadDays: number;
  reviewDays: number;
  /** Days of sale from delivery; left out for goods that keep. */
  shelfDays?: number;
  serviceLevel: number;
  wasteWeight: number;
}

/**
 * An order every day, there two days later. `serviceLevel` was chosen by hand. `wasteWeight` loses
 * least, hours out of stock plus goods thrown away, of a grid on ten simulated streets (seeds 9001
 * to 9010) by which nothing is judged.
 */
export const USUAL_TERMS: BuyingTerms = {
  packSize: 6,
  leadDays: 2,
  reviewDays: 1,
  serviceLevel: 0.995,
  wasteWeight: 0.65,
};

export const HISTORY_DAYS = 120;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

export interface ReplenishFacts {
  state: StockState;
  /** Hours of the last `HISTORY_DAYS`. */
  demand: readonly DemandHour[];
  wallMs: number;
  offsetHours: number;
  terms(sku: string): BuyingTerms;
  promoted(sku: string): PromotedDays;
}

export interface Proposal extends OrderAdvice {
  cabinetId: string;
  sku: string;
  packSize: number;
  leadDays: number;
  /** Pieces in the cabinet's slots, and on their way or in the store room for it. */
  onHand: number;
  onOrder: number;
  capacity: number;
  /** Pieces a day from tomorrow on. */
  perDay: number;
  shortDays: number;
  /** Why nothing is ordered although it might be: one order is open already. */
  openOrderId?: string;
  reason: Text;
}

/** Hours of an article's slots that lie in whole days before today. */
const firstDayOf = (hours: readonly DemandHour[], offsetHours: number): number | undefined =>
  hours.length === 0
    ? undefined
    : Math.floor((Math.min(...hours.map(({ hour }) => hour)) + offsetHours) / 24);

interface Article {
  sku: string;
  cabinetId: string;
  slots: PlacedSlot[];
}

function articlesOf(state: StockState): Article[] {
  return [...state.planograms.values()].flatMap((planogram) => {
    const bySku = grouped(slotsOf(planogram), ({ sku }) => sku);
    return [...bySku].map(([sku, slots]) => ({ sku, cabinetId: planogram.cabinetId, slots }));
  });
}

export function forecastFor(
  { sku, slots }: Pick<Article, 'sku' | 'slots'>,
  facts: ReplenishFacts,
  uplifts?: Uplifts,
): Forecast {
  const { demand, wallMs, offsetHours, promoted } = facts;
  const here = new Set(slots.map(({ location }) => location));
  const hours = demand.filter((hour) => hour.sku === sku && here.has(hour.location));
  const today = Math.floor((wallMs / HOUR_MS + offsetHours) / 24);
  const fromDay = firstDayOf(hours, offsetHours) ?? today;
  const span = { fromDay, toDay: today - 1, offsetHours, promoted: promoted(sku) };
  return forecast(historyOf([...hours, ...stillEmpty(slots, facts)], slots.length, span), uplifts);
}

/** Slots that stand empty now have not told the ledger for how long. */
function stillEmpty(slots: readonly PlacedSlot[], { state, wallMs }: ReplenishFacts): DemandHour[] {
  return slots.flatMap(({ location, sku }) => {
    const since = placeAt(state, location, sku).emptySinceWallMs;
    if (since === undefined) return [];
    const first = Math.floor(Math.max(since, wallMs - 30 * DAY_MS) / HOUR_MS);
    const count = Math.max(0, Math.floor(wallMs / HOUR_MS) - first);
    return Array.from({ length: count }, (_, at) => {
      return { location, sku, hour: first + at, sold: 0, emptyMs: HOUR_MS };
    });
  });
}

/** Whole days that are left to a date after today. */
const daysLeft = (expiresWallMs: number | undefined, wallMs: number): number =>
  expiresWallMs === undefined
    ? Number.MAX_SAFE_INTEGER
    : Math.max(0, Math.floor((expiresWallMs - wallMs) / DAY_MS));

function agedPieces(article: Article, { state, wallMs }: ReplenishFacts): AgedPieces[] {
  const places = article.slots.map(({ location }) => placeAt(state, location, article.sku));
  return places.flatMap(({ pieces, lots }) => {
    const dated = lots.map((lot) => ({
      pieces: lot.pieces,
      daysLeft: daysLeft(lot.expiresWallMs, wallMs),
    }));
    const loose = pieces - dated.reduce((sum, lot) => sum + lot.pieces, 0);
    return loose > 0 ? [...dated, { pieces: loose, daysLeft: Number.MAX_SAFE_INTEGER }] : dated;
  });
}

/** What waits in the store room is shared between the cabinets that have the article. */
function waiting(article: Article, state: StockState, sharers: number): number {
  return Math.floor(Math.max(0, placeAt(state, STORE_ROOM, article.sku).pieces) / sharers);
}

/**
 * Proposals for every article of every planogram, the most urgent first. The same facts give the
 * same proposals; none is below zero or more than its cabinet has room for, and none is made for
 * an article that already has an open order there.
 */
export function propose(facts: ReplenishFacts): Proposal[] {
  const articles = articlesOf(facts.state);
  const sharers = grouped(articles, ({ sku }) => sku);
  const uplifts = upliftsOf(articles, facts);
  return articles
    .map((article) => proposalFor(article, facts, sharers.get(article.sku)?.length ?? 1, uplifts))
    .sort((one, other) => coverOf(one) - coverOf(other) || (one.sku < other.sku ? -1 : 1));
}

/** What promotions did to the articles that had some; a new article is expected to do the same. */
function upliftsOf(articles: readonly Article[], facts: ReplenishFacts): Uplifts | undefined {
  const promoted = articles.filter(({ sku }) => facts.promoted(sku).size > 0);
  if (promoted.length === 0) return undefined;
  return pooledUplifts(promoted.map((article) => forecastFor(article, facts)));
}

/** Days that what is there will last. */
export const coverOf = ({ usable, perDay }: Pick<Proposal, 'usable' | 'perDay'>): number =>
  perDay > 0 ? usable / perDay : Number.MAX_SAFE_INTEGER;

function proposalFor(
  article: Article,
  facts: ReplenishFacts,
  sharers: number,
  uplifts: Uplifts | undefined,
): Proposal {
  const { sku, cabinetId, slots } = article;
  const { state, wallMs, offsetHours } = facts;
  const terms = facts.terms(sku);
  const known = forecastFor(article, facts, uplifts);
  const today = Math.floor((wallMs / HOUR_MS + offsetHours) / 24);
  const reach = terms.leadDays + Math.max(terms.reviewDays, Math.min(60, terms.shelfDays ?? 1));
  const expected = expectedDays(known, today - 1, today + 1, reach, facts.promoted(sku));
  const onHand = agedPieces(article, facts).filter((each) => each.pieces > 0 && each.daysLeft > 0);
  const open = [...state.orders.values()].find(
    (order) => order.cabinetId === cabinetId && order.sku === sku,
  );
  const onOrder = (open?.pieces ?? 0) + waiting(article, state, sharers);
  const capacity = slots.reduce((sum, slot) => sum + slot.capacity, 0);
  const { dispersion, doubt, shortDays } = known;
  const advice = adviseOrder(
    { ...terms, capacity },
    { expected, dispersion, doubt, onHand, onOrder },
  );
  const wanted = open ? { ...advice, packs: 0, pieces: 0 } : advice;
  const facing = {
    cabinetId,
    sku,
    packSize: terms.packSize,
    leadDays: terms.leadDays,
    onHand: slots.reduce((sum, { location }) => sum + placeAt(state, location, sku).pieces, 0),
    onOrder,
    capacity,
    perDay: expected[0] ?? 0,
    shortDays,
    ...(open && { openOrderId: open.orderId }),
  };
  return { ...wanted, ...facing, reason: reasonOf({ ...wanted, ...facing }) };
}

const LIMITS = {
  enough: { zh: '', en: '' },
  capacity: { zh: '；受货道容量限制', en: '; as much as fits' },
  'shelf-life': { zh: '；再多会过期', en: '; more would go past its date' },
} as const;

const round = (pieces: number): string => pieces.toFixed(pieces < 10 ? 1 : 0);

/** One sentence: what is there, what will sell until when, what that makes. */
function reasonOf(facts: Omit<Proposal, 'reason'>): Text {
  const { onHand, onOrder, expectedPieces, coverDays, packs, packSize, shortDays } = facts;
  const sells = round(expectedPieces);
  const limit = LIMITS[facts.limitedBy];
  const short = shortDays > 0;
  const zh = [
    `现有 ${onHand} 件${onOrder > 0 ? `，另有 ${onOrder} 件待上架` : ''}`,
    `到货前后 ${coverDays} 天预计卖 ${sells} 件${short ? `（已补算 ${shortDays} 天缺货）` : ''}`,
    facts.openOrderId ? '已有订单在途' : packs > 0 ? `订 ${packs} 箱 × ${packSize} 件` : '不用订',
  ].join('；');
  const en = [
    `${onHand} there${onOrder > 0 ? `, ${onOrder} more on the way` : ''}`,
    `about ${sells} will sell in ${coverDays} day(s)${short ? ` (${shortDays} day(s) out of stock allowed for)` : ''}`,
    facts.openOrderId
      ? 'an order is open'
      : packs > 0
        ? `order ${packs} × ${packSize}`
        : 'nothing to order',
  ].join('; ');
  return { zh: zh + limit.zh, en: en + limit.en };
}
