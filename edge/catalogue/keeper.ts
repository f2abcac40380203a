/**
 * The keeper of prices: one actor that decides what people change on head office's price book and
 * puts it in the ledger. Everything it knows is in the ledger, so a restart goes on.
 */
import {
  type CatalogueCommand,
  decideCatalogue,
  UNDO_MS,
} from '../core/catalogue/catalogue-decide.ts';
import type { Person } from '../core/person.ts';
import type { Clock, Ids, Outcome } from '../core/ports.ts';
import type {
  CatalogueAsk,
  ProductQuery,
  ProductsView,
  PromotionsView,
} from '../core/views/catalogue-view.ts';
import type { CommandAnswer } from '../core/views/views.ts';
import { ANSWER_OK, answerOnce, type Cause } from '../ledger/answer.ts';
import type { Ledger } from '../ledger/contract.ts';
import { keepPhoto } from './pictures.ts';
import { productsView } from './products.ts';
import { promotionsView } from './promotions.ts';
import { type TagParts, type Tags, tagsOf } from './tags.ts';

export interface CatalogueParts {
  ledger: Ledger;
  clock: Clock;
  ids: Ids;
  localDay(wallMs: number): string;
  /** Folder of the store's own photos. */
  photos: string;
}

export interface CatalogueKeeper {
  products(query: ProductQuery): ProductsView;
  promotions(): PromotionsView;
  /** The same key twice is one change. */
  handle(asked: CatalogueAsk, key: string, by: Person): Promise<CommandAnswer>;
  tags: Tags;
  /** Gives an article a photo of its own, or (without bytes) head office's picture back. */
  photograph(
    sku: string,
    bytes: Uint8Array | undefined,
    key: string,
    by: Person,
  ): Promise<CommandAnswer>;
}

export function keepCatalogue(parts: TagParts): CatalogueKeeper {
  const { ledger, ids } = parts;
  const handle: CatalogueKeeper['handle'] = (asked, key, by) =>
    answerOnce(ledger, asked, `catalogue:${key}`, (cause) =>
      carryOut(parts, commandOf(asked, ids), by, cause),
    );
  return {
    products: (query) => productsView(parts, query),
    promotions: () => promotionsView(parts),
    handle,
    tags: tagsOf(parts),
    async photograph(sku, bytes, key, by) {
      const kept = bytes ? await keepPhoto(parts.photos, bytes) : undefined;
      if (kept?.ok === false) return kept;
      const was = ledger.item(ledger.priceBookVersion(), sku)?.picture ?? '';
      // The same photo once more is no mistake.
      if (kept?.value === was) return { ok: true };
      const own = ledger
        .catalogue()
        .values.find((each) => each.sku === sku && each.field === 'picture');
      const is = kept?.value ?? String(own?.base ?? was);
      return handle({ kind: 'edit', changes: [{ sku, field: 'picture', was, is }] }, key, by);
    },
  };
}

function commandOf(asked: CatalogueAsk, ids: Ids): CatalogueCommand {
  if (asked.kind === 'undo') return { kind: 'undo', undoes: asked.editId, editId: ids('edit') };
  return asked.kind === 'edit' ? { ...asked, editId: ids('edit') } : asked;
}

function carryOut(
  { ledger, clock }: CatalogueParts,
  command: CatalogueCommand,
  by: Person,
  cause: Cause,
): Outcome<unknown> {
  const version = ledger.priceBookVersion();
  const decision = decideCatalogue(command, {
    state: ledger.catalogue(),
    by,
    wallMs: clock.wallMs(),
    itemOf: (sku) => ledger.item(version, sku),
  });
  if (!decision.ok) return decision;
  const answer = { ...cause, answer: ANSWER_OK };
  const value = ledger.append({ source: 'store', events: [decision.value], command: answer });
  return { ok: true, value };
}

/** Edits that can still be taken back, newest first. */
export function undoableEdits({ ledger, clock }: CatalogueParts): ProductsView['undoable'] {
  const now = clock.wallMs();
  return ledger
    .catalogue()
    .edits.filter(({ undoes, undone, wallMs }) => !undoes && !undone && now - wallMs <= UNDO_MS)
    .map(({ editId, by, changes, wallMs }) => ({
      ...{ editId, by: by.name, changes: changes.length, wallMs, untilWallMs: wallMs + UNDO_MS },
    }))
    .reverse();
}
