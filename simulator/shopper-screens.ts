import type { CounterSeen, LaneSeen, Screens, Tap, Tapped } from './shopper.ts';

/** A page waits this long for its own server. */
const REQUEST_TIMEOUT_MS = 10_000;

/**
 * The store's screens over HTTP, by the same addresses as its pages: `GET /api/lanes/ID`, `POST
 * /api/lanes/ID/commands` with an `Idempotency-Key`, and the same for counters. `keyPrefix` makes
 * the keys of this shopper one of a kind (letters, digits and `-`, 6 to 40 of them). Rejects where
 * the server does not answer 200.
 */
export function httpScreens(options: {
  baseUrl: string;
  laneId: string;
  counterId: string;
  keyPrefix: string;
}): Screens {
  const { baseUrl, laneId, counterId, keyPrefix } = options;
  let taps = 0;
  const ask = async <T>(address: string, init: RequestInit = {}): Promise<T> => {
    const signal = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
    const answer = await fetch(new URL(address, baseUrl), { ...init, signal });
    if (!answer.ok) throw new Error(`${address} answered ${answer.status}`);
    return answer.json();
  };
  const tap = (address: string, body: Tap) => {
    taps += 1;
    const headers = {
      'content-type': 'application/json',
      'idempotency-key': `${keyPrefix}-${String(taps).padStart(4, '0')}`,
    };
    return ask<Tapped>(`${address}/commands`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
  };
  const lane = `/api/lanes/${encodeURIComponent(laneId)}`;
  const counter = `/api/counters/${encodeURIComponent(counterId)}`;
  return {
    lane: () => ask<LaneSeen>(lane),
    tapLane: (body) => tap(lane, body),
    counter: () => ask<CounterSeen>(counter),
    tapCounter: (body) => tap(counter, body),
  };
}
