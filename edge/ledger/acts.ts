/** What people did: kept in step with events, read back for an audit, and held to the events. */

import type { DomainEvent, RecordedEvent, StoredEvent } from '../core/events.ts';
import { type ActKind, actOf } from '../core/views/acts.ts';
import type { Connection } from './database.ts';
import type { Place } from './projections.ts';
import { parseRecord } from './record.ts';

export interface ActSearch {
  kind?: ActKind;
  person?: string;
  fromWallMs?: number;
  beforeWallMs?: number;
}

export interface ActRow {
  kind: ActKind;
  person: string;
  event: RecordedEvent;
}

export interface ActReader {
  /** Acts older than `beforeSeq`, newest first, at most `limit`. */
  acts(search: ActSearch, limit: number, beforeSeq?: number): ActRow[];
  /** Everybody who ever did anything. */
  actors(): string[];
}

export function actWriter(db: Connection, schema: string) {
  const put = db.prepare(`INSERT INTO ${schema}.acts VALUES (?, ?, ?, ?)`);
  return (event: DomainEvent, { seq, wallMs }: Place): void => {
    const act = actOf(event);
    if (act) put.run(seq, wallMs, act.kind, act.person);
  };
}

type Found = { seq: number; kind: ActKind; person: string };

export function actReader(
  db: Connection,
  after: (seq: number, limit: number) => StoredEvent[],
): ActReader {
  const select = db.prepare<Record<string, string | number | null>, Found>(
    `SELECT seq, kind, person FROM acts WHERE seq < @beforeSeq AND (@kind IS NULL OR kind = @kind)
     AND (@person IS NULL OR person = @person)
     AND wall_ms >= @fromWallMs AND wall_ms < @beforeWallMs ORDER BY seq DESC LIMIT @limit`,
  );
  const people = db
    .prepare<[], string>("SELECT DISTINCT person FROM acts WHERE person <> '' ORDER BY person")
    .pluck();
  return {
    acts(search, limit, beforeSeq = Number.MAX_SAFE_INTEGER) {
      const { kind = null, person = null, fromWallMs = 0 } = search;
      const { beforeWallMs = Number.MAX_SAFE_INTEGER } = search;
      return select
        .all({ beforeSeq, kind, person, fromWallMs, beforeWallMs, limit })
        .flatMap(({ seq, ...who }) =>
          after(seq - 1, 1).map(({ record }) => ({ ...who, event: parseRecord(record) })),
        );
    },
    actors: () => people.all(),
  };
}

/** The first row that the events do not call for, or lack. */
export function actFinding(db: Connection): string | undefined {
  const stored = db.prepare<[], [number, number, string, string]>('SELECT * FROM acts').raw();
  const known = new Map(stored.all().map((row) => [row[0], JSON.stringify(row)]));
  const records = db.prepare<[], string>('SELECT record FROM events ORDER BY seq').pluck();
  for (const record of records.iterate()) {
    const event = parseRecord(record);
    const act = actOf(event);
    if (!act) continue;
    const row = JSON.stringify([event.seq, event.wallMs, act.kind, act.person]);
    if (known.get(event.seq) !== row) return row;
    known.delete(event.seq);
  }
  return [...known.values()][0];
}
