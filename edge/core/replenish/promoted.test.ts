import { describe, expect, it } from 'vitest';
import { promotedDays } from './promoted.ts';

describe('the calendar of rules', () => {
  const at = (day: string, hour = 0) => Date.parse(`${day}T00:00:00Z`) + (hour - 8) * 3_600_000;
  const now = { offsetHours: 8, wallMs: at('2026-11-23', 12) };
  const rule = {
    ...{ kind: 'percent-off' as const, id: 'r', name: { zh: '', en: '' }, percentOff: 10 },
    ...{ fromFen: 0, skus: ['cola'] },
  };
  const daysOf = (...runs: Parameters<typeof promotedDays>[0]) =>
    [...promotedDays(runs, now)('cola').keys()].map((day) =>
      new Date(day * 86_400_000).toISOString().slice(5, 10),
    );
  const origin = 'local' as const;

  it('has the days of a rule, those it names or those it ran', () => {
    const dated = { ...rule, fromDay: '2026-11-21', toDay: '2026-11-25' };
    expect(daysOf({ promotion: dated, origin, fromWallMs: at('2026-11-20') })).toEqual([
      ...['11-21', '11-22', '11-23', '11-24', '11-25'],
    ]);
    // Set up at eleven at night, ended two days later.
    const untilWallMs = at('2026-11-22', 9);
    expect(
      daysOf({ promotion: rule, origin, fromWallMs: at('2026-11-20', 23), untilWallMs }),
    ).toEqual([...['11-20', '11-21', '11-22']]);
    expect(daysOf({ promotion: { ...dated, toDay: '2026-11-19' }, origin, fromWallMs: 0 })).toEqual(
      [],
    );
  });

  it('leaves out rules for the whole basket', () => {
    const { skus: _, ...whole } = rule;
    expect(daysOf({ promotion: whole, origin, fromWallMs: at('2026-11-20') })).toEqual([]);
  });
});
