/** How goods come to lie on a plate: what each piece weighs and where and how it lies. */
import type { Good } from './goods.ts';
import { between } from './random.ts';
import type { Random } from './runtime.ts';

/** Masses of `pieces` pieces of a good; with `totalGrams` they add up to exactly that. */
export function masses(good: Good, pieces: number, random: Random, totalGrams?: number): number[] {
  const share = good.spreadPercent / 100;
  const each = () => Math.max(1, Math.round(good.unitGrams * (1 + share * (2 * random() - 1))));
  if (totalGrams === undefined) return Array.from({ length: pieces }, each);
  const floor = Math.floor(totalGrams / pieces);
  return Array.from({ length: pieces }, (_, i) => floor + (i < totalGrams % pieces ? 1 : 0));
}

/** Pieces are laid round the middle, so that a few of them hardly cover each other. */
export function layDown(index: number, random: Random) {
  const angle = index * 2.4 + between(random, -0.3, 0.3);
  const radius = index === 0 ? between(random, 0, 0.08) : between(random, 0.18, 0.3);
  return {
    xRatio: 0.5 + radius * Math.cos(angle),
    yRatio: 0.5 + radius * Math.sin(angle),
    turnDegrees: between(random, 0, 360),
    scale: between(random, 0.7, 1.3),
  };
}
