/** What the scale said of a weighing after it was taken. */
export interface WeighingEventBodies {
  /**
   * Within five seconds of the record the scale rested on a third value: the goods were not at
   * rest, or were held up while they were weighed. Nothing is taken back; the line or label is
   * there to be looked at. Weights gross.
   */
  WeightUnsteady: {
    /** The lane or counter. */
    at: string;
    scaleId: string;
    /** The sale and its line at a lane; at a counter the label. */
    saleId?: string;
    lineId?: string;
    labelNumber?: string;
    grossGrams: number;
    laterGrams: number;
    afterMs: number;
  };
}

export const WEIGHING_EVENT_TYPES = [
  'WeightUnsteady',
] as const satisfies readonly (keyof WeighingEventBodies)[];
