/** What a store may decide about its recognition. */
import Type from 'typebox';

const closed = { additionalProperties: false };
const share = (minimum: number) => Type.Integer({ minimum, maximum: 1_000 });

const area = Type.Object(
  { left: share(0), top: share(0), width: share(1), height: share(1) },
  { ...closed, description: 'In thousandths of the picture' },
);

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
    areas: Type.Optional(
      Type.Record(Type.String(), area, {
        description: 'Camera → its pan within the picture; nothing outside it is looked at',
      }),
    ),
    keepPictures: Type.Optional(
      Type.Object(
        {
          hours: Type.Integer({ minimum: 1, maximum: 72 }),
          most: Type.Integer({ minimum: 1, maximum: 2_000 }),
          abandoned: Type.Optional(
            Type.Boolean({
              description: 'Also those of baskets that were given up; left out: they are deleted',
            }),
          ),
        },
        {
          ...closed,
          description:
            'Keeps pictures of the pan that were taught or wait for a second look; left out: none',
        },
      ),
    ),
  },
  { ...closed, description: 'What this store lets recognition do' },
);
