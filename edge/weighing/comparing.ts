/**
 * Whether the goods on a lane's plate can be what the labels just scanned say. Where plate and camera
 * have nothing firm to say, the label stands: a bag of one's own, a hand, a second kind of goods on
 * the plate are no contradiction.
 */
import type { Sighting } from '../recognition/recognition.ts';
import { type SeenInstead, seenInstead } from './doubting.ts';

/** What lies on a plate at rest and was looked at; `load` is the same object while it lies there. */
export interface Lying {
  load: object;
  grossGrams: number;
  sighting?: Sighting;
}

export interface Labelled {
  sku: string;
  /** Net and container, as the label's record has them. */
  grossGrams: number;
  /** Its shopper was asked at the counter already. */
  asked: boolean;
}

export type Compared =
  | { is: 'agreed' }
  | { is: 'unclear' }
  | ({ is: 'looks' } & SeenInstead)
  /** The camera sees these very goods, and more of them. */
  | { is: 'heavier'; sightingId?: string };

/** Another scale, a knot in the bag, a little water gone. */
const LIGHTER_DIVISIONS = 3;
const LIGHTER_SHARE = 0.03;
/** A bag put round it afterwards, and no more. */
const HEAVIER_GRAMS = 40;
const HEAVIER_SHARE = 0.06;

export function compareWithLabels(
  labels: readonly Labelled[],
  { grossGrams, sighting }: Lying,
  divisionGrams: number,
): Compared {
  const sum = labels.reduce((total, label) => total + label.grossGrams, 0);
  const lighter = LIGHTER_DIVISIONS * divisionGrams + LIGHTER_SHARE * sum;
  const heavier = Math.max(HEAVIER_GRAMS, HEAVIER_SHARE * sum);
  const skus = labels.map(({ sku }) => sku);
  const other = seenInstead(sighting, skus);
  if (other && !labels.some(({ asked }) => asked)) return { is: 'looks', ...other };
  if (grossGrams < sum - lighter) return { is: 'unclear' };
  if (grossGrams <= sum + heavier) return { is: 'agreed' };
  const [first] = sighting?.confident ? sighting.candidates : [];
  if (!first || !skus.includes(first.sku)) return { is: 'unclear' };
  const sightingId = sighting?.sightingId;
  return { is: 'heavier', ...(sightingId && { sightingId }) };
}
