/**
 * Which messages of a device are news. A broker may deliver twice (QoS 1) and a network may bring
 * old ones late: told apart by session and running number, counted, and not believed twice. MQTT
 * keeps order only among messages of one QoS, so order is judged among those that tell the same.
 */
import type { DriverContext } from '../contract.ts';

/** So many numbers below the newest are waited for; then they are lost. */
const REMEMBERED = 64;
const MOST_LOST = 10_000;

/** What tells the same: the state of the bolts, the weights, the temperatures. */
const SUBJECT: Record<string, string> = { state: 'bolts', lock: 'bolts', answer: 'bolts' };

export interface Sequence {
  /** True for news. A larger session begins anew; `retained` ones are a start, not a step. */
  accept(message: { kind: string; session: number; seq?: number }, retained: boolean): boolean;
}

export function sequence(
  { count }: Pick<DriverContext, 'count'>,
  onSession: () => void = () => undefined,
): Sequence {
  let session = 0;
  let first: number | undefined;
  let newest = 0;
  const seen = new Set<number>();
  const newestOf = new Map<string, number>();
  const begin = (next: number): void => {
    const again = session > 0;
    session = next;
    first = undefined;
    newest = 0;
    seen.clear();
    newestOf.clear();
    if (again) onSession();
  };
  const step = (seq: number): void => {
    // A leap is no loss that anybody could count through.
    if (first === undefined || seq - newest > MOST_LOST) {
      first = seq;
      newest = seq - 1;
      seen.clear();
      newestOf.clear();
    }
    seen.add(seq);
    for (; newest < seq; newest++) {
      const old = newest + 1 - REMEMBERED;
      if (old >= first && !seen.delete(old)) count('M_LostMessageCount');
    }
  };
  return {
    accept(message, retained) {
      if (message.session < session) {
        count('M_OldSessionCount');
        return false;
      }
      if (message.session > session) begin(message.session);
      const { seq, kind } = message;
      if (seq === undefined || retained) return true;
      if (seen.has(seq)) {
        count('M_DuplicateCount');
        return false;
      }
      step(seq);
      const subject = SUBJECT[kind] ?? kind;
      if (seq < (newestOf.get(subject) ?? 0)) {
        count('M_OutOfOrderCount');
        // An old weight is worth nothing; an answer is an answer whenever it comes.
        return kind === 'answer';
      }
      newestOf.set(subject, seq);
      return true;
    },
  };
}
