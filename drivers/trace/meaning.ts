/** What the bytes of a trace mean, beside the piece that completed them. Pure: nothing is opened. */
import type { DecodedItem, Driver } from '../contract.ts';
import type { TraceEntry } from './ring.ts';

/** Items by the `seq` of the entry that completed them; a new connection is a new decoder. */
export function meaningsOf(
  driver: Pick<Driver, 'decoder'>,
  options: Record<string, unknown>,
  entries: readonly TraceEntry[],
): Map<number, DecodedItem[]> {
  const found = new Map<number, DecodedItem[]>();
  let decoder = driver.decoder(options);
  for (const { seq, direction, bytes } of entries) {
    if (isOpening({ direction, bytes })) decoder = driver.decoder(options);
    if (direction !== 'rx') continue;
    const items = decoder.push(bytes);
    if (items.length > 0) found.set(seq, items);
  }
  return found;
}

export const OPENING = 'open';

/** The note with which every connection begins. */
export function isOpening({ direction, bytes }: Pick<TraceEntry, 'direction' | 'bytes'>): boolean {
  return direction === 'note' && Buffer.from(bytes).toString('utf8').startsWith(`${OPENING} `);
}
