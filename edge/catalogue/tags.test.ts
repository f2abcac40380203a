import { expect, test } from 'vitest';
import type { PrintJob } from '../../drivers/contract.ts';
import { layoutLabels } from '../../drivers/printer/tspl-render.ts';
import type { CatalogueItem } from '../core/catalogue/catalogue.ts';
import { tagLines } from './tags.ts';

const APPLE: CatalogueItem = {
  ...{ sku: 's1', name: { zh: '红富士苹果 一级', en: 'Fuji apple, first grade' } },
  ...{ unitPriceFen: 12_800, priceBasis: '500g', memberPriceFen: 11_900 },
  ...{ gtin: '6901234567892', plu: '41', onSale: true },
} as CatalogueItem;

const paper = (widthMm: number, heightMm: number) =>
  ({ widthMm, heightMm, gapMm: 2, dotsPerMm: 8, cutter: false }) as const;
const placed = (lines: PrintJob['lines'], widthMm: number, heightMm: number) =>
  layoutLabels({ jobId: 'tag', lines }, paper(widthMm, heightMm));

test('what is left out first is the bars, whose number stays, then the other language', () => {
  const words = (form: 'whole' | 'number for bars' | 'one language') =>
    JSON.stringify(tagLines(APPLE, 'shelf', '2026-11-29', form));
  expect(words('whole')).toContain('{"ean13":"6901234567892"}');
  expect(words('number for bars')).not.toContain('ean13');
  expect(words('number for bars')).toContain('2026-11-29 6901234567892');
  expect(words('one language')).not.toContain('Fuji');
  for (const form of ['whole', 'number for bars', 'one language'] as const) {
    expect(words(form)).toContain('128.00');
    expect(words(form)).toContain('元/500克');
    expect(words(form)).toContain('会员价 ￥119.00');
  }
});

test('on the usual labels one holds all of it, with bars where it is high enough', () => {
  expect(placed(tagLines(APPLE, 'shelf', '2026-11-29', 'whole'), 60, 60)).toHaveLength(1);
  const [label, ...others] = placed(
    tagLines(APPLE, 'shelf', '2026-11-29', 'number for bars'),
    60,
    40,
  );
  expect(others).toEqual([]);
  expect(label?.placed).toContainEqual(
    expect.objectContaining({ kind: 'text', text: '128.00', scale: 5 }),
  );
});
