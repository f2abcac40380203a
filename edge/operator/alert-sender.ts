/** What is on its way to somebody: the messages that wait, in which order they are tried, and how many are kept. */
import type { AlertChannel, Delivery } from '../core/views/alert-views.ts';
import type { AlertSettings, AlertsParts } from './alerts.ts';

const KEPT_WAITING = 300;
const KEPT_DONE = 300;
const FIRST_RETRY_MS = 5_000;
const LONGEST_RETRY_MS = 300_000;
const GIVE_UP_MS = 3 * 86_400_000;
const SENT = ['webhook', 'mqtt'] as const;
type Sent = (typeof SENT)[number];

const isDone = ({ doneWallMs, gaveUp }: Delivery): boolean => doneWallMs !== undefined || !!gaveUp;

/** Of what waits the newest, the rest given up for all to see; of what is done the newest. */
export function bounded(newestFirst: readonly Delivery[]): Delivery[] {
  const waiting = newestFirst.filter((each) => !isDone(each));
  for (const surplus of waiting.slice(KEPT_WAITING)) surplus.gaveUp = true;
  let room = KEPT_DONE;
  return newestFirst.filter((each) => !isDone(each) || --room >= 0);
}

/** How often a way failed since it last worked, and until when it rests. */
interface Way {
  busy: boolean;
  failures: number;
  restsUntilMonoMs: number;
}

/** Of what waits the least tried, then the oldest. */
const nextOn = (channel: AlertChannel, newestFirst: readonly Delivery[]): Delivery | undefined =>
  newestFirst
    .filter((each) => each.channel === channel && !isDone(each))
    .reduce<Delivery | undefined>(
      (first, each) => (first && first.attempts < each.attempts ? first : each),
      undefined,
    );

/**
 * Sends one at a time on each way. The least tried goes first, then the oldest, and what was never
 * tried goes at once, so that a message that is always refused holds up no other; a way that fails
 * rests longer and longer.
 */
export function createSender(
  { clock, random, send }: Pick<AlertsParts, 'clock' | 'random' | 'send'>,
  kept: { readonly deliveries: readonly Delivery[] },
  settings: () => AlertSettings,
  write: () => void,
) {
  const fresh = (): Way => ({ busy: false, failures: 0, restsUntilMonoMs: 0 });
  const ways: Record<Sent, Way> = { webhook: fresh(), mqtt: fresh() };
  let cancel = () => {};
  let closed = false;

  async function attempt(delivery: Delivery, channel: Sent) {
    const way = ways[channel];
    way.busy = true;
    delivery.attempts += 1;
    try {
      await send[channel](delivery, settings());
      delivery.doneWallMs = clock.wallMs();
      delete delivery.lastError;
      delete delivery.nextWallMs;
      Object.assign(way, fresh());
    } catch (error) {
      way.busy = false;
      delivery.lastError = (error as Error).message.slice(0, 200);
      const backoffMs = Math.min(FIRST_RETRY_MS * 2 ** way.failures, LONGEST_RETRY_MS);
      const waitMs = Math.round(backoffMs * (0.8 + 0.4 * random()));
      way.failures += 1;
      way.restsUntilMonoMs = clock.monoMs() + waitMs;
      delivery.nextWallMs = clock.wallMs() + waitMs;
      if (clock.wallMs() - delivery.atWallMs > GIVE_UP_MS) delivery.gaveUp = true;
    }
    if (closed) return;
    write();
    wake();
  }

  function wake(): void {
    if (closed) return;
    let soonestMs = Number.POSITIVE_INFINITY;
    for (const channel of SENT) {
      const first = nextOn(channel, kept.deliveries);
      const { busy, restsUntilMonoMs } = ways[channel];
      if (!first || busy) continue;
      const waitMs = first.attempts === 0 ? 0 : restsUntilMonoMs - clock.monoMs();
      if (waitMs <= 0) void attempt(first, channel);
      else soonestMs = Math.min(soonestMs, waitMs);
    }
    cancel();
    if (soonestMs < Number.POSITIVE_INFINITY) cancel = clock.after(soonestMs, wake);
  }
  return {
    wake,
    close() {
      closed = true;
      cancel();
    },
  };
}
