/** What may mean a loss, over a month of a hundred thousand orders: rows of `yike bench operator`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DomainEvent } from '../edge/core/events.ts';
import { openLedger } from '../edge/ledger/open.ts';
import { ledgerOptions, testClock } from '../edge/ledger/shop.fixture.ts';
import { lossReport } from '../edge/operator/losses.ts';
import { systemIds } from '../edge/runtime.ts';
import { median, nowMs } from './clock.ts';
import { article } from './decided-sale.ts';
import { controllerOf, fill, limited, ORDERS, sell } from './orders.ts';
import type { BenchRow } from './recognition.ts';

const DAYS = 30;
const OPEN_HOURS = 16;
const HOUR_MS = 3_600_000;
const LIMIT_MS = 300;

/** Something to find each hour: an article counted short, and a bag that the shopper explained. */
const suspects = (n: number): DomainEvent[] => [
  {
    type: 'StockMoved',
    body: { cause: 'counted', move: { sku: article(n).sku, location: '', pieces: -1, grams: 0 } },
  },
  { type: 'BagChecked', body: { saleId: `s-${n}`, answer: 'placed', differenceGrams: 80 } },
];

async function timed(what: () => Promise<{ rows: unknown[] }>): Promise<number> {
  const began = nowMs();
  const { rows } = await what();
  if (rows.length === 0) throw new Error('nothing was found that was put there');
  return nowMs() - began;
}

/** Asked of a ledger never read; an hour of orders later each time; and after a start. */
export async function lossRows(rounds: number): Promise<BenchRow[]> {
  const dir = mkdtempSync(join(tmpdir(), 'yike-bench-losses-'));
  const clock = testClock();
  const ledger = openLedger(ledgerOptions(dir, { clock, ids: systemIds }));
  try {
    await fill(ledger, clock, DAYS);
    ledger.append({ source: 'lane-1', events: suspects(0) });
    const parts = { controller: controllerOf(ledger, clock), dataDir: dir };
    const { losses } = lossReport(parts);
    const first = await timed(() => losses(DAYS));
    const anHour = Math.ceil(ORDERS / DAYS / OPEN_HOURS);
    const times: number[] = [];
    for (let n = 1; n <= Math.max(5, rounds); n += 1) {
      clock.advance(HOUR_MS);
      await sell(ledger, ORDERS + n * anHour, anHour);
      ledger.append({ source: 'lane-1', events: suspects(n) });
      times.push(await timed(() => losses(DAYS)));
    }
    const again = lossReport(parts);
    const restarted = await timed(() => again.losses(DAYS));
    const name = `losses of a month, ${ORDERS} orders`;
    return [
      { name: `${name}: a ledger never read before`, value: first, unit: 'ms' },
      limited(`${name}: an hour of orders later`, median(times), LIMIT_MS),
      limited(`${name}: after a start`, restarted, LIMIT_MS),
    ];
  } finally {
    ledger.close();
    rmSync(dir, { recursive: true });
  }
}
