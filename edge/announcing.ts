import { makesEdition } from './core/catalogue/catalogue-events.ts';
import type { DomainEvent } from './core/events.ts';
import type { Ledger } from './ledger/contract.ts';

/** The same ledger; whoever appends, sync and the screens hear of it, and whether prices changed. */
export function announcing(
  ledger: Ledger,
  appended: (events: DomainEvent[], prices: boolean) => void,
): Ledger {
  return {
    ...ledger,
    append(request) {
      const result = ledger.append(request);
      appended(request.events, request.events.some(makesEdition));
      return result;
    },
    activatePriceBook(book, sha256) {
      ledger.activatePriceBook(book, sha256);
      appended([], true);
    },
  };
}
