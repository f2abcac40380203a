/** Goods that no camera tells apart stand side by side, so that the shopper compares and chooses. */

export interface Ranked {
  sku: string;
  confidenceBp: number;
  /** Stands here because it looks like this one. */
  beside?: string;
}

/**
 * Moves every look-alike of a candidate right behind it, the better of them first, and puts in
 * those that were not among the candidates. Best first otherwise; at most `limit`.
 */
export function besideEachOther(
  candidates: readonly Ranked[],
  lookAlikes: (sku: string) => readonly string[],
  limit: number,
): Ranked[] {
  const placed = new Map<string, Ranked>();
  const known = new Map(candidates.map((candidate) => [candidate.sku, candidate]));
  for (const candidate of candidates) {
    if (placed.has(candidate.sku)) continue;
    placed.set(candidate.sku, candidate);
    const twins = lookAlikes(candidate.sku)
      .filter((sku) => !placed.has(sku))
      .map((sku) => known.get(sku) ?? { sku, confidenceBp: 0 })
      .sort((a, b) => b.confidenceBp - a.confidenceBp);
    for (const twin of twins) placed.set(twin.sku, { ...twin, beside: candidate.sku });
  }
  return [...placed.values()].slice(0, limit);
}

/** What a name says of how the goods were grown, not of how they look. */
const GROWN = /^(有机|绿色|无公害)|\b(organic|ecological)\b/gi;

/** Items whose names differ only in how they were grown: organic and ordinary carrots. */
export function namesakes(
  items: readonly { sku: string; category: string; name: { zh: string } }[],
): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const { sku, category, name } of items) {
    const key = `${category}\0${name.zh.replace(GROWN, '').trim()}`;
    groups.set(key, [...(groups.get(key) ?? []), sku]);
  }
  const found = new Map<string, string[]>();
  for (const skus of groups.values()) {
    if (skus.length < 2) continue;
    for (const sku of skus)
      found.set(
        sku,
        skus.filter((other) => other !== sku),
      );
  }
  return found;
}
