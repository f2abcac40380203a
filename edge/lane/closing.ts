/** Ko: why a lane serves nobody, and since when. */
import type { Text } from '../core/ports.ts';
import { LOCK_WORDS, type LockReason } from '../core/sale/attendant.ts';
import { closedView } from '../core/views/closed.ts';
import type { DeviceState, OutOfServiceView } from '../core/views/views.ts';
import type { LaneInside } from './inside.ts';
import { lockedBefore } from './locking.ts';

const REASONS: Record<'no-prices' | 'no-hands' | LockReason, Text> = {
  ...LOCK_WORDS,
  'no-prices': { zh: '本机还没有价格表', en: 'No price list has arrived yet' },
  'no-hands': {
    zh: '扫码器和秤都没有连接',
    en: 'The scanner and the scale are not connected',
  },
};
export type WhyClosed = keyof typeof REASONS;

/** One that starts is given the time to. */
const GONE: DeviceState[] = ['offline', 'fault', 'disabled'];

/** Staff said so, nothing has a price, or nothing can be scanned and nothing weighed. */
function whyUnfit({ parts, memory }: LaneInside): WhyClosed | undefined {
  if (memory.locked) return memory.locked.why;
  if (parts.ledger.priceBookVersion() === 0) return 'no-prices';
  const { scanner, scale } = parts.config;
  const isGone = (id: string) => GONE.includes(parts.devices.find(id)?.status().state ?? 'unknown');
  return scanner && scale && isGone(scanner) && isGone(scale) ? 'no-hands' : undefined;
}

/** Whether the screen says so: a basket begun stays, and can be paid. */
export function isClosed(lane: LaneInside): boolean {
  const why = whyUnfit(lane);
  const begun = lane.basket.current() !== undefined || lane.memory.overlay !== 'none';
  return why === 'no-prices' || (why !== undefined && !begun);
}

/** Whenever anything has changed: keeps since when, and tells the other lanes. */
export function noteFitness(lane: LaneInside): void {
  const { memory, parts } = lane;
  const why = whyUnfit(lane);
  if (why === undefined) delete memory.unfit;
  else if (memory.unfit?.why !== why) {
    const sinceMonoMs = memory.locked?.sinceMonoMs ?? parts.clock.monoMs();
    memory.unfit = { why, sinceMonoMs };
  }
  parts.openLanes?.tell(parts.config.id, why === undefined);
}

/** As the lane starts; from then on it hears of the others too. */
export function watchFitness(lane: LaneInside): void {
  const { parts, memory, changed } = lane;
  const locked = lockedBefore(parts);
  if (locked) memory.locked = locked;
  noteFitness(lane);
  parts.openLanes?.onChange(() => memory.unfit && changed());
}

export function outOfService(lane: LaneInside): OutOfServiceView {
  const { parts, memory } = lane;
  const { clock, openLanes, config, phone } = parts;
  return closedView(clock, {
    reason: REASONS[whyUnfit(lane) ?? 'no-prices'],
    sinceMonoMs: memory.unfit?.sinceMonoMs ?? clock.monoMs(),
    elsewhere: openLanes?.nearest(config.id),
    phone,
  });
}
