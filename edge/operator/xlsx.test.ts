import { strFromU8, unzipSync } from 'fflate';
import { expect, it } from 'vitest';
import type { Cell } from '../core/csv.ts';
import { xlsxOf } from './xlsx.ts';

async function sheetOf(...pages: Cell[][][]) {
  const each = async function* () {
    yield* pages;
  };
  const files = unzipSync(await xlsxOf(each(), [16, 8]));
  return { files, sheet: strFromU8(files['xl/worksheets/sheet1.xml']!) };
}

it('is a package whose parts name one another', async () => {
  const { files } = await sheetOf([['名称', '金额']]);
  expect(Object.keys(files)).toEqual([
    '[Content_Types].xml',
    '_rels/.rels',
    'xl/workbook.xml',
    'xl/_rels/workbook.xml.rels',
    'xl/styles.xml',
    'xl/worksheets/sheet1.xml',
  ]);
  const types = strFromU8(files['[Content_Types].xml']!);
  for (const [, name = ''] of types.matchAll(/PartName="\/([^"]+)"/g))
    expect(files[name], name).toBeDefined();
});

it('keeps rows of all pages in their order, numbers as numbers, the head in bold', async () => {
  const { sheet } = await sheetOf([['名称', '金额']], [['水', 1.5]], [['茶', 300]]);
  const cells = [...sheet.matchAll(/<c r="(\w+)" s="(\d)"[^>]*>.*?<(?:t [^>]+|v)>([^<]*)</g)];
  expect(cells.map(([, place, style, said]) => [place, style, said])).toEqual([
    ['A1', '1', '名称'],
    ['B1', '1', '金额'],
    ['A2', '0', '水'],
    ['B2', '3', '1.5'],
    ['A3', '0', '茶'],
    ['B3', '2', '300'],
  ]);
});

it.each([
  ['<b>&"', '&lt;b&gt;&amp;"'],
  ['=1+1', '=1+1'],
  ['bell\u0007 and nul\0', 'bell\uFFFD and nul\uFFFD'],
  ['two\nlines', 'two\nlines'],
  ['_x0041_ is no A', '_x005F_x0041_ is no A'],
  [']]>', ']]&gt;'],
  ['half \uD83D a smile', 'half \uFFFD a smile'],
  ['字'.repeat(40_000), '字'.repeat(32_767)],
])('carries %j', async (text, carried) => {
  const { sheet } = await sheetOf([[text]]);
  expect(sheet).toContain(`<t xml:space="preserve">${carried}</t>`);
});
