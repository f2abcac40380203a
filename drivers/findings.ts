/**
 * What stands wrong although every frame is right: an empty scale that is not at zero, a scale that
 * never settles. Said only once it has lasted: nobody is sent to a store for a blip.
 */
import type { DeviceEvent, DriverClock, ReasonCode } from './contract.ts';
import { say, type Text, textOf } from './say.ts';

/** A weight below the smallest that may be sold lies there this long: it is no goods. */
export const NOT_ZERO_AFTER_MS = 60_000;
/** No load swings this long. */
export const UNSTABLE_AFTER_MS = 30_000;

export interface Finding {
  reason: ReasonCode;
  detail: Text;
}

export interface Findings {
  /** Takes note of an event; `changed` is called where a finding comes or goes. */
  heard(event: DeviceEvent): void;
  current(): Finding | undefined;
  reset(): void;
}

/** @param minGrams the smallest weight that may be sold (Min of the type plate) */
export function findings(
  clock: DriverClock,
  minGrams: number | undefined,
  changed: () => void,
): Findings {
  let suspected: ReasonCode | undefined;
  let detail = textOf('');
  let found: Finding | undefined;
  let cancel: (() => void) | undefined;

  const drop = (): void => {
    cancel?.();
    cancel = undefined;
    suspected = undefined;
    const was = found;
    found = undefined;
    if (was !== undefined) changed();
  };
  const suspect = (reason: ReasonCode, words: Text, afterMs: number): void => {
    detail = words;
    if (suspected === reason) {
      if (found !== undefined && found.detail.en !== words.en) {
        found = { reason, detail: words };
        changed();
      }
      return;
    }
    drop();
    suspected = reason;
    cancel = clock.after(afterMs, () => {
      cancel = undefined;
      found = { reason, detail };
      changed();
    });
  };

  return {
    heard(event) {
      if (event.kind === 'moving') {
        const seconds = UNSTABLE_AFTER_MS / 1000;
        suspect(
          'SCALE_UNSTABLE',
          say(`${seconds} 秒没有稳定`, `moving for ${seconds} s`),
          UNSTABLE_AFTER_MS,
        );
      } else if (event.kind === 'stable' && isLeftover(event.grams, minGrams)) {
        const signed = `${(event.grams ?? 0) > 0 ? '+' : ''}${event.grams} g`;
        suspect('SCALE_NOT_ZERO', textOf(signed), NOT_ZERO_AFTER_MS);
      } else drop();
    },
    current: () => found,
    reset: drop,
  };
}

const isLeftover = (grams: number | undefined, minGrams: number | undefined): boolean =>
  grams !== undefined && minGrams !== undefined && grams !== 0 && Math.abs(grams) < minGrams;
