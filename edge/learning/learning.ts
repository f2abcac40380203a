/**
 * Learns from the store's own sales: the picture of goods sold by a tile is taken up once the sale
 * is paid, and forgotten when the money goes back. Follows the ledger; what was paid before this
 * start has no pictures any more.
 */

import type { Choice, RecordedEvent, SaleLine } from '../core/events.ts';
import type { Clock } from '../core/ports.ts';
import type { Ledger } from '../ledger/contract.ts';
import type { Recognition } from '../recognition/recognition.ts';
import type { Doubtful, ReviewQueue } from '../recognition/review.ts';

export interface LearningParts {
  ledger: Pick<Ledger, 'head' | 'readAfter' | 'sale' | 'label' | 'about'>;
  recognition: Pick<Recognition, 'learnSold' | 'forgetSold' | 'metrics'>;
  /** Takes weighings worth a second look, and keeps the pictures of the others. */
  review: Pick<ReviewQueue, 'offer' | 'keepChosen' | 'dropChosen'>;
  /** Publishes and says so in the ledger. */
  publish(): Promise<unknown>;
  clock: Clock;
  /** Told of what could not be done. */
  onFailure(why: string): void;
}

const LOOK_EVERY_MS = 5_000;
/** Pictures from sales are worth a publication from here on, and at most once an hour. */
const WORTH_PUBLISHING = 10;
const PUBLISH_EVERY_MS = 3_600_000;
const READ_AT_ONCE = 500;

/** Returns how to stop. */
export function learnFromSales(parts: LearningParts): () => void {
  const { clock, recognition } = parts;
  let seq = parts.ledger.head().seq;
  let publishedMs = clock.monoMs();
  let cancel: () => void = () => undefined;
  let stopped = false;
  const look = async (): Promise<void> => {
    seq = await readOn(parts, seq);
    const due = clock.monoMs() - publishedMs >= PUBLISH_EVERY_MS;
    const { waitingFromSales, unpublished } = recognition.metrics();
    // What staff is teaching is theirs to publish.
    if (!due || unpublished || waitingFromSales < WORTH_PUBLISHING) return;
    publishedMs = clock.monoMs();
    await parts.publish();
  };
  const again = (): void => {
    if (stopped) return;
    cancel = clock.after(LOOK_EVERY_MS, () => {
      look()
        .catch((error: Error) => parts.onFailure(error.message))
        .finally(again);
    });
  };
  again();
  return () => {
    stopped = true;
    cancel();
  };
}

async function readOn(parts: LearningParts, from: number): Promise<number> {
  let seq = from;
  for (const { record, seq: at } of parts.ledger.readAfter(from, READ_AT_ONCE)) {
    seq = at;
    // Only these kinds are looked into; the others are not worth parsing.
    if (LOOKED_AT.some((type) => record.includes(type))) await hear(parts, JSON.parse(record));
  }
  return seq;
}

const LOOKED_AT = [
  ...['"SaleCompleted"', '"SaleCancelled"', '"RefundPaid"', '"LineAdded"', '"LabelIssued"'],
];

async function hear({ ledger, recognition, review }: LearningParts, event: RecordedEvent) {
  if (event.type === 'SaleCompleted') learnSale(ledger, recognition, event.body.saleId);
  else if (event.type === 'SaleCancelled') review.dropChosen(weighedFor(ledger, event.body.saleId));
  else if (event.type === 'RefundPaid') recognition.forgetSold(event.body.saleId);
  else if (event.type === 'LabelIssued') {
    const { sku, choice } = event.body.label;
    await offer(review, event.source, sku, choice);
  } else if (event.type === 'LineAdded' && event.body.line.how !== 'label') {
    const { sku, choice } = event.body.line;
    await offer(review, event.source, sku, choice);
  }
}

async function offer(
  review: LearningParts['review'],
  at: string,
  chosenSku: string,
  { sightingId, firstSku, seenAs }: Choice,
): Promise<void> {
  if (sightingId === undefined) return;
  const why: Doubtful['why'] | undefined = firstSku ? 'contradicted' : seenAs && 'unsure';
  if (why) await review.offer({ sightingId, at, chosenSku, why });
  else await review.keepChosen(sightingId, chosenSku);
}

function learnSale(
  ledger: LearningParts['ledger'],
  recognition: LearningParts['recognition'],
  saleId: string,
): void {
  for (const line of ledger.sale(saleId)?.lines ?? []) {
    const { sightingId, by } = choiceOf(ledger, line);
    if (by !== 'tile' || !sightingId) continue;
    recognition.learnSold({ sightingId, sku: line.sku, saleId, lineId: line.lineId });
  }
}

/** Sightings of all that was weighed at the lane for a sale; a label's goods were not. */
function weighedFor(ledger: LearningParts['ledger'], saleId: string): string[] {
  return ledger.about(saleId).flatMap((event) => {
    if (event.type !== 'LineAdded' || event.body.line.how === 'label') return [];
    return event.body.line.choice.sightingId ?? [];
  });
}

/** A labelled line was chosen at the counter, when its label was made. */
function choiceOf(ledger: LearningParts['ledger'], { labelNumber, choice }: SaleLine) {
  return (labelNumber && ledger.label(labelNumber)?.label.choice) || choice;
}
