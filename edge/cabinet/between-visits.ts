/** What happens while no visit owns the door. None of it is ever charged to the next shopper. */
import { type CabinetInside, toDeci } from './inside.ts';

/** After a forced door, changes are put down to it for this long. */
const FORCED_MS = 600_000;
const forcedAt = new WeakMap<CabinetInside, number>();

/** A weight changed behind a shut door: an inventory event with its cause (flow X10). */
export function closedChange(
  cabinet: CabinetInside,
  cell: string,
  beforeGrams: number,
  afterGrams: number,
): void {
  const { parts } = cabinet;
  const forced = forcedAt.get(cabinet);
  const afterForced = forced !== undefined && parts.clock.monoMs() - forced < FORCED_MS;
  const cause = afterForced
    ? ('after-forced-door' as const)
    : afterGrams < beforeGrams
      ? ('fell-or-leaked' as const)
      : ('unexplained' as const);
  parts.ledger.append({
    source: parts.config.id,
    events: [
      {
        type: 'ShelfDisturbed',
        body: {
          cabinetId: parts.config.id,
          cell,
          beforeDeciGrams: toDeci(beforeGrams),
          afterDeciGrams: toDeci(afterGrams),
          cause,
        },
      },
    ],
  });
}

/** The door opened and nobody had asked: said at once (INV-K3: within a second). */
export function forcedDoor(cabinet: CabinetInside): void {
  const { parts } = cabinet;
  const monoMs = Math.round(parts.clock.monoMs());
  forcedAt.set(cabinet, monoMs);
  parts.ledger.append({
    source: parts.config.id,
    events: [
      {
        type: 'DoorForced',
        body: { cabinetId: parts.config.id, lockNumber: parts.config.lockNumber, monoMs },
      },
    ],
  });
  parts.log.warn({ cabinet: parts.config.id }, 'door opened without a visit');
  cabinet.changed();
}
