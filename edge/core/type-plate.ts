/** What stands on a scale's type plate. It is read off the scale by a person, never supposed. */

export interface TypePlate {
  minGrams: number;
  maxGrams: number;
  /** The division d, or e where only that is given. */
  divisionGrams: number;
}

/** Words for where it has to be filled in. */
export const PLATE_FORM = 'MIN,MAX,D';

const gramsOf = (text: string): number | undefined => {
  const [, whole = '', part = '', unit] = /^(\d{1,7})(?:\.(\d{1,4}))?(kg|g)?$/i.exec(text) ?? [];
  if (whole === '') return undefined;
  const grams = Number(`${whole}.${part || '0'}`) * (unit?.toLowerCase() === 'kg' ? 1000 : 1);
  return Number.isInteger(grams) ? grams : undefined;
};

/** `40,15000,5` in grams, or as it stands on the plate: `40g,15kg,5g`; undefined where it is none. */
export function typePlateOf(text: string): TypePlate | undefined {
  const parts = text.split(/[,，]/).map((part) => gramsOf(part.replaceAll(/\s/g, '')));
  const [minGrams, maxGrams, divisionGrams] = parts;
  if (minGrams === undefined || maxGrams === undefined || divisionGrams === undefined)
    return undefined;
  const plate = { minGrams, maxGrams, divisionGrams };
  return parts.length === 3 && isPossible(plate) ? plate : undefined;
}

/** No scale has a Min above its Max, or a division wider than what it can weigh. */
export const isPossible = ({ minGrams, maxGrams, divisionGrams }: TypePlate): boolean =>
  minGrams < maxGrams && divisionGrams > 0 && divisionGrams < maxGrams;

/** Whether what a scale says may be sold by; the driver of one that never says it is at rest says no. */
export const isForTrade = (options: Record<string, unknown>): boolean =>
  options.notForTrade !== true;
