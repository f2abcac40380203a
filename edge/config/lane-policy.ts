/** What a store lets happen at a lane, and how long it waits. */
import Type, { type Static } from 'typebox';

export const LanePolicySchema = Type.Object(
  {
    parkMinutes: Type.Integer({
      default: 15,
      minimum: 5,
      maximum: 240,
      description: 'How long a parked basket is kept',
    }),
    twoPersonAboveFen: Type.Integer({
      default: 20_000,
      minimum: 0,
      maximum: 100_000_000,
      description: 'Refunds and voids above this need a second person',
    }),
    lowerPriceWins: Type.Boolean({
      default: true,
      description: 'A price that fell while the shopper was shopping counts for them',
    }),
  },
  { additionalProperties: false, default: {} },
);

export type LanePolicy = Static<typeof LanePolicySchema>;

export const USUAL_POLICY: LanePolicy = {
  parkMinutes: 15,
  twoPersonAboveFen: 20_000,
  lowerPriceWins: true,
};
