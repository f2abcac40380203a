/** A device as people are shown it: state, reason in words, next step, when. */
import type { DeviceStatus } from '../../drivers/contract.ts';
import type { Clock } from '../core/ports.ts';
import { say } from '../core/say.ts';
import type { DeviceView } from '../core/views/views.ts';
import type { KeptDevice } from './devices.ts';
import { REASONS } from './reasons.ts';

/**
 * Monotonic instants as wall time, for people. The two clocks are compared anew only where they
 * moved apart, so that an instant does not shiver by a millisecond from look to look.
 */
export function wallOf(clock: Clock): (monoMs: number) => number {
  const apart = () => clock.wallMs() - clock.monoMs();
  let known = apart();
  return (monoMs) => {
    if (Math.abs(apart() - known) > 1_000) known = apart();
    return monoMs + known;
  };
}

export function deviceView(
  device: KeptDevice,
  toWall: (monoMs: number) => number,
  wallMs: number,
): DeviceView {
  const status = withDue(device, wallMs);
  const reason = status.reason ? REASONS[status.reason] : undefined;
  return {
    id: device.id,
    kind: device.kind,
    driver: device.driver,
    address: device.config.address.replace(/\/\/[^/]*@/, '//'),
    state: status.state,
    ...(status.reason && { reason: status.reason, why: reason?.why, next: reason?.next }),
    ...(status.detail && { detail: status.detail }),
    sinceWallMs: toWall(status.sinceMs),
    ...(status.lastSeenMs !== undefined && { lastSeenWallMs: toWall(status.lastSeenMs) }),
    ...(status.retry && {
      retry: { failures: status.retry.failures, atWallMs: toWall(status.retry.atMs) },
    }),
    ...(status.identity && { identity: { ...status.identity } }),
    statistics: status.statistics,
  };
}

/** A scale that works, but whose verification has run out: it warns, and goes on. */
function withDue(device: KeptDevice, wallMs: number): DeviceStatus {
  const status = device.status();
  const due = device.facts().calibration?.dueWallMs;
  if (status.state !== 'ok' || due === undefined || wallMs < due) return status;
  const day = new Date(due).toISOString().slice(0, 10);
  return { ...status, state: 'warn', reason: 'SCALE_CAL_DUE', detail: say(day, day) };
}
