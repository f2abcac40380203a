/**
 * Whether what was chosen can be what the camera sees. Asked gently, once a load, and only where the
 * camera is sure of something else: the shopper's word stands, and the sale goes on.
 */
import type { CatalogueItem } from '../core/catalogue/catalogue.ts';
import type { DomainEvent } from '../core/events.ts';
import type { Refusal, Text } from '../core/ports.ts';
import type { Sighting } from '../recognition/recognition.ts';
import { weighRefusal } from './refusals.ts';

/**
 * The camera asks only from here on, and only where it gave the chosen item hardly anything
 * (1/10 000). Of 296 photographs of 81 goods these limits ask about one honest choice in 300; being
 * confident alone would ask about one in 37.
 */
const SEEN_MIN_BP = 9_800;
const CHOSEN_MAX_BP = 100;

export interface Doubt {
  refusal: Refusal;
  /** For the ledger; `at` is the lane or counter. */
  event(at: string): DomainEvent;
}

/** Only a confident sighting doubts, so never one of look-alikes, of blur or of a store still learning. */
export function doubtOf(
  sighting: Sighting | undefined,
  chosenSku: string,
  item: (sku: string) => CatalogueItem | undefined,
): Doubt | undefined {
  const other = seenInstead(sighting, [chosenSku]);
  const seen = other && item(other.seenSku);
  if (!other || !seen) return undefined;
  const { chosenBp, ...evidence } = other;
  return {
    refusal: naming(weighRefusal('LOOK_AGAIN'), seen.name),
    event: (at) => ({ type: 'ChoiceDoubted', body: { at, chosenSku, chosenBp, ...evidence } }),
  };
}

/** What the camera is sure lies there, where that is none of `skus`; probabilities in 1/10 000. */
export interface SeenInstead {
  seenSku: string;
  seenBp: number;
  /** What it gave the likeliest of `skus`. */
  chosenBp: number;
  sightingId?: string;
}

export function seenInstead(
  sighting: Sighting | undefined,
  skus: readonly string[],
): SeenInstead | undefined {
  const first = sighting?.confident ? sighting.candidates[0] : undefined;
  if (!first || skus.includes(first.sku) || first.confidenceBp < SEEN_MIN_BP) return undefined;
  const among = (sighting?.candidates ?? []).filter(({ sku }) => skus.includes(sku));
  const chosenBp = Math.max(0, ...among.map(({ confidenceBp }) => confidenceBp));
  if (chosenBp > CHOSEN_MAX_BP) return undefined;
  const sightingId = sighting?.sightingId;
  return {
    ...{ seenSku: first.sku, seenBp: first.confidenceBp, chosenBp },
    ...(sightingId && { sightingId }),
  };
}

const naming = (refusal: Refusal, name: Text): Refusal => ({
  ...refusal,
  message: {
    zh: refusal.message.zh.replace('{seen}', name.zh),
    en: refusal.message.en.replace('{seen}', name.en),
  },
});
