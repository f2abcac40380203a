/** What is at the other end of the line, told by the first exchanges with it. */
import { DriverError } from '../contract.ts';
import { say } from '../say.ts';
import { FRAMES_TO_SETTLE } from './enq-dc1-codec.ts';
import type { Talk } from './enq-dc1-talk.ts';

/** Exchanges without a weight before the device is judged. */
const PROBES = 4;

/** What the first exchanges say: undefined while it is too early to tell. */
export function judgement(talk: Talk): 'scale' | DriverError | undefined {
  // With `auto` the first few answers also say what it can be asked: that is waited for.
  const known = talk.dialect !== 'auto' || talk.readings >= FRAMES_TO_SETTLE;
  if (talk.readings > 0 && (known || talk.exchanges >= PROBES)) return 'scale';
  if (talk.exchanges < PROBES && !talk.ended) return undefined;
  if (talk.naks >= PROBES) return 'scale';
  const { address } = talk.wire;
  if (talk.unasked > 0) {
    const text = say(
      `${address}: 秤在主动发送，请设 mode=active`,
      `${address}: The scale sends by itself: set mode=active`,
    );
    return new DriverError('WRONG_DEVICE', text);
  }
  if (talk.noise > 0) {
    const text = say(
      `${address}: 有数据但不是这种秤`,
      `${address}: Something else answers, or at another line speed`,
    );
    return new DriverError('WRONG_DEVICE', text);
  }
  return new DriverError(
    'NO_REPLY',
    say(`${address}: 电子秤没有应答`, `${address}: The scale does not answer`),
  );
}
