import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkDigit, hasCheckDigit, isGtin, normaliseGtin, sameGtin } from './gtin.ts';
import { verifierDigit } from './verifier-digit.ts';

const SEED = Number(process.env.SEED ?? 20261123);

describe('check digits', () => {
  const right = [
    '02345673',
    '416000336108',
    '1234567890128',
    '12345678901231',
    '123456789012345675',
    '6291041500213',
    '7038010054471',
    '9501101531000',
    '9788205512375',
    '7080003824349',
    '376104250021234569',
    '6901234567892',
  ];
  const wrong = [
    '12345673',
    '416000336109',
    '1234567890129',
    '12345678901232',
    '123456789012345670',
    '',
    '0',
    '690123456789 ',
    '690 1234567892',
    '69012345678x2',
    '⁰⁰⁰⁰⁰⁰⁰⁰',
    '٠٢٣٤٥٦٧٣',
  ];
  it.each(right)('%s is right', (digits) => expect(hasCheckDigit(digits)).toBe(true));
  it.each(wrong)('"%s" is wrong', (digits) => expect(hasCheckDigit(digits)).toBe(false));

  it('finds any single wrong digit', () => {
    const places = fc.tuple(
      fc.stringMatching(/^\d{13}$/),
      fc.nat(12),
      fc.integer({ min: 1, max: 9 }),
    );
    fc.assert(
      fc.property(places, ([body, at, by]) => {
        const good = body + checkDigit(body);
        const digit = (Number(good[at]) + by) % 10;
        expect(hasCheckDigit(`${good.slice(0, at)}${digit}${good.slice(at + 1)}`)).toBe(false);
      }),
      { seed: SEED },
    );
  });

  it('names one article by any length of its number', () => {
    expect(normaliseGtin('6901234567892')).toBe('06901234567892');
    expect(sameGtin('416000336108', '0416000336108')).toBe(true);
    expect(sameGtin('416000336108', '6901234567892')).toBe(false);
    expect(sameGtin('nonsense', 'nonsense')).toBe(false);
    expect([isGtin('123456789012345675'), normaliseGtin('6901234567893')]).toEqual([
      false,
      undefined,
    ]);
  });
});

describe('verifier digits', () => {
  it.each([
    ['2875', '9'],
    ['0000', '0'],
    ['1234', '9'],
    ['9999', '6'],
    ['14685', '6'],
    ['00000', '0'],
    ['01234', '1'],
    ['12345', '8'],
    ['00012', '9'],
    ['00239', '4'],
    ['06870', '1'],
    ['123', undefined],
    ['123456', undefined],
    ['12a4', undefined],
  ])('of %s is %s', (field, digit) => expect(verifierDigit(field)).toBe(digit));
});
