/** The air in a glass-door cabinet, minute by minute: a compressor, shoppers, a defrost each night. */
import type { Random } from './runtime.ts';

export interface ColdMinute {
  deciCelsius: number;
  doorOpen: boolean;
}

const DAY_MINUTES = 1440;

/** Minutes from a local midnight on; the compressor runs between 2.2 and 4.2 degrees. */
export function* coldMinutes(random: Random, days: number): Generator<ColdMinute> {
  let air = 32;
  let running = false;
  for (let minute = 0; minute < days * DAY_MINUTES; minute += 1) {
    const ofDay = minute % DAY_MINUTES;
    const shopping = ofDay > 6 * 60 && ofDay < 23 * 60;
    const doorOpen = shopping && random() < 0.03;
    const defrosting = ofDay >= 180 && ofDay < 192;
    if (air > 42) running = true;
    if (air < 22) running = false;
    const pull = defrosting ? 2.4 : running ? -1.1 : 0.6;
    air += pull + (doorOpen ? 9 : 0) + (random() - 0.5) * 0.8;
    yield { deciCelsius: Math.round(air), doorOpen };
  }
}
