/** Members by pseudonym, and what a basket costs after promotions. */
import type { Person } from './person.ts';
import type { Text } from './ports.ts';

export interface Membership {
  /** Made with a key of the member's own: without the key it names nobody. */
  memberRef: string;
  tier: 'member' | 'gold';
  senior: boolean;
}

export interface MemberEventBodies {
  MemberEnrolled: Membership & { by: Person };
  /** The key is gone; what the member did stays in the ledger and names nobody. */
  MemberErased: { memberRef: string; reason: string; by: Person };
  MemberShown: { saleId: string } & Membership;
  /** Every discount of the basket as it stands now, line by line; those before are void. */
  BasketRepriced: {
    saleId: string;
    discounts: { lineId: string; promotionId: string; name: Text; amountFen: number }[];
  };
}

export const MEMBER_EVENT_TYPES = [
  'MemberEnrolled',
  'MemberErased',
  'MemberShown',
  'BasketRepriced',
] as const satisfies readonly (keyof MemberEventBodies)[];
