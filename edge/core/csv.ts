/** A table as a CSV file that spreadsheets open right: UTF-8 with its mark, CRLF, no formulas. */
export const BYTE_ORDER_MARK = '\uFEFF';

/** What the same table is called on the wire as a spreadsheet. */
export const XLSX_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

export type Cell = string | number;

/** Text a spreadsheet would run as a formula gets an apostrophe; numbers stay numbers. */
export function csvCell(value: Cell): string {
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r\n＝＋－＠]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export const csvRow = (row: readonly Cell[]): string => `${row.map(csvCell).join(',')}\r\n`;

export const csvOf = (rows: readonly (readonly Cell[])[]): string =>
  BYTE_ORDER_MARK + rows.map(csvRow).join('');
