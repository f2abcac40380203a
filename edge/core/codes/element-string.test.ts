import { describe, expect, it } from 'vitest';
import { elementDate, isElementDate, parseElementString } from './element-string.ts';

const GS = '\x1d';
const thisYear = 2026;

describe('element strings', () => {
  const gtin = '0109521234543213';
  it.each([
    ['', 'empty'],
    [GS, 'empty'],
    ['0', 'unknown-ai'],
    ['99', 'too-short'],
    [`${gtin}${gtin}`, 'repeated-ai'],
    [`${gtin}02095212345432133712`, 'conflict'],
    [`${gtin}3712`, 'conflict'],
    [`${gtin}31030012343102000100`, 'conflict'],
    [`${gtin}3922100`, 'conflict'],
    [`31030012343922100`, 'conflict'],
    [`${gtin}31030012343922100${GS}3932156100`, 'conflict'],
    [`${gtin}310300123`, 'too-short'],
    [`${gtin}31030012a4`, 'bad-characters'],
    [`${gtin}17261301`, 'bad-date'],
    [`${gtin}10${'A'.repeat(21)}`, 'too-long'],
    [`${gtin}10A#`, 'bad-characters'],
    [`${gtin}5500`, 'unknown-ai'],
    // The price per kilogram has six digits and needs its separator all the same.
    [`${gtin}310300123439520019901721`, 'missing-separator'],
  ])('%j are refused as %s', (text, problem) => {
    expect(parseElementString(text)).toMatchObject({ ok: false, problem });
  });

  it('need a separator after a price per kilogram, though its length is fixed', () => {
    const good = parseElementString(`${gtin}31030012343952001990${GS}10A`);
    expect(good.ok && good.elements.map(({ ai }) => ai)).toEqual(['01', '3103', '3952', '10']);
  });

  it('may carry a needless separator after a fixed length', () => {
    expect(parseElementString(`${gtin}${GS}3103001234`)).toMatchObject({ ok: true });
  });

  const dates = ['000606', '500606', '990606', '200229', '240229', '000229', '261200'];
  const noDates = ['260001', '261301', '200230', '210229', '200431', '26010', '2601011', 'ab0101'];
  it.each(dates)('take %s for a date', (date) => expect(isElementDate(date)).toBe(true));
  it.each(noDates)('do not take %s for a date', (date) => expect(isElementDate(date)).toBe(false));
  it.each([
    ['760606', '2076-06-06'],
    ['770606', '1977-06-06'],
    ['240200', '2024-02-29'],
  ])('put %s into its century: %s', (date, day) => expect(elementDate(date, thisYear)).toBe(day));
  it('put a date of early next century there', () => {
    expect(elementDate('000101', 2060)).toBe('2100-01-01');
  });
});
