/** The projection of what the store changed on the price book: one folded state. */
import { CATALOGUE_EVENT_TYPES } from '../core/catalogue/catalogue-events.ts';
import {
  type CatalogueState,
  EMPTY_CATALOGUE,
  evolveCatalogue,
} from '../core/catalogue/catalogue-state.ts';
import type { DomainEvent } from '../core/events.ts';
import type { Connection } from './database.ts';

export interface CatalogueProjector {
  apply(event: DomainEvent, wallMs: number): void;
  settle(): void;
  adopt(): void;
  forget(): void;
  /** As of the last commit. */
  state(): CatalogueState;
}

/** Event types that it folds, for the verifier. */
export const CATALOGUE_TYPES = [...CATALOGUE_EVENT_TYPES, 'PriceBookActivated'] as const;

/** Keeps `<schema>.catalogue`; memory changes only with the disk. */
export function catalogueProjector(
  db: Connection,
  schema: 'main' | 'temp',
  start: CatalogueState = EMPTY_CATALOGUE,
): CatalogueProjector {
  const put = db.prepare(
    `INSERT INTO ${schema}.catalogue VALUES (1, ?)
     ON CONFLICT (id) DO UPDATE SET state = excluded.state`,
  );
  let kept = start;
  let next = start;
  return {
    state: () => kept,
    apply(event, wallMs) {
      next = evolveCatalogue(next, event, wallMs);
    },
    settle() {
      if (next !== kept) put.run(JSON.stringify(next));
    },
    adopt() {
      kept = next;
    },
    forget() {
      next = kept;
    },
  };
}

/** The row of a reopened ledger. */
export function storedCatalogue(db: Connection): CatalogueState {
  const row = db.prepare<[], string>('SELECT state FROM catalogue').pluck().get();
  return row === undefined ? EMPTY_CATALOGUE : JSON.parse(row);
}
