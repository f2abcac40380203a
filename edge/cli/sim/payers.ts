/** Payers of a scenario: a fresh code for each, and every code kept so that none is found again. */
import type { SimulatedStore } from './store.ts';

/** As the acquirer's twin knows them; `calls` of the scenario pick one by chance. */
export const BEHAVIOUR_NAMES = [
  'pays',
  'password',
  'never-confirms',
  'system-error-paid',
  'timeout-paid',
  'timeout-unpaid',
  'no-money',
  'code-expired',
  'code-used',
  'amount-mismatch',
  'reverse-stubborn',
  'paid-after-reverse',
] as const;

export const CARD_FAULTS = [
  'card-unreadable',
  'cancels',
  'walks-away',
  'pays-half',
  'paid-unheard',
  'declined-unheard',
  'busy',
  'silence',
  'wrong-check',
] as const;

export interface Payer {
  code(channel: 'wechat' | 'alipay', behaviour: string): string;
  /** Every code that was ever held up. */
  shown: string[];
}

export async function payersOf({ wallets }: SimulatedStore): Promise<Payer> {
  const shown: string[] = [];
  return {
    shown,
    code(channel, behaviour) {
      const code = wallets.codeOf(channel, behaviour);
      shown.push(code);
      return code;
    },
  };
}
