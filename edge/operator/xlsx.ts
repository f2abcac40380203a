/** One sheet as an xlsx file (ECMA-376 part 1, SpreadsheetML), its rows written as they come. */
import type { Cell } from '../core/csv.ts';
import { type ZipPart, zipOf } from './zip.ts';

/** A page of rows. */
type Rows = readonly (readonly Cell[])[];

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const DOCUMENT = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
/** The most one cell holds. */
const MOST_CHARACTERS = 32_767;
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Places in `cellXfs` below. */
const STYLE = { text: 0, head: 1, whole: 2, hundredths: 3 };

const relation = (kind: string, target: string, id: string) =>
  `<Relationship Id="${id}" Type="${DOCUMENT}/${kind}" Target="${target}"/>`;
const relations = (list: string) =>
  `${XML}<Relationships xmlns="${PACKAGE}/relationships">${list}</Relationships>`;
const part = (name: string, kind: string) =>
  `<Override PartName="/xl/${name}.xml" ContentType="${TYPE}.${kind}+xml"/>`;

const CONTENT_TYPES =
  `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ` +
  'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
  `${part('workbook', 'sheet.main')}${part('worksheets/sheet1', 'worksheet')}` +
  `${part('styles', 'styles')}</Types>`;
const WORKBOOK =
  `${XML}<workbook xmlns="${MAIN}" xmlns:r="${DOCUMENT}"><sheets>` +
  '<sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>';
/** Numbers 1 and 2 of the built-in formats are `0` and `0.00`. */
const STYLES =
  `${XML}<styleSheet xmlns="${MAIN}">` +
  '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>' +
  '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>' +
  '<fills count="2"><fill><patternFill patternType="none"/></fill>' +
  '<fill><patternFill patternType="gray125"/></fill></fills>' +
  '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>' +
  '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>' +
  '<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>' +
  '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>' +
  '<xf numFmtId="1" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>' +
  '<xf numFmtId="2" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>' +
  '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>' +
  '</styleSheet>';

/** `widths` in characters, at most 26 columns; the first row is the head and stays in sight. */
export function xlsxOf(pages: AsyncIterable<Rows>, widths: readonly number[]): Promise<Buffer> {
  const sheets = relation('worksheet', 'worksheets/sheet1.xml', 'rId1');
  const parts: ZipPart[] = [
    { name: '[Content_Types].xml', content: [CONTENT_TYPES] },
    {
      name: '_rels/.rels',
      content: [relations(relation('officeDocument', 'xl/workbook.xml', 'rId1'))],
    },
    { name: 'xl/workbook.xml', content: [WORKBOOK] },
    {
      name: 'xl/_rels/workbook.xml.rels',
      content: [relations(sheets + relation('styles', 'styles.xml', 'rId2'))],
    },
    { name: 'xl/styles.xml', content: [STYLES] },
    { name: 'xl/worksheets/sheet1.xml', content: sheet(pages, widths) },
  ];
  return zipOf(parts);
}

async function* sheet(
  pages: AsyncIterable<Rows>,
  widths: readonly number[],
): AsyncGenerator<string> {
  const columns = widths.map(
    (width, at) => `<col min="${at + 1}" max="${at + 1}" width="${width}" customWidth="1"/>`,
  );
  yield `${XML}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0">` +
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' +
    `</sheetView></sheetViews><cols>${columns.join('')}</cols><sheetData>`;
  let number = 0;
  for await (const rows of pages) {
    let text = '';
    for (const row of rows) {
      number += 1;
      text += rowOf(row, number);
    }
    yield text;
  }
  yield '</sheetData></worksheet>';
}

function rowOf(row: readonly Cell[], number: number): string {
  const cells = row.map((value, column) => {
    const place = `r="${LETTERS[column]}${number}"`;
    if (typeof value === 'number') {
      const style = Number.isInteger(value) ? STYLE.whole : STYLE.hundredths;
      return `<c ${place} s="${style}"><v>${value}</v></c>`;
    }
    const style = number === 1 ? STYLE.head : STYLE.text;
    const text = `<is><t xml:space="preserve">${xmlText(value)}</t></is>`;
    return `<c ${place} s="${style}" t="inlineStr">${text}</c>`;
  });
  return `<row r="${number}">${cells.join('')}</row>`;
}

const ESCAPED: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** As XML carries it: no control characters, and `_x0041_` is what it says and not an A. */
export const xmlText = (text: string): string =>
  text
    .slice(0, MOST_CHARACTERS)
    .replaceAll(/_(?=x[\da-f]{4}_)/gi, '_x005F_')
    .replaceAll(/[&<>]/g, (each) => ESCAPED[each]!)
    .replaceAll(/[\p{Cc}\uFFFE\uFFFF]/gu, (each) => ('\t\n'.includes(each) ? each : '\uFFFD'));
