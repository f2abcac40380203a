/** What a store does not call a loss: see `edge/core/loss/`. */
import Type from 'typebox';

const whole = (value: number, minimum: number, maximum: number, description: string) =>
  Type.Integer({ default: value, minimum, maximum, description });

export const lossesSchema = Type.Object(
  {
    fewestLines: whole(20, 5, 1_000, 'An hour of a lane with fewer lines is not compared'),
    fewestRemoved: whole(5, 1, 100, 'Fewer lines taken out than this are chance'),
    timesUsual: whole(2, 2, 20, 'So many times the usual share of lines taken out stands out'),
    leastGrams: whole(20, 5, 500, 'A smaller difference of a bagging area or a shelf is let pass'),
    ownBagGrams: whole(300, 0, 2_000, 'A shopper’s own bag may weigh so much'),
  },
  { additionalProperties: false, default: {}, description: 'What counts as a suspected loss' },
);
