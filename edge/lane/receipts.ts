/**
 * Receipts of one lane. A job that was due in an earlier boot may have reached the paper before
 * the power went: it is never printed again by itself, the e-receipt stands in (flow X18).
 */
import type { Printer } from '../../drivers/contract.ts';
import type { Clock, Text } from '../core/ports.ts';
import { pending } from '../core/sale/pending.ts';
import { receiptLines } from '../core/sale/receipt.ts';
import type { SaleState } from '../core/sale/sale.ts';
import type { StoreDevice } from '../devices/devices.ts';
import type { Ledger } from '../ledger/contract.ts';
import type { Log } from '../log.ts';
import type { Basket } from './basket.ts';

export interface ReceiptFacts {
  storeName: Text;
  weighCore: { version: string; sha256: string };
  localTime(wallMs: number): string;
}

export interface ReceiptDesk {
  /** Prints what is due; `earlierBoot` marks what was due before this boot as failed. */
  resume(earlierBoot: boolean): void;
  /** Prints one more, marked as a copy; whether it came out. */
  copy(saleId: string, jobId: string): Promise<boolean>;
  close(): void;
}

export interface ReceiptDeskParts {
  laneId: string;
  ledger: Ledger;
  basket: Basket;
  printer?: StoreDevice;
  clock: Clock;
  log: Log;
  facts: ReceiptFacts;
  onChange(saleId: string): void;
}

/** First eight hex digits of the ledger hash at the sale's completion, and its wall time. */
export function completionOf(ledger: Ledger, saleId: string) {
  const completed = ledger.about(saleId).find((event) => event.type === 'SaleCompleted');
  if (!completed) return undefined;
  const [stored] = ledger.readAfter(completed.seq - 1, 1);
  return { shortHash: stored?.hash.slice(0, 8) ?? '', atWallMs: completed.wallMs };
}

function receiptOf({ ledger, facts, clock }: ReceiptDeskParts, sale: SaleState, copy = false) {
  const completion = completionOf(ledger, sale.saleId);
  return receiptLines(sale, {
    storeName: facts.storeName,
    receiptNo: sale.receipt?.receiptNo ?? '',
    shortHash: completion?.shortHash ?? '',
    weighCore: facts.weighCore,
    atLocal: facts.localTime(completion?.atWallMs ?? clock.wallMs()),
    columns: 48,
    language: 'zh',
    copy,
  });
}

export function createReceiptDesk(parts: ReceiptDeskParts): ReceiptDesk {
  const { laneId, ledger, basket, printer, log } = parts;
  const printing = new Set<string>();
  let closed = false;

  function record(sale: SaleState, jobId: string, reason: string | undefined) {
    const outcome = basket.decide(
      reason === undefined
        ? { kind: 'record-receipt-printed', jobId }
        : { kind: 'record-receipt-failed', jobId, reason },
      undefined,
      sale.saleId,
    );
    if (outcome.ok) printing.delete(jobId);
    else log.error({ jobId, refusal: outcome.refusal.code }, 'receipt not recorded');
    parts.onChange(sale.saleId);
  }

  async function print(sale: SaleState, jobId: string): Promise<void> {
    const device = printer?.current<Printer>();
    if (!device) return record(sale, jobId, 'offline');
    const outcome = await device.print({ jobId, lines: receiptOf(parts, sale) });
    if (!closed) record(sale, jobId, outcome.ok ? undefined : outcome.reason);
  }

  return {
    resume(earlierBoot) {
      for (const sale of ledger.unfinishedSales().filter((each) => each.laneId === laneId))
        for (const work of pending(sale)) {
          if (work.kind !== 'print-receipt' || printing.has(work.jobId)) continue;
          printing.add(work.jobId);
          if (earlierBoot) record(sale, work.jobId, 'restarted');
          else
            print(sale, work.jobId).catch((error: unknown) =>
              log.error({ error, jobId: work.jobId }, 'receipt print failed'),
            );
        }
    },
    async copy(saleId, jobId) {
      const sale = ledger.sale(saleId);
      const device = printer?.current<Printer>();
      if (!sale || !device) return false;
      const outcome = await device.print({
        jobId,
        lines: receiptOf(parts, sale, true),
        copy: true,
      });
      return outcome.ok;
    },
    close() {
      closed = true;
    },
  };
}
