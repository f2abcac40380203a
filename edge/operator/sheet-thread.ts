/**
 * A thread that makes one xlsx sheet of the pages of cells it is sent; `null` ends them. Its data
 * are the widths of the columns, in characters.
 */
import { parentPort, workerData } from 'node:worker_threads';
import writeSheet, { type SheetCell } from 'write-excel-file/node';
import type { Cell } from '../core/csv.ts';

const COLUMNS = (workerData as number[]).map((width) => ({ width }));

const rows: SheetCell[][] = [];
/** Money and counts are numbers, so that a spreadsheet can add them up. */
const sheetCell = (value: Cell): SheetCell =>
  typeof value === 'number'
    ? { value, type: Number, format: Number.isInteger(value) ? '0' : '0.00' }
    : { value, type: String };

async function finish(): Promise<void> {
  const [head = [], ...rest] = rows;
  const bold = head.map((cell) => ({ ...cell, fontWeight: 'bold' as const }));
  const made = writeSheet([bold, ...rest], { columns: COLUMNS, stickyRowsCount: 1 });
  parentPort?.postMessage(new Uint8Array(await made.toBuffer()));
}

parentPort?.on('message', (page: Cell[][] | null) => {
  if (page === null) void finish();
  else rows.push(...page.map((row) => row.map(sheetCell)));
});
