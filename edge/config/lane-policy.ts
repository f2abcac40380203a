/** What a store lets happen at a lane, and how long it waits. */
import Type, { type Static } from 'typebox';

const ms = (value: number, least: number, description: string) =>
  Type.Integer({ default: value, minimum: least, maximum: 3_600_000, description });

/** The least of each wait is what people need (WCAG 2.2.1); large type doubles most. */
export const LanePolicySchema = Type.Object(
  {
    parkMinutes: Type.Integer({
      default: 15,
      minimum: 5,
      maximum: 240,
      description: 'How long a parked basket is kept',
    }),
    idleMs: ms(60_000, 40_000, 'Nobody touches the lane: it asks whether somebody is there'),
    answerMs: ms(30_000, 20_000, 'So long to answer; then the basket is put aside, never lost'),
    shownMs: ms(15_000, 10_000, 'The paid screen stays so long'),
    undoMs: ms(10_000, 5_000, 'What was just done can be undone so long; in large type, for good'),
    orderMs: ms(120_000, 60_000, 'A payer who types a password has so long; then the order ends'),
    unknownMs: ms(60_000, 30_000, 'No answer about a payment: the shopper is told they may leave'),
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
  idleMs: 60_000,
  answerMs: 30_000,
  shownMs: 15_000,
  undoMs: 10_000,
  orderMs: 120_000,
  unknownMs: 60_000,
  parkMinutes: 15,
  twoPersonAboveFen: 20_000,
  lowerPriceWins: true,
};
