/** Ko: why a lane serves nobody, and since when. */
import type { Text } from '../core/ports.ts';
import { closedView } from '../core/views/closed.ts';
import type { DeviceState, OutOfServiceView } from '../core/views/views.ts';
import type { LaneInside } from './inside.ts';

const REASONS: Record<'no-prices' | 'no-hands', Text> = {
  'no-prices': { zh: '本机还没有价格表', en: 'No price list has arrived yet' },
  'no-hands': {
    zh: '扫码器和秤都没有连接',
    en: 'The scanner and the scale are not connected',
  },
};
export type WhyClosed = keyof typeof REASONS;

/** One that starts is given the time to. */
const GONE: DeviceState[] = ['offline', 'fault', 'disabled'];

/** Nothing has a price, or nothing can be scanned and nothing weighed. */
function whyUnfit({ parts }: LaneInside): WhyClosed | undefined {
  if (parts.ledger.priceBookVersion() === 0) return 'no-prices';
  const { scanner, scale } = parts.config;
  const isGone = (id: string) => GONE.includes(parts.devices.find(id)?.status().state ?? 'unknown');
  return scanner && scale && isGone(scanner) && isGone(scale) ? 'no-hands' : undefined;
}

/** Whether the screen says so: a basket begun stays, and can be paid. */
export function isClosed(lane: LaneInside): boolean {
  const why = whyUnfit(lane);
  const begun = lane.basket.current() !== undefined || lane.memory.overlay !== 'none';
  return why === 'no-prices' || (why === 'no-hands' && !begun);
}

/** Whenever anything has changed: keeps since when, and tells the other lanes. */
export function noteFitness(lane: LaneInside): void {
  const { memory, parts } = lane;
  const why = whyUnfit(lane);
  if (why === undefined) delete memory.unfit;
  else if (memory.unfit?.why !== why) memory.unfit = { why, sinceMonoMs: parts.clock.monoMs() };
  parts.openLanes?.tell(parts.config.id, why === undefined);
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
