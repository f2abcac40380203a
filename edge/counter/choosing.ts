/** How an item comes to be chosen at a counter: by a tap, or by the camera where the store allows it. */
import type { Choice } from '../core/events.ts';
import type { Outcome } from '../core/ports.ts';
import { type Cause, refusedOnRecord } from '../ledger/answer.ts';
import type { CounterInside } from './inside.ts';
import { DONE } from './inside.ts';
import { counterRefusal } from './refusals.ts';

export function chooseByHand(
  counter: CounterInside,
  sku: string,
  by: Choice['by'],
  cause: Cause,
): Outcome<undefined> {
  const found = itemToChoose(counter, sku, by);
  if (!found.ok) return found;
  const { ledger, station, config } = counter.parts;
  const doubt = station.doubt(sku);
  if (doubt)
    return refusedOnRecord(ledger, config.id, doubt.event(config.id), doubt.refusal, cause);
  counter.chosen = found.value;
  return DONE;
}

type Chosen = NonNullable<CounterInside['chosen']>;

function itemToChoose(
  { parts: { ledger, station }, tareGrams }: CounterInside,
  sku: string,
  by: Choice['by'],
): Outcome<Chosen> {
  const item = ledger.item(ledger.priceBookVersion(), sku);
  if (!item?.onSale) return counterRefusal('ITEM_UNKNOWN');
  if (item.priceBasis === 'each') return counterRefusal('SOLD_BY_PIECE');
  if (!item.plu) return counterRefusal('NO_PLU');
  const taken = station.take(item, tareGrams, by);
  return taken.ok ? { ok: true, value: { item, by } } : taken;
}

/**
 * Goes on to the question of the label, with the way back open; a load the shopper went back from
 * is not chosen for them again. The choice is in the ledger before it is on the screen.
 */
export function chooseByCamera(counter: CounterInside): void {
  const { station, ledger, config, log } = counter.parts;
  if (!station.loaded()) delete counter.accepted;
  if (counter.chosen || counter.shown || counter.teaching || counter.accepted) return;
  const accepted = station.accepted();
  const found = accepted && itemToChoose(counter, accepted.sku, 'auto');
  if (!found?.ok || !accepted) return;
  const { packSha256 = '', galleryVersion = 0 } = station.choiceOf(accepted.sku, 'auto');
  counter.accepted = true;
  try {
    const body = { at: config.id, ...accepted, packSha256, galleryVersion };
    ledger.append({ source: config.id, events: [{ type: 'ItemAutoAccepted', body }] });
    counter.chosen = found.value;
  } catch (error) {
    // The tiles are there: a tap does the same.
    log.error({ error }, 'automatic choice not in the ledger');
  }
}
