/** A projection that is not what the events say, in words. */
export function differs(table: string, row: string): { reason: string } {
  return { reason: `汇总表 ${table} 与记录不符 / Projection ${table} differs from events: ${row}` };
}
