/** Rows as one xlsx sheet, made in a thread of its own: no shopper waits for it. */
import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Cell } from '../core/csv.ts';
import { BUILT } from '../main.ts';

/** `widths`: of the columns, in characters. The first row is the head. */
export async function sheetOf(
  pages: AsyncIterable<Cell[][]> | Iterable<Cell[][]>,
  widths: readonly number[],
): Promise<Buffer> {
  const worker = new Worker(join(BUILT, 'edge/operator/sheet-thread.js'), { workerData: widths });
  try {
    const ended = once(worker, 'message');
    for await (const page of pages) worker.postMessage(page);
    worker.postMessage(null);
    const [sheet] = (await ended) as [Uint8Array];
    return Buffer.from(sheet);
  } finally {
    await worker.terminate();
  }
}

const NARROWEST = 8;
const WIDEST = 60;

/** Wide enough for what stands in each column; a Chinese character is as wide as two letters. */
export function widthsOf(rows: readonly Cell[][]): number[] {
  const widths: number[] = [];
  for (const row of rows)
    for (const [at, cell] of row.entries()) {
      const wide = String(cell).replaceAll(/[^\x20-\x7e]/g, 'xx').length + 2;
      widths[at] = Math.min(WIDEST, Math.max(widths[at] ?? NARROWEST, wide));
    }
  return widths;
}
