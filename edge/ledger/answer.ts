/** How an actor answers a command: once for a key, and in words where nothing can be recorded. */
import type { DomainEvent } from '../core/events.ts';
import type { Outcome, Refusal } from '../core/ports.ts';
import type { CommandAnswer } from '../core/views/views.ts';
import type { Ledger } from './contract.ts';
import { isLedgerError, LEDGER_ERRORS, type LedgerErrorCode } from './errors.ts';

/** The request that caused a decision; a repeat appends nothing. */
export interface Cause {
  key: string;
  fingerprint: string;
}

/** The answer kept beside the events of a command that was carried out. */
export const ANSWER_OK = JSON.stringify({ ok: true } satisfies CommandAnswer);

const refusalOf = (code: LedgerErrorCode): Refusal => {
  const { message, next } = LEDGER_ERRORS[code];
  return { code, message, next };
};

/** Does `work`; a ledger that cannot record (disk full …) is a refusal, a bug still throws. */
export function refusedByLedger<T>(work: () => Outcome<T>): Outcome<T> {
  try {
    return work();
  } catch (error) {
    if (!isLedgerError(error)) throw error;
    return { ok: false, refusal: refusalOf(error.code) };
  }
}

/**
 * Carries `command` out unless its key is known: the same command again is answered as before,
 * another one under the same key is refused with KEY_REUSED.
 */
export async function answerOnce(
  ledger: Pick<Ledger, 'answerOf'>,
  command: object,
  key: string,
  carryOut: (cause: Cause) => Outcome<unknown> | Promise<Outcome<unknown>>,
): Promise<CommandAnswer> {
  const fingerprint = JSON.stringify(command);
  const known = ledger.answerOf(key);
  if (known && known.fingerprint !== fingerprint)
    return { ok: false, refusal: refusalOf('KEY_REUSED') };
  if (known) return JSON.parse(known.answer) as CommandAnswer;
  try {
    const outcome = await carryOut({ key, fingerprint });
    return outcome.ok ? { ok: true } : { ok: false, refusal: outcome.refusal };
  } catch (error) {
    if (!isLedgerError(error)) throw error;
    return { ok: false, refusal: refusalOf(error.code) };
  }
}

/** A refusal with an event of its own: under the same key it is told again, and nothing is done. */
export function refusedOnRecord(
  ledger: Pick<Ledger, 'append'>,
  source: string,
  event: DomainEvent,
  refusal: Refusal,
  cause: Cause,
): Outcome<never> {
  const refused = { ok: false, refusal } as const;
  const answer = JSON.stringify(refused satisfies CommandAnswer);
  ledger.append({ source, events: [event], command: { ...cause, answer } });
  return refused;
}
