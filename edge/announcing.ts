import type { Ledger } from './ledger/contract.ts';

/** The same ledger; whoever appends, sync and the status page hear of it. */
export function announcing(ledger: Ledger, appended: () => void): Ledger {
  return {
    ...ledger,
    append(request) {
      const result = ledger.append(request);
      appended();
      return result;
    },
    activatePriceBook(book, sha256) {
      ledger.activatePriceBook(book, sha256);
      appended();
    },
  };
}
