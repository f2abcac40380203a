/** A thread that makes one xlsx sheet of the pages of cells it is sent; `null` ends them. */
import { on } from 'node:events';
import { type MessagePort, parentPort } from 'node:worker_threads';
import type { Cell } from '../core/csv.ts';
import { xlsxOf } from './xlsx.ts';

const WIDTHS = [16, 18, 12, 14, 60, 8, 12, 12, 16, 10, 10];

async function* pagesFrom(port: MessagePort): AsyncGenerator<Cell[][]> {
  for await (const [page] of on(port, 'message')) {
    if (page === null) return;
    yield page;
  }
}

if (parentPort) {
  const made = await xlsxOf(pagesFrom(parentPort), WIDTHS);
  parentPort.postMessage(new Uint8Array(made));
}
