/**
 * Which messages of a device are news. A broker may deliver twice (QoS 1) and a network may bring
 * old ones late: told apart by session and running number, counted, and not believed twice.
 */
import type { DriverContext } from '../contract.ts';

/** Numbers of one session that are remembered. */
const REMEMBERED = 256;

export interface Sequence {
  /** The device's session, 0 before it told one. */
  session(): number;
  /** True for news. A larger session begins anew; `retained` ones are a start, not a step. */
  accept(message: { kind: string; session: number; seq?: number }, retained: boolean): boolean;
}

export function sequence(
  { count }: Pick<DriverContext, 'count'>,
  onSession: () => void = () => undefined,
): Sequence {
  let session = 0;
  let last: number | undefined;
  let seen = new Set<number>();
  const begin = (next: number): void => {
    const again = session > 0;
    session = next;
    last = undefined;
    seen = new Set();
    if (again) onSession();
  };
  return {
    session: () => session,
    accept(message, retained) {
      if (message.session < session) {
        count('M_OldSessionCount');
        return false;
      }
      if (message.session > session) begin(message.session);
      const { seq } = message;
      if (seq === undefined || retained) return true;
      if (seen.has(seq)) {
        count('M_DuplicateCount');
        return false;
      }
      seen.add(seq);
      if (seen.size > REMEMBERED) seen.delete(Math.min(...seen));
      if (last !== undefined && seq < last) {
        count('M_OutOfOrderCount');
        // An old weight is worth nothing; an answer is an answer whenever it comes.
        return message.kind === 'answer';
      }
      if (last !== undefined && seq > last + 1) count('M_LostMessageCount', seq - last - 1);
      last = seq;
      return true;
    },
  };
}
