/** What one piece of an article weighs, as far as this store has learned. */
export interface PieceWeights {
  of(sku: string): { grams: number; toleranceGrams: number } | undefined;
  /** One piece was seen to weigh so much. */
  learn(sku: string, grams: number): void;
}
