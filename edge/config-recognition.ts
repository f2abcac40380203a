/** What a store may decide about its recognition. */
import Type from 'typebox';

export const RecognitionSchema = Type.Object(
  {
    autoAcceptBp: Type.Optional(
      Type.Integer({
        minimum: 9_000,
        maximum: 10_000,
        description:
          'From this probability on (1/10 000) goods may be taken without a tap; left out: never',
      }),
    ),
  },
  { additionalProperties: false },
);
