/**
 * A cabinet's days in a real ledger, in simulated time: deliveries are received with their dates,
 * carried in by guided refills, sold hour by hour, thrown away past their date, and ordered by
 * the product's own proposals. Nothing is written but what the commands decide.
 */
import type { DomainEvent } from '../../core/events.ts';
import type { PromotedDays } from '../../core/replenish/history.ts';
import { pickList, refillLines } from '../../core/replenish/pick-list.ts';
import { type BuyingTerms, HISTORY_DAYS, propose } from '../../core/replenish/propose.ts';
import { type Planogram, slotsOf } from '../../core/stock/planogram.ts';
import { decideStock, type StockCommand } from '../../core/stock/stock-decide.ts';
import { placeAt } from '../../core/stock/stock-places.ts';
import { expiring } from '../../core/stock/stock-rules.ts';
import type { Ledger } from '../../ledger/contract.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const OPENS = 6;
const CLOSES = 23;

export interface CabinetDays {
  ledger: Ledger;
  clock: { wallMs(): number; advance(ms: number): void };
  /** Whole hours that the store is ahead of UTC; the clock stands at a local midnight. */
  offsetHours: number;
  planogram: Planogram;
  terms(sku: string): BuyingTerms;
  /** Pieces wanted of an article by day and hour. */
  wanted(sku: string, day: number, hour: number): number;
  promoted(sku: string): PromotedDays;
  days: number;
  /** Also takes in the delivery of the day after, and leaves it in the store room. */
  endsInTheMorning?: boolean;
  acknowledged(key: string): void;
}

export interface CabinetFigures {
  sold: number;
  orders: number;
}

/** Runs the days; throws where a command that must be possible is refused. */
export function liveCabinetDays(facts: CabinetDays): CabinetFigures {
  const { clock, planogram } = facts;
  const figures = { sold: 0, orders: 0 };
  act(facts, { kind: 'publish-planogram', planogram, basedOn: 0 });
  for (const sku of new Set(slotsOf(planogram).map((slot) => slot.sku))) openingStock(facts, sku);
  for (let day = 0; day < facts.days; day += 1) {
    clock.advance(5 * HOUR_MS);
    receive(facts, day);
    refill(facts, day);
    clock.advance((OPENS - 5) * HOUR_MS);
    for (let hour = OPENS; hour < CLOSES; hour += 1) {
      figures.sold += sellHour(facts, day, hour);
      clock.advance(HOUR_MS);
    }
    discard(facts);
    figures.orders += order(facts, day);
    clock.advance(DAY_MS - CLOSES * HOUR_MS);
  }
  if (facts.endsInTheMorning) {
    clock.advance(5 * HOUR_MS);
    receive(facts, facts.days);
  }
  return figures;
}

function act({ ledger, acknowledged }: CabinetDays, command: StockCommand): void {
  const decision = decideStock(ledger.stockState(), command);
  if (!decision.ok) throw new Error(`${command.kind}: ${decision.refusal.code}`);
  if (decision.value.length === 0) return;
  const { headSeq } = ledger.append({ source: 'store', events: decision.value });
  acknowledged(`${command.kind}:${headSeq}`);
}

/** Midnight after the last day of sale. */
function expiry(facts: CabinetDays, sku: string): { expiresWallMs?: number } {
  const { shelfDays } = facts.terms(sku);
  if (shelfDays === undefined) return {};
  const { wallMs } = { wallMs: facts.clock.wallMs() };
  const offset = facts.offsetHours * HOUR_MS;
  const midnight = Math.floor((wallMs + offset) / DAY_MS) * DAY_MS - offset;
  return { expiresWallMs: midnight + shelfDays * DAY_MS };
}

function deliver(facts: CabinetDays, sku: string, lotId: string, pieces: number, orderId?: string) {
  const dates = expiry(facts, sku);
  act(facts, {
    kind: 'receive',
    lot: {
      lotId,
      sku,
      supplierLot: lotId.toUpperCase(),
      receivedWallMs: facts.clock.wallMs(),
      ...dates,
    },
    pieces,
    grams: 0,
    dated: dates.expiresWallMs !== undefined,
    ...(orderId !== undefined && { orderId }),
  });
}

function openingStock(facts: CabinetDays, sku: string): void {
  const slots = slotsOf(facts.planogram).filter((slot) => slot.sku === sku);
  deliver(
    facts,
    sku,
    `lot-${sku}-0`,
    slots.reduce((sum, slot) => sum + slot.par, 0),
  );
}

/** Every order whose day has come. */
function receive(facts: CabinetDays, day: number): void {
  const now = facts.clock.wallMs();
  for (const order of [...facts.ledger.stockState().orders.values()]) {
    const waitedDays = Math.ceil((now - order.orderedWallMs) / DAY_MS);
    if (waitedDays < facts.terms(order.sku).leadDays) continue;
    deliver(facts, order.sku, `lot-${order.sku}-${day + 1}`, order.pieces, order.orderId);
  }
}

const trusted = (wallMs: number) => ({ wallMs, today: '', trusted: true });

/** By the pick list, slot by slot; the count agrees with the books. */
function refill(facts: CabinetDays, day: number): void {
  const { ledger, clock } = facts;
  const lines = refillLines(pickList(ledger.stockState(), trusted(clock.wallMs())));
  if (lines.length === 0) return;
  const refillId = `refill-${facts.planogram.cabinetId}-${day}`;
  act(facts, { kind: 'start-refill', refillId, by: '小林', lines });
  for (const { location, sku, wantedPieces } of lines) {
    const foundPieces = placeAt(ledger.stockState(), location, sku).pieces;
    const counted = { foundPieces, addedPieces: wantedPieces, countedBy: 'weight' as const };
    act(facts, { kind: 'count-slot', refillId, location, ...counted });
  }
  act(facts, { kind: 'end-refill', refillId, reason: '' });
}

/** One hour's sales of every article, from its fullest slot first. */
function sellHour(facts: CabinetDays, day: number, hour: number): number {
  const { ledger, planogram, wanted } = facts;
  const left = new Map<string, number>();
  const events: DomainEvent[] = [];
  for (const { sku, location } of slotsOf(planogram)) {
    const asked = left.get(sku) ?? wanted(sku, day, hour);
    const taken = Math.min(asked, Math.max(0, placeAt(ledger.stockState(), location, sku).pieces));
    left.set(sku, asked - taken);
    if (taken === 0) continue;
    const move = { sku, location, pieces: -taken, grams: 0 };
    events.push({ type: 'StockMoved', body: { cause: 'sale', move } });
  }
  if (events.length > 0) ledger.append({ source: planogram.cabinetId, events });
  return events.reduce(
    (sum, event) => sum - (event.type === 'StockMoved' ? event.body.move.pieces : 0),
    0,
  );
}

/** What would be past its date tomorrow leaves the cabinet and the store room tonight. */
function discard(facts: CabinetDays): void {
  const { ledger, clock } = facts;
  const tonight = clock.wallMs() + 2 * HOUR_MS;
  for (const { location, sku, lotId, pieces } of expiring(ledger.stockState(), tonight, 0))
    act(facts, {
      kind: 'lose',
      cause: 'waste',
      reason: 'expired',
      location,
      sku,
      lotId,
      pieces,
      grams: 0,
    });
}

function order(facts: CabinetDays, day: number): number {
  const { ledger, clock, offsetHours, terms, promoted } = facts;
  const wallMs = clock.wallMs();
  const sinceHour = Math.floor(wallMs / HOUR_MS) - HISTORY_DAYS * 24;
  const state = ledger.stockState();
  const demand = ledger.demand(sinceHour);
  const wanted = propose({ state, demand, wallMs, offsetHours, terms, promoted }).filter(
    ({ packs }) => packs > 0,
  );
  for (const { cabinetId, sku, packs, pieces, reason } of wanted)
    act(facts, {
      kind: 'order',
      orderId: `order-${cabinetId}-${sku}-${day}`,
      cabinetId,
      sku,
      packs,
      pieces,
      reason,
    });
  return wanted.length;
}
