/** From audit to audit: what was sold in between. */
import type { AuditTotal, VendingAudit } from '../vending.ts';

/** Counters of the audit before, as they are kept. */
export interface AuditBefore {
  serialNumber?: string;
  sales?: AuditTotal;
  selections: Record<string, AuditTotal>;
}

export const rememberedOf = ({ serialNumber, sales, selections }: VendingAudit): AuditBefore => ({
  ...(serialNumber !== undefined && { serialNumber }),
  ...(sales && { sales: sales.sinceStart }),
  selections: Object.fromEntries(
    selections.map(({ selection, sinceStart }) => [selection, sinceStart]),
  ),
});

/** Grown by so much; a counter that fell was set up anew and has counted from nothing. */
function grown(now: AuditTotal, before: AuditTotal): AuditTotal {
  const anew = now.count < before.count || now.valueMinor < before.valueMinor;
  if (anew) return now;
  return { count: now.count - before.count, valueMinor: now.valueMinor - before.valueMinor };
}

/** The same audit with what was sold since the one before; another machine has none before. */
export function withSold(audit: VendingAudit, before: AuditBefore | undefined): VendingAudit {
  if (before === undefined || before.serialNumber !== audit.serialNumber) return audit;
  const { sales, selections } = audit;
  return {
    ...audit,
    ...(sales && before.sales && { soldSince: grown(sales.sinceStart, before.sales) }),
    selections: selections.map((each) => {
      const was = before.selections[each.selection];
      return was === undefined ? each : { ...each, soldSince: grown(each.sinceStart, was) };
    }),
  };
}
