/** Configuration of the cold chain: which probe watches which cabinet. */
import Type from 'typebox';

const closed = { additionalProperties: false };
const id = Type.String({ pattern: '^[a-z][a-z0-9-]{0,31}$' });

export const stockSchema = Type.Object(
  {
    coldChain: Type.Array(
      Type.Object(
        {
          cabinet: id,
          cooler: Type.String({
            pattern: '^[a-z][a-z0-9-]{0,31}$',
            description: 'Device id of the cooling controller',
          }),
          probe: Type.Integer({ default: 1, minimum: 1, maximum: 3 }),
          keep: Type.Union([Type.Literal('chilled'), Type.Literal('frozen')], {
            default: 'chilled',
            description: 'Food class: chilled to 5.0 °C, frozen to -15.0 °C',
          }),
        },
        closed,
      ),
      { default: [], description: 'Cabinets whose temperature is watched' },
    ),
  },
  { ...closed, default: {} },
);
