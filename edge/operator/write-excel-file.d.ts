/** The part of the library that a sheet of orders needs. */
declare module 'write-excel-file/node' {
  export interface SheetCell {
    value: string | number;
    type: StringConstructor | NumberConstructor;
    format?: string;
    fontWeight?: 'bold';
  }
  export default function writeSheet(
    rows: SheetCell[][],
    options: { columns: { width: number }[]; stickyRowsCount?: number },
  ): { toBuffer(): Promise<Buffer> };
}
