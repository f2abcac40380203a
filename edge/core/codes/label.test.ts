import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkDigit, isGtin } from './gtin.ts';
import {
  looseGtin14,
  OTHER_TEMPLATES,
  priceLabelEan13,
  readInStore,
  STORE_TEMPLATES,
  templateNamed,
} from './in-store-code.ts';
import { type CodeReading, makeLabelCodes, type ReadOptions, readCode } from './label.ts';

const SEED = Number(process.env.SEED ?? 20261123);
const GS = '\x1d';
const thisYear = 2026;

const read = (text: string, options: Partial<ReadOptions> = {}): CodeReading =>
  readCode(text, { thisYear, ...options });

function by(name: string): Partial<ReadOptions> {
  const template = templateNamed(name);
  if (!template) throw new Error(`no template ${name}`);
  return { templates: [template] };
}

describe('a scanned code', () => {
  const apples = `0109521234543213310300123439221990${GS}10ABC123`;
  const applesRead = {
    kind: 'element-string',
    checkOk: true,
    gtin: '09521234543213',
    weightGrams: 1234,
    priceFen: 1990,
    lot: 'ABC123',
  };
  const label = { kind: 'store-label', checkOk: true };
  const eighteen = '29001230061200789';
  const long = eighteen + checkDigit(eighteen);

  it.each<[string, Partial<ReadOptions>, object]>([
    ['6901234567892', {}, { kind: 'gtin', checkOk: true, gtin: '6901234567892' }],
    ['6901234567892', { aimId: ']E0' }, { kind: 'gtin', symbology: 'EAN-13' }],
    ['6901234567893', {}, { kind: 'gtin', checkOk: false }],
    ['02345673', { aimId: ']E4' }, { kind: 'gtin', checkOk: true, symbology: 'EAN-8' }],
    [']E06901234567892', {}, { kind: 'gtin', symbology: 'EAN-13', gtin: '6901234567892' }],
    ['416000336108', { role: 'pay' }, { kind: 'gtin', checkOk: true }],
    ['12345678901231', {}, { kind: 'gtin', checkOk: true }],
    ['', {}, { kind: 'unknown', checkOk: false }],
    ['hello', {}, { kind: 'unknown', checkOk: false }],
    ['690123456789 ', {}, { kind: 'unknown', checkOk: false }],
    ['１２３４５６７８', {}, { kind: 'unknown', checkOk: false }],
    ['123456789012345675', { role: 'item' }, { kind: 'unknown', candidates: ['payment-code'] }],
    // Germany (verifier digits), Denmark, Finland and the Baltics, Odoo's documentation.
    ['2211114002394', {}, { ...label, plu: '1111', priceFen: 239, verifierOk: true }],
    ['2511119000129', {}, { ...label, plu: '1111', count: 12, verifierOk: true }],
    ['2811111068708', {}, { ...label, plu: '1111', weightGrams: 6870, verifierOk: true }],
    ['2511118000120', {}, { ...label, count: 12, verifierOk: false }],
    ['2112345015002', {}, { ...label, plu: '12345', weightGrams: 1500 }],
    ['2112345015003', {}, { kind: 'store-label', checkOk: false }],
    ['2135040039753', by('denmark-price'), { ...label, plu: '35040', priceFen: 3975 }],
    ['2623570001505', by('denmark-weight'), { ...label, plu: '23570', weightGrams: 150 }],
    ['2388060112344', by('baltic-weight-1g'), { ...label, weightGrams: 1234 }],
    ['2488060112341', by('baltic-weight-10g'), { ...label, weightGrams: 12_340 }],
    ['2588060112348', by('baltic-weight-100g'), { ...label, weightGrams: 123_400 }],
    ['2388060112344', {}, { kind: 'store-label', checkOk: true }],
    ['2388060112344', by('23IIIIVPPPPPC'), { ...label, plu: '8806', priceFen: 11_234 }],
    // The collision of an 18-digit label with a payment code.
    [long, { role: 'item' }, { ...label, plu: '123', weightGrams: 612, priceFen: 789 }],
    [long, { role: 'pay' }, { kind: 'payment-code', checkOk: true }],
    [long, {}, { kind: 'unknown', candidates: ['store-label', 'payment-code'] }],
    [long.slice(0, 17), { role: 'item' }, { kind: 'unknown', candidates: ['payment-code'] }],
    ['134567890123456789', { role: 'pay' }, { kind: 'payment-code' }],
    ['134567890123456789', {}, { kind: 'unknown', candidates: ['payment-code'] }],
    ['286543210987654321', { role: 'pay' }, { kind: 'payment-code' }],
    ['286543210987654321', { role: 'item' }, { kind: 'unknown', candidates: ['payment-code'] }],
    // GS1 element strings.
    [`]C1${apples}`, {}, { ...applesRead, symbology: 'GS1-128' }],
    [apples, { aimId: ']d2' }, { ...applesRead, symbology: 'GS1 DataMatrix' }],
    [apples, {}, applesRead],
    [GS + apples, { aimId: ']Q3' }, { ...applesRead, symbology: 'GS1 QR' }],
    [apples.replace(GS, ''), { aimId: ']C1' }, { kind: 'element-string', checkOk: false }],
    ['01095212345432133103001234', {}, { kind: 'element-string', weightGrams: 1234 }],
    ['01095212345432133103001234', { aimId: ']C0' }, { kind: 'unknown', symbology: 'Code 128' }],
    ['0109521234543214', { aimId: ']C1' }, { checkOk: false, problem: 'bad-check-digit' }],
    ['010952123454321317261231', {}, { expiry: '2026-12-31' }],
    ['010952123454321317260200', {}, { expiry: '2026-02-28' }],
    ['0109521234543213310500123421L1', { aimId: ']C1' }, { kind: 'element-string', serial: 'L1' }],
    ['0109521234543213310500120021L1', { aimId: ']C1' }, { weightGrams: 12 }],
    ['01095212345432133103000500393215619900', { aimId: ']C1' }, { priceFen: 19_900 }],
    ['01095212345432133103000500393297819900', { aimId: ']C1' }, { checkOk: true }],
    ['010952123454321330123922450', { aimId: ']C1' }, { checkOk: false }],
    [`01095212345432133012${GS}3922450`, { aimId: ']C1' }, { count: 12, priceFen: 450 }],
    // Digital Link.
    ['https://id.gs1.org/01/09521234543213', {}, { kind: 'digital-link', gtin: '09521234543213' }],
    [
      'https://id.gs1.org/01/09521234543213/10/ABC123/21/12345',
      {},
      { kind: 'digital-link', lot: 'ABC123', serial: '12345' },
    ],
    [
      'HTTPS://id.gs1.org/01/09521234543213/10/ABC123?17=261231&utm=x',
      { aimId: ']Q1' },
      { kind: 'digital-link', lot: 'ABC123', expiry: '2026-12-31', symbology: 'QR' },
    ],
    [
      'https://example.com/products/01/09521234543213?3103=000612&3922=789',
      {},
      { gtin: '09521234543213', weightGrams: 612, priceFen: 789, checkOk: true },
    ],
    ['http://a.cn/01/09521234543213/21/A%2FB', {}, { serial: 'A/B' }],
    ['http://a.cn/01/09521234543213/21/A%zz', {}, { checkOk: false, problem: 'bad-characters' }],
    ['http://a.cn/01/09521234543213/10/A/22/B', {}, { checkOk: false, problem: 'conflict' }],
    ['http://a.cn/01/09521234543214', {}, { checkOk: false, problem: 'bad-check-digit' }],
    ['http://a.cn/01/09521234543213/10', {}, { checkOk: false }],
    ['http://a.cn/01/09521234543213?17=261231%1d10X', {}, { checkOk: false }],
    ['https://example.com/hello', {}, { kind: 'unknown', checkOk: false }],
  ])('%j %o is read', (text, options, fields) => {
    const reading = read(text, options);
    expect(reading).toMatchObject(fields);
  });

  it('says nothing it does not know', () => {
    expect(read('2388060112344')).toEqual({ kind: 'store-label', checkOk: true });
    expect(read('0109521234543213310500123421L1', { aimId: ']C1' }).weightGrams).toBeUndefined();
    expect(read('01095212345432133103000500393297819900').priceFen).toBeUndefined();
    expect(read(apples.replace(GS, ''), { aimId: ']C1' }).priceFen).toBeUndefined();
  });

  it('never repeats a payment code', () => {
    const code = '134567890123456789';
    for (const role of ['pay', 'item', undefined] as const) {
      expect(JSON.stringify(read(code, role ? { role } : {}))).not.toContain(code.slice(4));
    }
  });

  it('is read whatever it is, without a crash', () => {
    const anything = fc.oneof(fc.string(), fc.stringMatching(/^[\x1d\d]{0,40}$/), fc.webUrl());
    fc.assert(
      fc.property(anything, fc.constantFrom('item', 'pay', undefined), (text, role) => {
        const reading = read(text, role ? { role } : {});
        if (reading.kind === 'gtin' && reading.checkOk) expect(isGtin(text)).toBe(true);
        if (role === 'item') expect(reading.kind).not.toBe('payment-code');
      }),
      { seed: SEED, numRuns: 2000 },
    );
  });
});

describe('in-store numbers', () => {
  it('have layouts that all end in a check digit and have one length', () => {
    for (const { layout, name } of [...STORE_TEMPLATES, ...OTHER_TEMPLATES]) {
      expect(templateNamed(name)?.layout).toBe(layout);
      expect([12, 13, 18]).toContain(layout.length);
      expect(layout.endsWith('C')).toBe(true);
    }
    expect(templateNamed('no such layout')).toBeUndefined();
    expect(readInStore('2112345015003', { name: 'x', layout: '21IIIIIWWWWWC' })).toBeUndefined();
  });
});

describe('our own price label', () => {
  const contents = {
    plu: '4131',
    labelNumber: 'L000123',
    gtin14: looseGtin14('4131'),
    netGrams: 612,
    amountFen: 789,
    currencyDecimals: 2,
  };

  it('is one EAN-13 and one element string', () => {
    expect(makeLabelCodes(contents)).toEqual({
      ean13: `200413100789${checkDigit('200413100789')}`,
      elementString: `01${looseGtin14('4131')}31030006123922789${GS}21L000123`,
    });
  });

  it('reads back as what was put on it, by either code', () => {
    const plus = fc.integer({ min: 1, max: 99_999 }).map(String);
    const weights = fc.integer({ min: 1, max: 999_999 });
    const amounts = fc.integer({ min: 0, max: 99_999 });
    const numbers = fc.stringMatching(/^[0-9A-Z-]{1,20}$/);
    fc.assert(
      fc.property(plus, weights, amounts, numbers, (plu, netGrams, amountFen, labelNumber) => {
        const gtin14 = looseGtin14(plu);
        const given = { plu, netGrams, amountFen, labelNumber, gtin14, currencyDecimals: 2 };
        const { ean13, elementString } = makeLabelCodes(given);
        expect(read(ean13, { role: 'item' })).toMatchObject({
          kind: 'store-label',
          template: 'yike',
          plu,
          priceFen: amountFen,
        });
        expect(read(elementString, { aimId: ']Q3', role: 'item' })).toEqual({
          kind: 'element-string',
          checkOk: true,
          symbology: 'GS1 QR',
          gtin: gtin14,
          plu,
          weightGrams: netGrams,
          priceFen: amountFen,
          serial: labelNumber,
        });
      }),
      { seed: SEED },
    );
  });

  it.each([
    [{ amountFen: 100_000 }],
    [{ amountFen: -1 }],
    [{ amountFen: 1.5 }],
    [{ plu: '123456' }],
    [{ netGrams: 1_000_000 }],
    [{ netGrams: 0.5 }],
    [{ labelNumber: 'L'.repeat(21) }],
    [{ labelNumber: `A${GS}10B` }],
    [{ labelNumber: '中' }],
    [{ gtin14: '09521234543214' }],
  ])('is never printed with %o', (change) => {
    expect(() => makeLabelCodes({ ...contents, ...change })).toThrow(RangeError);
  });

  it('has a price of zero in the number that names the article', () => {
    expect(looseGtin14('4131')).toBe(`0${priceLabelEan13('4131', 0)}`);
    expect(read(looseGtin14('4131'))).toMatchObject({ kind: 'gtin', checkOk: true });
  });
});
