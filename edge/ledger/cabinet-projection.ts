/** The projection of cabinets: one folded state each, in step with the events of its visits. */

import type { DomainEvent } from '../core/events.ts';
import { type CabinetState, emptyCabinet, evolveCabinet } from '../core/visit/cabinet-state.ts';
import { VISIT_EVENT_TYPES } from '../core/visit/visit-events.ts';
import type { Connection } from './database.ts';

export interface CabinetProjector {
  apply(event: DomainEvent): void;
  settle(): void;
  adopt(): void;
  forget(): void;
  readonly cabinets: ReadonlyMap<string, CabinetState>;
}

const OF_VISITS: ReadonlySet<string> = new Set(VISIT_EVENT_TYPES);

/** The cabinet that an event of this family names; undefined for every other event. */
export function cabinetOfEvent({ type, body }: DomainEvent): string | undefined {
  return OF_VISITS.has(type) && 'cabinetId' in body ? body.cabinetId : undefined;
}

/** Keeps `<schema>.cabinets`; memory changes only with the disk, as for sales. */
export function cabinetProjector(
  db: Connection,
  schema: 'main' | 'temp',
  cabinets: Map<string, CabinetState>,
): CabinetProjector {
  const put = db.prepare(
    `INSERT INTO ${schema}.cabinets VALUES (?, ?)
     ON CONFLICT (cabinet_id) DO UPDATE SET state = excluded.state`,
  );
  const touched = new Map<string, CabinetState>();
  return {
    cabinets,
    apply(event) {
      const id = cabinetOfEvent(event);
      if (id === undefined) return;
      const before = touched.get(id) ?? cabinets.get(id) ?? emptyCabinet(id);
      touched.set(id, evolveCabinet(before, event));
    },
    settle() {
      for (const [id, state] of touched) put.run(id, JSON.stringify(state));
    },
    adopt() {
      for (const [id, state] of touched) cabinets.set(id, state);
      touched.clear();
    },
    forget: () => touched.clear(),
  };
}

/** Every cabinet of a reopened ledger by id. */
export function cabinetsOf(db: Connection): Map<string, CabinetState> {
  const rows = db
    .prepare<[], { id: string; state: string }>('SELECT cabinet_id AS id, state FROM cabinets')
    .all();
  return new Map(rows.map(({ id, state }) => [id, JSON.parse(state) as CabinetState]));
}
