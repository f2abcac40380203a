/**
 * The lane's basket: the current sale, and the only path by which a lane's decisions reach the
 * ledger. Decide, append, evolve: in that order, in one synchronous turn.
 */

import type { Outcome } from '../core/ports.ts';
import type { SaleCommand, SaleState } from '../core/sale.ts';
import { decideSale, evolveSale } from '../core/sale.ts';
import { ANSWER_OK, type Cause } from '../ledger/answer.ts';
import type { AppendResult, Ledger } from '../ledger/contract.ts';

export interface Basket {
  current(): SaleState | undefined;
  /** Decides about the current sale, or about `saleId` where given (an older one). */
  decide(command: SaleCommand, cause?: Cause, saleId?: string): Outcome<AppendResult>;
  /** The shopper has gone: the screen forgets the sale, the ledger does not. */
  forget(): void;
}

export function createBasket(laneId: string, ledger: Ledger): Basket {
  const resumed = ledger
    .unfinishedSales()
    .find((sale) => sale.laneId === laneId && (sale.phase === 'open' || sale.phase === 'paying'));
  let current: SaleState | undefined = resumed;

  return {
    current: () => current,
    forget() {
      current = undefined;
    },
    decide(command, cause, saleId) {
      const about = saleId && saleId !== current?.saleId ? ledger.sale(saleId) : current;
      const decision = decideSale(about, command);
      if (!decision.ok) return decision;
      const result = ledger.append({
        source: laneId,
        events: decision.value,
        ...(cause && { command: { ...cause, answer: ANSWER_OK } }),
      });
      if (result.replayed !== undefined) return { ok: true, value: result };
      const next = decision.value.reduce<SaleState | undefined>(evolveSale, about);
      if (command.kind === 'start' || next?.saleId === current?.saleId) current = next;
      return { ok: true, value: result };
    },
  };
}
