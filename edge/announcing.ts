import type { DomainEvent } from './core/events.ts';
import type { Ledger } from './ledger/contract.ts';

/** The same ledger; whoever appends, sync and the status page hear of it. */
export function announcing(ledger: Ledger, appended: (events: DomainEvent[]) => void): Ledger {
  return {
    ...ledger,
    append(request) {
      const result = ledger.append(request);
      appended(request.events);
      return result;
    },
    activatePriceBook(book, sha256) {
      ledger.activatePriceBook(book, sha256);
      appended([]);
    },
  };
}
