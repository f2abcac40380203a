/** The figures of the operator's first page, read from the ledger when a person looks. */

import type { LedgerFilesView } from '../core/views/audit-views.ts';
import type { OverviewView, ToDo } from '../core/views/overview-views.ts';
import type { StockView } from '../core/views/stock-view.ts';
import { dayBooksOf } from '../head-office/day-close.ts';
import type { SalesQuarter } from '../ledger/order-search.ts';
import type { Controller } from '../main.ts';
import type { HitDay } from '../recognition/hit-rates.ts';
import { localTimeOf } from '../runtime.ts';
import { assistanceOf } from './assist.ts';
import { startOfDay } from './orders.ts';

const DAY_MS = 86_400_000;
const QUARTER_MS = 900_000;
const WEEK_DAYS = 7;
const HOURS = 24;
/** A copy older than a week protects little. */
const STALE_BACKUP_MS = WEEK_DAYS * DAY_MS;
const SOON_MS = DAY_MS;
const MOST_NAMES = 3;

export interface OverviewParts {
  controller: Controller;
  /** Recognition's own days. */
  hitDays(): readonly HitDay[];
  files(): LedgerFilesView;
}

export function overviewOf(parts: OverviewParts): OverviewView {
  const { ledger, clock, localDay, stock, config } = parts.controller;
  const nowMs = clock.wallMs();
  const today = localDay(nowMs);
  const days = Array.from({ length: WEEK_DAYS }, (_, at) =>
    localDay(nowMs - (WEEK_DAYS - 1 - at) * DAY_MS),
  );
  const began = startOfDay(localDay(nowMs - WEEK_DAYS * DAY_MS), localDay);
  const quarters = ledger.salesByQuarter(began);
  const weekAgo = sumOf(quarters, began, nowMs - WEEK_DAYS * DAY_MS);
  const helped = ledger
    .acts({ kind: 'basket', fromWallMs: startOfDay(today, localDay) }, 1000)
    .filter(({ event }) => event.type === 'HelpAnswered').length;
  const shelves = stock.view();
  const hits = hitsOf(parts.hitDays(), days);
  return {
    ...(weekAgo.sales > 0 && { weekAgo }),
    heat: heatOf(quarters, days, localTimeOf(config.store.timeZone)),
    categories: categoriesOf(parts.controller, today),
    helped,
    ...(hits && { hits }),
    stock: riskOf(shelves),
    toDos: toDosOf(parts, shelves),
  };
}

function sumOf(quarters: SalesQuarter[], fromMs: number, beforeMs: number) {
  const within = quarters.filter(
    ({ quarter }) => quarter * QUARTER_MS >= fromMs && quarter * QUARTER_MS < beforeMs,
  );
  return {
    sales: within.reduce((sum, { sales }) => sum + sales, 0),
    amountFen: within.reduce((sum, { amountFen }) => sum + amountFen, 0),
  };
}

function heatOf(
  quarters: SalesQuarter[],
  days: string[],
  localTime: (wallMs: number) => string,
): OverviewView['heat'] {
  const byDay = new Map(days.map((day) => [day, Array<number>(HOURS).fill(0)]));
  for (const { quarter, amountFen } of quarters) {
    const [day = '', time = ''] = localTime(quarter * QUARTER_MS).split(' ');
    const hours = byDay.get(day);
    const hour = Number(time.slice(0, 2));
    if (hours) hours[hour] = (hours[hour] ?? 0) + amountFen;
  }
  return [...byDay].map(([day, hours]) => ({ day, hours }));
}

function categoriesOf({ ledger }: Controller, today: string): OverviewView['categories'] {
  const version = ledger.priceBookVersion();
  const sums = new Map<string, number>();
  for (const { sku, amountFen } of ledger.daySales(today)) {
    const category = ledger.item(version, sku)?.category ?? '—';
    sums.set(category, (sums.get(category) ?? 0) + amountFen);
  }
  return [...sums]
    .map(([category, amountFen]) => ({ category, amountFen }))
    .sort((one, other) => other.amountFen - one.amountFen);
}

function hitsOf(days: readonly HitDay[], wanted: string[]): OverviewView['hits'] {
  const sum = { seen: 0, first: 0, firstFour: 0 };
  for (const { day, seen, first, firstFour } of days) {
    if (!wanted.includes(day)) continue;
    sum.seen += seen;
    sum.first += first;
    sum.firstFour += firstFour;
  }
  return sum.seen > 0 ? sum : undefined;
}

/** A third of what there should be, or less, will not last the day. */
const isLow = ({ pieces, par }: { pieces: number; par: number }): boolean =>
  pieces > 0 && pieces * 3 <= par;

function riskOf({ cabinets }: StockView): OverviewView['stock'] {
  const slots = cabinets.flatMap(({ shelves }) => shelves.flatMap((shelf) => shelf.slots));
  const wanted = slots.filter(({ par }) => par > 0);
  const empty = wanted.filter(({ pieces }) => pieces <= 0);
  const low = wanted.filter(isLow);
  const names = [...empty, ...low].slice(0, MOST_NAMES).map(({ name }) => name);
  return { empty: empty.length, low: low.length, names };
}

function toDosOf({ controller, files }: OverviewParts, shelves: StockView): ToDo[] {
  const { ledger, clock, cabinets } = controller;
  const reviews = cabinets.flatMap((each) => each.reviews());
  const soonMs = clock.wallMs() + SOON_MS;
  const expiring = shelves.expiring.filter(({ expiresWallMs }) => expiresWallMs < soonMs);
  const carried = shelves.pick.lines.filter(({ wantedPieces }) => wantedPieces > 0);
  const ordered = new Set(shelves.orders.map(({ sku }) => sku));
  const missing = shelves.pick.lines.filter(
    ({ sku, shortPieces }) => shortPieces > 0 && !ordered.has(sku),
  );
  const [backup] = files().backups;
  const stale = clock.wallMs() - (backup?.atWallMs ?? 0) > STALE_BACKUP_MS;
  const all: ToDo[] = [
    {
      what: 'disputes',
      n: reviews.filter(({ why }) => why === 'dispute').length,
      room: ['cabinets'],
    },
    {
      what: 'reviews',
      n: reviews.filter(({ why }) => why === 'review').length,
      room: ['cabinets'],
    },
    { what: 'by-hand', n: assistanceOf(controller).view().byHand.length, room: ['assist'] },
    { what: 'unknown', n: ledger.orderTotals({ states: ['unknown'] }).orders, room: ['orders'] },
    { what: 'refill', n: carried.length, room: ['stock', 'refill'] },
    { what: 'order', n: missing.length, room: ['stock', 'orders'] },
    { what: 'expiring', n: expiring.length, room: ['stock', 'dates'] },
    { what: 'day', n: daysOpen(controller), room: ['reports'] },
    { what: 'backup', n: stale ? 1 : 0, room: ['audit', 'ledger'] },
  ];
  return all.filter(({ n }) => n > 0);
}

/** 1 where something was sold on an earlier day than today and not closed since. */
function daysOpen(controller: Controller): number {
  const { ledger, localDay, clock } = controller;
  const [last] = dayBooksOf(controller).closes().closes;
  const today = localDay(clock.wallMs());
  const beforeWallMs = startOfDay(today, localDay);
  const fromWallMs = last ? startOfDay(last.atLocal.slice(0, 10), localDay) : 0;
  if (last?.atLocal.slice(0, 10) === today) return 0;
  const { orders } = ledger.orderTotals({ states: ['paid'], fromWallMs, beforeWallMs });
  return orders > 0 ? 1 : 0;
}
