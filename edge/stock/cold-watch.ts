/** Watches one cabinet's probe; too warm for too long, its chilled slots stop selling. */
import type { ColdWatchConfig, Config } from '../config/config.ts';
import type { Clock } from '../core/ports.ts';
import {
  COLD_LIMITS,
  COLD_START,
  type ColdInput,
  type ColdState,
  evolveCold,
  excursion,
} from '../core/stock/cold-chain.ts';
import type { HoldCause } from '../core/stock/stock-events.ts';
import type { ColdView } from '../core/views/stock-view.ts';
import type { StoreDevice } from '../devices/devices.ts';
import type { Log } from '../log.ts';
import type { Telemetry } from './telemetry.ts';

/** One sample a minute is enough for a week's chart. */
const SAMPLE_MS = 60_000;
/** A probe that has not spoken for this long tells nothing. */
const SILENT_MS = 60_000;

export interface ColdWatchParts {
  config: ColdWatchConfig;
  cooler: StoreDevice | undefined;
  clock: Clock;
  log: Log;
  telemetry: Telemetry;
  /** Stops the cabinet's slots of this food class; called once an excursion. */
  hold(cause: HoldCause, deciCelsius: number | undefined): void;
  changed(): void;
}

export interface ColdWatch {
  view(): ColdView;
  /** The cabinet's actor tells of its door. */
  door(open: boolean): void;
  close(): void;
}

export function watchCold(parts: ColdWatchParts): ColdWatch {
  const { config, clock, telemetry, log } = parts;
  let state: ColdState = COLD_START;
  let heardAtMs = clock.monoMs();
  let held: HoldCause | undefined;
  let cancel = () => {};

  function take(input: ColdInput): void {
    state = evolveCold(state, input, config.keep);
    judge();
  }

  /** Held once for each excursion; a person clears it, not the next cold reading. */
  function judge(): void {
    const cause = excursion(state, clock.monoMs());
    if (cause !== undefined && held === undefined) parts.hold(cause, state.peakDeciCelsius);
    if (cause !== held) parts.changed();
    held = cause;
  }

  parts.cooler?.onEvent((event) => {
    if (event.kind !== 'temperature' || event.probe !== config.probe) return;
    heardAtMs = clock.monoMs();
    const { deciCelsius, fault } = event;
    const measured = deciCelsius === undefined ? { fault: fault ?? 'probe' } : { deciCelsius };
    take({ kind: 'reading', atMs: clock.monoMs(), ...measured });
  });

  function sample(): void {
    const nowMs = clock.monoMs();
    if (nowMs - heardAtMs > SILENT_MS) take({ kind: 'reading', atMs: nowMs, fault: 'silent' });
    judge();
    const known = state.fault === undefined && state.deciCelsius !== undefined;
    const { doorOpen, deciCelsius } = state;
    const measured = known && deciCelsius !== undefined ? { deciCelsius } : {};
    try {
      telemetry.add(config.cabinet, { wallMs: clock.wallMs(), ...measured, doorOpen });
    } catch (error) {
      log.warn({ cabinet: config.cabinet, error: String(error) }, 'temperature not kept');
    }
    cancel = clock.after(SAMPLE_MS, sample);
  }
  cancel = clock.after(SAMPLE_MS, sample);

  return {
    view() {
      const { deciCelsius, fault, doorOpen } = state;
      return {
        keep: config.keep,
        limitDeciCelsius: COLD_LIMITS[config.keep],
        ...(deciCelsius !== undefined && { deciCelsius }),
        ...(fault !== undefined && { fault }),
        ...(held !== undefined && { excursion: held }),
        doorOpen,
      };
    },
    door: (open) => take({ kind: 'door', atMs: clock.monoMs(), open }),
    close: () => cancel(),
  };
}

/** Cabinets with a cooler are watched as chilled, unless the configuration says more. */
export function coldChainOf({ stock, cabinets }: Config): ColdWatchConfig[] {
  const named = new Set(stock.coldChain.map(({ cabinet }) => cabinet));
  const others = cabinets.flatMap(({ id: cabinet, cooler }) =>
    cooler && !named.has(cabinet) ? [{ cabinet, cooler, probe: 1, keep: 'chilled' as const }] : [],
  );
  return [...stock.coldChain, ...others];
}
