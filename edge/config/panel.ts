/** The glass of a terminal: its size, so that the pages can lay out in millimetres. */
import Type, { type Static } from 'typebox';

export const panelSchema = Type.Object(
  {
    diagonalInches: Type.Number({ minimum: 5, maximum: 60, description: 'Screen diagonal' }),
    widthPx: Type.Integer({ minimum: 320, maximum: 7680 }),
    heightPx: Type.Integer({ minimum: 320, maximum: 7680 }),
  },
  {
    additionalProperties: false,
    description: 'Panel size; targets are laid out in millimetres from it',
  },
);

/** Millimetres per pixel of a panel; 0.248 (21.5″ full HD) where none is given. */
export function millimetresPerPixel(given: Static<typeof panelSchema> | undefined): number {
  if (!given) return 0.248;
  const diagonalPx = Math.hypot(given.widthPx, given.heightPx);
  return Number(((given.diagonalInches * 25.4) / diagonalPx).toFixed(4));
}
