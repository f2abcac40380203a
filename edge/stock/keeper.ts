/**
 * The keeper of the store's goods: one actor that decides what people and probes ask, and puts
 * the events in the ledger. Everything it knows is in the ledger, so a restart goes on.
 */
import type { ColdWatchConfig } from '../config/config.ts';
import type { DomainEvent } from '../core/events.ts';
import type { Clock, Ids, Outcome } from '../core/ports.ts';
import { promotedDays } from '../core/replenish/promoted.ts';
import {
  coverOf,
  HISTORY_DAYS,
  type Proposal,
  propose,
  USUAL_TERMS,
} from '../core/replenish/propose.ts';
import { COLD_LIMITS } from '../core/stock/cold-chain.ts';
import { slotsOf } from '../core/stock/planogram.ts';
import { decideStock, type StockCommand } from '../core/stock/stock-decide.ts';
import type { HoldCause } from '../core/stock/stock-events.ts';
import { stockFold } from '../core/stock/stock-fold.ts';
import { type DateClock, markdownsDue } from '../core/stock/stock-rules.ts';
import type {
  ProposalView,
  StockAsk,
  StockView,
  TemperatureView,
} from '../core/views/stock-view.ts';
import type { CommandAnswer } from '../core/views/views.ts';
import type { DeviceTable } from '../devices/devices.ts';
import { ANSWER_OK, answerOnce, type Cause } from '../ledger/answer.ts';
import type { Ledger } from '../ledger/contract.ts';
import type { Log } from '../log.ts';
import { commandsOf } from './asking.ts';
import { type ColdWatch, watchCold } from './cold-watch.ts';
import { listenToShelves } from './shelf-weights.ts';
import { openTelemetry } from './telemetry.ts';
import { naming, stockView } from './view.ts';

export interface KeeperParts {
  ledger: Ledger;
  devices: DeviceTable;
  clock: Clock;
  ids: Ids;
  log: Log;
  dataDir: string;
  coldChain: readonly ColdWatchConfig[];
  localDay(wallMs: number): string;
  changed(): void;
}

export interface StockKeeper {
  view(): StockView;
  proposals(): ProposalView[];
  temperature(cabinetId: string): TemperatureView | undefined;
  handle(asked: StockAsk, key: string, by: string): Promise<CommandAnswer>;
  /** Events just recorded by anybody: a cabinet's door gives its temperature time. */
  heard(events: readonly DomainEvent[]): void;
  close(): void;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;
const LOOK_AT_DATES_MS = 10 * 60_000;

export function keepStock(parts: KeeperParts): StockKeeper {
  const { ledger, clock, ids, log, changed } = parts;
  const telemetry = openTelemetry(parts.dataDir);
  const weights = listenToShelves(parts.devices, clock);
  const cold = new Map<string, ColdWatch>();
  const dates = (): DateClock => {
    const wallMs = clock.wallMs();
    return { wallMs, today: parts.localDay(wallMs), trusted: clock.wallQuality() === 'trusted' };
  };
  for (const config of parts.coldChain) {
    const { cabinet } = config;
    const hold = (cause: HoldCause, peak: number | undefined) =>
      holdSlots(parts, config, cause, peak);
    const cooler = parts.devices.find(config.cooler);
    cold.set(cabinet, watchCold({ config, cooler, clock, log, telemetry, hold, changed }));
  }
  const proposals = remembered(() => proposalsOf(parts), parts);
  const asking = {
    ledger,
    ids,
    dates,
    proposals,
    endOfDay: (day: string) => endOfDay(day, parts.localDay),
  };
  let cancel = () => {};
  const lookAtDates = () => {
    const events = markdownsDue(ledger.stockState(), dates());
    if (events.length > 0) ledger.append({ source: 'stock', events });
    cancel = clock.after(LOOK_AT_DATES_MS, lookAtDates);
  };
  cancel = clock.after(LOOK_AT_DATES_MS, lookAtDates);
  return {
    view: () => stockView({ ledger, cold, weights, dates }),
    proposals: () => proposalViews(proposals(), ledger),
    temperature(cabinetId) {
      const samples = telemetry.read(cabinetId, clock.wallMs() - WEEK_MS);
      const watch = cold.get(cabinetId);
      if (!watch && samples.length === 0) return undefined;
      const limitDeciCelsius = watch?.view().limitDeciCelsius ?? COLD_LIMITS.chilled;
      return { cabinetId, limitDeciCelsius, points: thinned(samples) };
    },
    handle: (asked, key, by) =>
      answerOnce(ledger, asked, `stock:${key}`, (cause) => {
        const commands = commandsOf(asked, by, asking);
        return commands.ok ? carryOut(ledger, commands.value, cause) : commands;
      }),
    heard(events) {
      for (const { type, body } of events)
        if (type === 'DoorOpened' || type === 'DoorShut')
          cold.get(body.cabinetId)?.door(type === 'DoorOpened');
    },
    close() {
      cancel();
      for (const watch of cold.values()) watch.close();
    },
  };
}

/** All commands or none, in one commit. */
function carryOut(ledger: Ledger, commands: StockCommand[], cause: Cause): Outcome<unknown> {
  const fold = stockFold(ledger.stockState());
  const events: DomainEvent[] = [];
  for (const command of commands) {
    const decision = decideStock(fold.state, command);
    if (!decision.ok) return decision;
    for (const event of decision.value) fold.apply(event, 0);
    events.push(...decision.value);
  }
  const value = ledger.append({
    source: 'stock',
    events,
    command: { ...cause, answer: ANSWER_OK },
  });
  return { ok: true, value };
}

/** Slots of the food class that is too warm; what keeps at any temperature sells on. */
function holdSlots(
  { ledger, ids, log }: KeeperParts,
  { cabinet: cabinetId, keep }: ColdWatchConfig,
  cause: HoldCause,
  deciCelsius: number | undefined,
): void {
  const planogram = ledger.stockState().planograms.get(cabinetId);
  const version = ledger.priceBookVersion();
  const locations = (planogram ? slotsOf(planogram) : [])
    .filter(({ sku }) => ledger.item(version, sku)?.keep === keep)
    .map(({ location }) => location);
  const warmest = deciCelsius === undefined ? {} : { deciCelsius };
  const decision = decideStock(ledger.stockState(), {
    kind: 'hold',
    holdId: ids('hold'),
    cabinetId,
    locations,
    cause,
    ...warmest,
  });
  log.warn({ cabinet: cabinetId, cause, slots: locations.length }, 'too warm: slots stop selling');
  if (decision.ok && decision.value.length > 0)
    ledger.append({ source: cabinetId, events: decision.value });
}

/** Whole hours by which the store is ahead of UTC now. */
export function offsetHoursOf(localDay: (wallMs: number) => string, wallMs: number): number {
  for (let hours = -12; hours <= 14; hours += 1) {
    const midnight = Date.parse(`${localDay(wallMs)}T00:00:00Z`) - hours * HOUR_MS;
    if (localDay(midnight) === localDay(wallMs) && localDay(midnight - 1) !== localDay(wallMs))
      return hours;
  }
  return 0;
}

function endOfDay(day: string, localDay: (wallMs: number) => string): number | undefined {
  const utc = Date.parse(`${day}T00:00:00Z`);
  if (!Number.isSafeInteger(utc) || new Date(utc).toISOString().slice(0, 10) !== day)
    return undefined;
  return utc + DAY_MS - offsetHoursOf(localDay, utc + 12 * HOUR_MS) * HOUR_MS;
}

function proposalsOf({ ledger, clock, localDay }: KeeperParts): Proposal[] {
  const wallMs = clock.wallMs();
  const version = ledger.priceBookVersion();
  const { runs } = ledger.catalogue();
  const offsetHours = offsetHoursOf(localDay, wallMs);
  return propose({
    state: ledger.stockState(),
    demand: ledger.demand(Math.floor(wallMs / HOUR_MS) - HISTORY_DAYS * 24),
    wallMs,
    offsetHours,
    terms(sku) {
      const { packSize, leadDays, shelfDays } = ledger.item(version, sku) ?? {};
      return {
        ...USUAL_TERMS,
        ...(packSize !== undefined && { packSize }),
        ...(leadDays !== undefined && { leadDays }),
        ...(shelfDays !== undefined && { shelfDays }),
      };
    },
    promoted: promotedDays(runs, { offsetHours, wallMs }),
  });
}

/** Worked out anew only when something happened or an hour passed. */
function remembered(work: () => Proposal[], { ledger, clock }: KeeperParts): () => Proposal[] {
  let known: { facts: string; value: Proposal[] } | undefined;
  return () => {
    const facts = `${ledger.head().seq} ${Math.floor(clock.wallMs() / HOUR_MS)}`;
    if (known?.facts !== facts) known = { facts, value: work() };
    return known.value;
  };
}

function proposalViews(proposals: readonly Proposal[], ledger: Ledger): ProposalView[] {
  const name = naming(ledger);
  return proposals.map((each) => {
    const { cabinetId, sku, packs, packSize, pieces, onHand, onOrder, capacity, leadDays } = each;
    return {
      ...{ cabinetId, sku, packs, packSize, pieces, onHand, onOrder, capacity, leadDays },
      ...name(sku),
      perDay: Math.round(each.perDay * 10) / 10,
      coverDays: Math.round(Math.min(99, coverOf(each)) * 10) / 10,
      ...(each.openOrderId !== undefined && { openOrderId: each.openOrderId }),
      reason: each.reason,
    };
  });
}

/** At most about five hundred points; of each step its warmest, so that no peak is lost. */
function thinned(samples: { wallMs: number; deciCelsius?: number }[]): TemperatureView['points'] {
  const step = Math.max(1, Math.ceil(samples.length / 500));
  const points: TemperatureView['points'] = [];
  for (let at = 0; at < samples.length; at += step) {
    const some = samples.slice(at, at + step);
    const known = some.flatMap(({ deciCelsius }) => deciCelsius ?? []);
    const seconds = Math.floor((some[0]?.wallMs ?? 0) / 1000);
    points.push([seconds, known.length > 0 ? Math.max(...known) : null]);
  }
  return points;
}
