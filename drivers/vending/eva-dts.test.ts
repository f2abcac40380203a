import { describe, expect, test } from 'vitest';
import { auditLines, createBooks, vend } from '../../simulator/twins/vending-books.ts';
import { type AuditProblem, parseAudit } from './eva-dts.ts';
import { rememberedOf, withSold } from './sold.ts';

const books = createBooks('YKF0000017', { A1: 450, B1: 1200 });
vend(books, 0, 'cash');
const good = auditLines(books).map((line) => line.trimEnd());
const without = (id: string) => good.filter((line) => !line.startsWith(id));
const changed = (from: RegExp, to: string) => good.map((line) => line.replace(from, to));

describe('a file that is not whole gives no counter and says why', () => {
  test.each<[string, string[], AuditProblem['code'], RegExp]>([
    ['nothing at all', [], 'NO_START', /beginning is missing/],
    ['its beginning lost', without('ST*'), 'NO_START', /没有开头/],
    ['its end lost', good.slice(0, 6), 'NO_END', /broke off after line 6/],
    ['a line lost', without('CA2'), 'LINE_COUNT', /says 13 lines, 12 came/],
    ['two files in one', changed(/^SE\*13\*0001/, 'SE*13*0002'), 'CONTROL_NUMBER', /0001 .* 0002/],
    ['a digit changed', changed(/^PA1\*A1\*450/, 'PA1*A1*460'), 'FILE_CRC', /sum G85/],
    ['a line of noise', [...good, '\x1b[2J'], 'NOT_A_SEGMENT', /line 16 is no segment/],
    ['letters for a number', changed(/^VA1\*450/, 'VA1*4S0'), 'NOT_A_NUMBER', /VA101 .* "4S0"/],
    ['a minus', changed(/^PA2\*1/, 'PA2*-1'), 'NOT_A_NUMBER', /PA201/],
    ['a selection lost', without('PA1'), 'NO_SELECTION', /belongs to no selection/],
    ['all sales twice', good.flatMap((l) => (l.startsWith('VA1') ? [l, l] : [l])), 'TWICE', /VA1/],
  ])('%s', (_, lines, code, words) => {
    const parsed = parseAudit(lines);
    const problems = parsed.ok ? [] : parsed.problems;
    expect(problems.map((each) => each.code)).toContain(code);
    const told = problems.find((each) => each.code === code);
    expect(`${told?.zh} ${told?.en}`).toMatch(words);
  });

  test('every line cut off after any character is either told or the last line is untouched', () => {
    const text = good.join('\r\n');
    for (let size = 0; size < text.indexOf('SE*'); size++)
      expect(parseAudit(text.slice(0, size).split('\r\n')).ok).toBe(false);
  });
});

test('a machine that sums other bytes is read where its sum is told to be ignored', () => {
  const strange = changed(/^G85\*.*/, 'G85*0000');
  expect(parseAudit(strange).ok).toBe(false);
  expect(parseAudit(strange, false)).toMatchObject({
    ok: true,
    audit: { serialNumber: 'YKF0000017' },
  });
});

test('what is not known here is named, and a machine without a second pair has no reset', () => {
  const lines = ['ST*001*0001', 'VA1*900*2', 'TA2*0*0', 'BA1*x', 'SE*5*0001'];
  expect(parseAudit(lines)).toEqual({
    ok: true,
    audit: {
      ...{ decimals: 2, selections: [], events: [], unread: ['BA1', 'TA2'] },
      sales: { sinceStart: { count: 2, valueMinor: 900 } },
    },
  });
});

test('what was sold since is never below zero, and of another machine nothing is known', () => {
  const read = parseAudit(good);
  if (!read.ok) throw new Error('good');
  const before = rememberedOf(read.audit);
  expect(withSold(read.audit, before).soldSince).toEqual({ count: 0, valueMinor: 0 });
  const more = { ...before, sales: { count: 900, valueMinor: 99_999 } };
  expect(withSold(read.audit, more).soldSince).toEqual({ count: 1, valueMinor: 450 });
  const other = { ...before, serialNumber: 'YKF0000018' };
  expect(withSold(read.audit, other)).not.toHaveProperty('soldSince');
});
