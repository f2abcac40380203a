import type { Text } from '../core/ports.ts';
import { say } from '../core/say.ts';

/** A projection that is not what the events say, in words. */
export function differs(table: string, row: string): { reason: Text } {
  return {
    reason: say(
      `汇总表 ${table} 与记录不符：${row}`,
      `Projection ${table} differs from events: ${row}`,
    ),
  };
}
