/** What happened to the store's recognition: another model, other things learnt. */
export interface RecognitionEventBodies {
  /** What was learnt answers from here on. The counts are absent in the records of older versions. */
  GalleryPublished: {
    version: number;
    items: number;
    samples: number;
    packSha256: string;
    /** Pictures held out, and how many were named right before and after. */
    heldOut?: number;
    rightBefore?: number;
    rightAfter?: number;
    /** Pictures from sales taken up, and left out because they made it worse. */
    soldLearnt?: number;
    soldDropped?: number;
    /** Who asked for it; left out where the store did by itself. */
    by?: string;
  };
  /** Learnt things that make known goods be mistaken: not used. */
  GalleryRefused: {
    heldOut: number;
    rightBefore: number;
    rightAfter: number;
    packSha256: string;
    by?: string;
  };
  /**
   * A person taught goods, took pictures back, said what a sighting shows, or put another version
   * or another model (`pack`) in force; `by` is their name. `samples`: pictures taught, removed or
   * brought in.
   */
  GalleryHandled: {
    act: GalleryAct;
    by: string;
    sku?: string;
    samples?: number;
    version?: number;
    pack?: string;
  };
  /** Another pack answers from here on; goods learnt with the former one are kept for going back. */
  RecognitionPackSwitched: {
    packId: string;
    counter: number;
    packSha256: string;
    previousSha256: string;
  };
  /**
   * What was chosen at a lane or counter looked strongly like something else, and the shopper was
   * asked to look once more. Of goods, never of a person; probabilities in 1/10 000. Whether the
   * choice stood is told by the line or label of the same sighting, if there is one.
   */
  ChoiceDoubted: {
    at: string;
    chosenSku: string;
    chosenBp: number;
    seenSku: string;
    seenBp: number;
    sightingId?: string;
  };
  /**
   * A label scanned at a lane whose plate or camera saw something else: goods that look strongly
   * like `seenSku`, or more of the same than the label's weight (`seenSku` is then its own). The
   * shopper was asked once; the line stands unless it was voided. Of goods, never of a person.
   */
  LabelDoubted: {
    at: string;
    lineId: string;
    labelNumber: string;
    labelSku: string;
    seenSku: string;
    /** Probability in 1/10 000; left out where the weight alone speaks. */
    seenBp?: number;
    labelGrams: number;
    plateGrams: number;
    sightingId?: string;
  };
  /** Chosen without a tap, where the store allows it; nothing is sold or printed by that alone. */
  ItemAutoAccepted: {
    at: string;
    sku: string;
    confidenceBp: number;
    thresholdBp: number;
    packSha256: string;
    galleryVersion: number;
    sightingId?: string;
  };
}

export type GalleryAct =
  | 'teach'
  | 'remove-sample'
  | 'relabel'
  | 'skip'
  | 'undo-review'
  | 'forget-unpublished'
  | 'roll-back'
  | 'use-pack'
  | 'import';

export const RECOGNITION_EVENT_TYPES = [
  'GalleryPublished',
  'GalleryRefused',
  'GalleryHandled',
  'RecognitionPackSwitched',
  'ChoiceDoubted',
  'LabelDoubted',
  'ItemAutoAccepted',
] as const satisfies readonly (keyof RecognitionEventBodies)[];
