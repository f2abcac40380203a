/**
 * Whether what was chosen can be what the camera sees. Asked gently, once a load, and only where the
 * camera is sure of something else: the shopper's word stands, and the sale goes on.
 */
import type { CatalogueItem } from '../core/catalogue.ts';
import type { DomainEvent } from '../core/events.ts';
import type { Refusal, Text } from '../core/ports.ts';
import type { Sighting } from '../recognition/recognition.ts';
import { weighRefusal } from './refusals.ts';

/** A chosen item the camera gave more than this (1/10 000) is not in strong disagreement. */
const CHOSEN_MAX_BP = 500;

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
  const first = sighting?.confident ? sighting.candidates[0] : undefined;
  const seen = first && item(first.sku);
  if (!first || !seen || first.sku === chosenSku) return undefined;
  const chosen = sighting?.candidates.find(({ sku }) => sku === chosenSku);
  const chosenBp = chosen?.confidenceBp ?? 0;
  if (chosenBp > CHOSEN_MAX_BP) return undefined;
  const sightingId = sighting?.sightingId;
  return {
    refusal: naming(weighRefusal('LOOK_AGAIN'), seen.name),
    event: (at) => ({
      type: 'ChoiceDoubted',
      body: {
        ...{ at, chosenSku, chosenBp, seenSku: first.sku, seenBp: first.confidenceBp },
        ...(sightingId && { sightingId }),
      },
    }),
  };
}

const naming = (refusal: Refusal, name: Text): Refusal => ({
  ...refusal,
  message: {
    zh: refusal.message.zh.replace('{seen}', name.zh),
    en: refusal.message.en.replace('{seen}', name.en),
  },
});
