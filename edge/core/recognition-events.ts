/** What happened to the store's recognition: another model, other things learnt. */
export interface RecognitionEventBodies {
  /** Another pack answers from here on; goods learnt with the former one are kept for going back. */
  RecognitionPackSwitched: {
    packId: string;
    counter: number;
    packSha256: string;
    previousSha256: string;
  };
}

export const RECOGNITION_EVENT_TYPES = [
  'RecognitionPackSwitched',
] as const satisfies readonly (keyof RecognitionEventBodies)[];
