/**
 * The lane's basket: the current sale, and the only path by which a lane's decisions reach the
 * ledger. Decide, append, evolve: in that order, in one synchronous turn.
 */
import type { DomainEvent } from '../core/events.ts';
import type { Outcome } from '../core/ports.ts';
import type { SaleCommand, SaleState } from '../core/sale/sale.ts';
import { decideSale, evolveSale } from '../core/sale/sale.ts';
import { ANSWER_OK, type Cause } from '../ledger/answer.ts';
import type { AppendResult, Ledger } from '../ledger/contract.ts';
import type { Repricer } from './pricing.ts';

export interface Basket {
  current(): SaleState | undefined;
  /** Decides about the current sale, or about `saleId` where given (an older one). */
  decide(command: SaleCommand, cause?: Cause, saleId?: string): Outcome<AppendResult>;
  /** A new sale and its first command in one commit; refused, there is no sale either. */
  begin(start: SaleCommand, first: SaleCommand, cause?: Cause): Outcome<AppendResult>;
  /** The shopper has gone: the screen forgets the sale, the ledger does not. */
  forget(): void;
  /** This sale of the ledger is the lane's from now on. */
  take(saleId: string): void;
  /** Brings the discounts of the basket at hand up to date. */
  reprice(): void;
}

export function createBasket(
  laneId: string,
  ledger: Ledger,
  reprice: Repricer = () => undefined,
): Basket {
  const resumed = ledger
    .unfinishedSales()
    .find((sale) => sale.laneId === laneId && (sale.phase === 'open' || sale.phase === 'paying'));
  let current: SaleState | undefined = resumed;

  const append = (
    about: SaleState | undefined,
    commands: SaleCommand[],
    cause?: Cause,
  ): Outcome<AppendResult> => {
    let state = about;
    const events: DomainEvent[] = [];
    for (const command of commands) {
      const decision = decideSale(state, command);
      if (!decision.ok) return decision;
      events.push(...decision.value);
      state = decision.value.reduce<SaleState | undefined>(evolveSale, state);
    }
    const repriced = events.length > 0 && state ? reprice(state) : undefined;
    if (repriced) events.push(repriced);
    if (repriced) state = evolveSale(state, repriced);
    const unsellable = events.map(ledger.whyUnrecordable).find((why) => why !== undefined);
    if (unsellable) return { ok: false, refusal: unsellable };
    const stored = cause && { command: { ...cause, answer: ANSWER_OK } };
    const result = ledger.append({ source: laneId, events, ...stored });
    const isCurrent = about === current || state?.saleId === current?.saleId;
    if (result.replayed === undefined && isCurrent) current = state;
    return { ok: true, value: result };
  };

  return {
    current: () => current,
    forget() {
      current = undefined;
    },
    take(saleId) {
      current = ledger.sale(saleId);
    },
    reprice() {
      const event = current && reprice(current);
      if (!event) return;
      ledger.append({ source: laneId, events: [event] });
      current = evolveSale(current, event);
    },
    begin: (start, first, cause) => append(undefined, [start, first], cause),
    decide(command, cause, saleId) {
      const older = saleId && saleId !== current?.saleId;
      return append(older ? ledger.sale(saleId) : current, [command], cause);
    },
  };
}
