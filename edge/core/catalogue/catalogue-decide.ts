/**
 * Decides what a person changes on the price book. Head office's own later word wins: where a newer
 * book has another value for a field than the book that the store changed, or locks the price, the
 * store's value goes, and the event of the new book says so; where head office left the field as
 * it was, the store's value stays.
 */

import type { DomainEvent } from '../events.ts';
import type { Person } from '../person.ts';
import type { Outcome, Refusal } from '../ports.ts';
import type { Promotion } from '../sale/promotion.ts';
import type { CatalogueItem, PriceBook } from './catalogue.ts';
import type { ItemChange } from './catalogue-events.ts';
import { refuseCatalogue } from './catalogue-refusals.ts';
import { type CatalogueEdit, type CatalogueState, isOpen, valueKey } from './catalogue-state.ts';
import { MAX_UNIT_PRICE_FEN, wrongPromotion } from './price-book.ts';
import { MIN_UNIT_PRICE_FEN } from './price-change.ts';

/** An edit may be taken back for this long. */
export const UNDO_MS = 30 * 60_000;
export const MAX_CHANGES = 5_000;

export type CatalogueCommand =
  | { kind: 'edit'; editId: string; changes: ItemChange[] }
  | { kind: 'undo'; editId: string; undoes: string }
  | { kind: 'set-promotion'; promotion: Promotion }
  | { kind: 'end-promotion'; promotionId: string };

export interface CatalogueFacts {
  state: CatalogueState;
  by: Person;
  wallMs: number;
  /** The article in the newest edition. */
  itemOf(sku: string): CatalogueItem | undefined;
}

export function decideCatalogue(
  command: CatalogueCommand,
  facts: CatalogueFacts,
): Outcome<DomainEvent> {
  const event = eventOf(command, facts);
  if (!event.ok) return event;
  const refusal = whyNotEditable(event.value, facts);
  return refusal ? { ok: false, refusal } : event;
}

function eventOf(command: CatalogueCommand, facts: CatalogueFacts): Outcome<DomainEvent> {
  const { state, by } = facts;
  const version = state.version + 1;
  switch (command.kind) {
    case 'edit': {
      const { editId, changes } = command;
      return {
        ok: true,
        value: { type: 'CatalogueEdited', body: { editId, version, changes, by } },
      };
    }
    case 'undo': {
      const { editId, undoes } = command;
      const changes = undoing(
        state.edits.find((each) => each.editId === undoes),
        facts,
      );
      if (changes.length === 0) return refuseCatalogue('UNDO_NOTHING');
      const body = { editId, version, changes, by, undoes };
      return { ok: true, value: { type: 'CatalogueEdited', body } };
    }
    case 'set-promotion': {
      const { promotion } = command;
      return { ok: true, value: { type: 'PromotionSet', body: { version, promotion, by } } };
    }
    case 'end-promotion': {
      const { promotionId } = command;
      return { ok: true, value: { type: 'PromotionEnded', body: { version, promotionId, by } } };
    }
  }
}

/** Back to what was, for every field that still has what the edit gave it. */
function undoing(edit: CatalogueEdit | undefined, { itemOf }: CatalogueFacts): ItemChange[] {
  if (!edit || edit.undone || edit.undoes !== undefined) return [];
  return edit.changes.flatMap(({ sku, field, was, is }) => {
    const stands = itemOf(sku)?.[field] === is;
    return stands ? [{ sku, field, was: is, is: was } as ItemChange] : [];
  });
}

/** Why the ledger must not take this event now; the last word, whoever decided it. */
export function whyNotEditable(
  event: DomainEvent,
  facts: Omit<CatalogueFacts, 'by'>,
): Refusal | undefined {
  const { state, wallMs } = facts;
  if (event.type === 'PromotionSet') return whyNotSet(event.body.promotion, state);
  if (event.type === 'PromotionEnded') return whyNotEnded(event.body.promotionId, state);
  if (event.type !== 'CatalogueEdited') return undefined;
  const { changes, undoes, version } = event.body;
  if (version !== state.version + 1) return refuseCatalogue('EDIT_STALE', { version }).refusal;
  if (changes.length === 0 || changes.length > MAX_CHANGES)
    return refuseCatalogue('NOTHING_CHANGED', { changes: changes.length }).refusal;
  const edit = state.edits.find(({ editId }) => editId === undoes);
  if (undoes !== undefined && (!edit || edit.undone))
    return refuseCatalogue('UNDO_NOTHING').refusal;
  if (edit && Math.abs(wallMs - edit.wallMs) > UNDO_MS)
    return refuseCatalogue('UNDO_TOO_LATE').refusal;
  const seen = new Set<string>();
  for (const change of changes) {
    const key = valueKey(change);
    const problem = seen.has(key)
      ? refuseCatalogue('EDIT_STALE', { sku: change.sku }).refusal
      : wrongChange(change, facts.itemOf(change.sku), undoes !== undefined);
    if (problem) return problem;
    seen.add(key);
  }
  return undefined;
}

function wrongChange(
  change: ItemChange,
  item: CatalogueItem | undefined,
  undoes: boolean,
): Refusal | undefined {
  const { sku } = change;
  if (!item) return refuseCatalogue('ARTICLE_UNKNOWN', { sku }).refusal;
  if (item[change.field] !== change.was) return refuseCatalogue('EDIT_STALE', { sku }).refusal;
  if (change.is === change.was) return refuseCatalogue('NOTHING_CHANGED', { sku }).refusal;
  if (change.field !== 'unitPriceFen') return undefined;
  const { priceLockedBy, minimumPriceFen = 0 } = item;
  const { is } = change;
  if (priceLockedBy) return refuseCatalogue('PRICE_LOCKED', { sku, by: priceLockedBy }).refusal;
  // What it cost before was a price, whatever the rules say by now.
  if (undoes) return undefined;
  if (!Number.isSafeInteger(is) || is < MIN_UNIT_PRICE_FEN || is > MAX_UNIT_PRICE_FEN)
    return refuseCatalogue('PRICE_WRONG', { sku }).refusal;
  const isBelow = is < minimumPriceFen;
  return isBelow
    ? refuseCatalogue('PRICE_BELOW_GUARD', { sku, minimumPriceFen }).refusal
    : undefined;
}

const runOf = (state: CatalogueState, id: string) =>
  state.runs.find((run) => isOpen(run) && run.promotion.id === id);

function whyNotSet(promotion: Promotion, state: CatalogueState): Refusal | undefined {
  const problem = wrongPromotion(promotion);
  if (problem !== undefined) return refuseCatalogue('PROMOTION_INVALID', { problem }).refusal;
  return runOf(state, promotion.id)?.origin === 'head-office'
    ? refuseCatalogue('PROMOTION_LOCKED').refusal
    : undefined;
}

function whyNotEnded(promotionId: string, state: CatalogueState): Refusal | undefined {
  const run = runOf(state, promotionId);
  if (!run) return refuseCatalogue('PROMOTION_UNKNOWN', { promotion: promotionId }).refusal;
  return run.origin === 'head-office' ? refuseCatalogue('PROMOTION_LOCKED').refusal : undefined;
}

/** One article with a field changed. */
export const changedItem = (item: CatalogueItem, change: Pick<ItemChange, 'field' | 'is'>) => ({
  ...item,
  [change.field]: change.is,
});

/** Rules in force after an event of the store's own. */
export function promotionsAfter(rules: readonly Promotion[], event: DomainEvent): Promotion[] {
  if (event.type === 'PromotionEnded')
    return rules.filter(({ id }) => id !== event.body.promotionId);
  if (event.type !== 'PromotionSet') return [...rules];
  const { promotion } = event.body;
  return [...rules.filter(({ id }) => id !== promotion.id), promotion];
}

/** Head office's new book with what the store changed and may keep; and what it may not. */
export function overlaid(
  book: PriceBook,
  state: CatalogueState,
  itemBefore: (sku: string) => CatalogueItem | undefined,
): { items: CatalogueItem[]; promotions: Promotion[]; overruled: ItemChange[] } {
  const items = new Map(book.items.map((item) => [item.sku, item]));
  const overruled: ItemChange[] = [];
  for (const value of state.values) {
    const { sku, field, base, is } = value;
    const item = items.get(sku);
    const locked = field === 'unitPriceFen' && item?.priceLockedBy !== undefined;
    const sameBasis = item?.priceBasis === itemBefore(sku)?.priceBasis;
    if (item && item[field] === base && sameBasis && !locked)
      items.set(sku, changedItem(item, value));
    else overruled.push({ sku, field, was: is, is: item?.[field] ?? base } as ItemChange);
  }
  const own = state.runs.filter((run) => isOpen(run) && run.origin === 'local');
  const published = book.promotions ?? [];
  const ids = new Set(published.map(({ id }) => id));
  const promotions = [
    ...published,
    ...own.map(({ promotion }) => promotion).filter(({ id }) => !ids.has(id)),
  ];
  // Each of the book's own rows, so that an article named twice is still there to be refused.
  return { items: book.items.map((item) => items.get(item.sku) ?? item), promotions, overruled };
}
