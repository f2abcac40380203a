/** What a page can say aloud: one recorded clip for each key, in both languages. */
type Sayings = typeof import('../../voice/sayings.json', { with: { type: 'json' }});

/** A file of `/voice/zh/` or `/voice/en/`, without its ending; numbers differ between them. */
export type Clip = keyof Sayings['zh'] | keyof Sayings['en'];

/** What one change of a screen gives to hear. */
export interface Heard {
  /** A high or a low tone, always and at once. */
  beep?: 'yes' | 'no';
  /** Spoken one after another, where the shopper wants speech. */
  clips: Clip[];
}

export const NOTHING: Heard = { clips: [] };
