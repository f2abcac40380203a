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
  };
  /** Learnt things that make known goods be mistaken: not used. */
  GalleryRefused: { heldOut: number; rightBefore: number; rightAfter: number; packSha256: string };
  /** Another pack answers from here on; goods learnt with the former one are kept for going back. */
  RecognitionPackSwitched: {
    packId: string;
    counter: number;
    packSha256: string;
    previousSha256: string;
  };
}

export const RECOGNITION_EVENT_TYPES = [
  'GalleryPublished',
  'GalleryRefused',
  'RecognitionPackSwitched',
] as const satisfies readonly (keyof RecognitionEventBodies)[];
