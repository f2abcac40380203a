/** Reads the list of labelled pictures that an evaluation learns from or is judged on. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface LabelledPicture {
  /** Absolute, or relative to the working directory as the CSV's own path was. */
  path: string;
  fine: string;
  coarse: string;
}

export type EvaluationFailure =
  | 'CSV_MISSING'
  | 'CSV_COLUMNS'
  | 'CSV_ROW'
  | 'CSV_EMPTY'
  | 'PICTURE_MISSING'
  | 'PICTURE_UNREADABLE'
  | 'PICTURE_TWICE'
  | 'MODEL_UNUSABLE'
  | 'OPTION_RANGE';

/** What went wrong in words; `detail` names the file, row or option. */
export const EVALUATION_FAILURES: Record<EvaluationFailure, { zh: string; en: string }> = {
  CSV_MISSING: { zh: '找不到图片清单', en: 'The list of pictures cannot be read' },
  CSV_COLUMNS: {
    zh: '图片清单缺少列 path、fine 或 coarse',
    en: 'The list of pictures lacks one of the columns path, fine, coarse',
  },
  CSV_ROW: { zh: '图片清单有一行不完整', en: 'A row of the list is incomplete' },
  CSV_EMPTY: { zh: '图片清单没有符合条件的行', en: 'No row of the list is left to use' },
  PICTURE_MISSING: { zh: '清单中的图片不存在', en: 'A picture of the list does not exist' },
  PICTURE_UNREADABLE: { zh: '清单中的图片读不出来', en: 'A picture of the list cannot be read' },
  PICTURE_TWICE: {
    zh: '同一张图片既用于学习又用于测试',
    en: 'A picture is both learned and judged',
  },
  MODEL_UNUSABLE: { zh: '识别模型不能使用', en: 'The model cannot be used' },
  OPTION_RANGE: { zh: '参数超出范围', en: 'An option is out of range' },
};

/** Thrown inside an evaluation, returned as a value by `evaluate`. */
export class EvaluationError extends Error {
  readonly code: EvaluationFailure;

  constructor(code: EvaluationFailure, detail: string) {
    super(detail);
    this.code = code;
  }
}

/**
 * Rows of a CSV with `path`, `fine`, `coarse` (and `split`) in its header; paths relative to the
 * file. With `split`, only the rows of that split.
 */
export function readPictures(csvPath: string, split?: string): LabelledPicture[] {
  const [header = [], ...rows] = parseCsv(readText(csvPath)).filter((row) => row.join('') !== '');
  const column = (name: string): number => {
    const at = header.indexOf(name);
    if (at >= 0) return at;
    throw new EvaluationError('CSV_COLUMNS', `${csvPath}: ${name}; has ${header.join()}`);
  };
  const [path, fine, coarse] = [column('path'), column('fine'), column('coarse')];
  const splitAt = split === undefined ? -1 : column('split');
  const pictures: LabelledPicture[] = [];
  rows.forEach((row, index) => {
    if (splitAt >= 0 && row[splitAt] !== split) return;
    if (!row[path] || !row[fine] || !row[coarse]) {
      throw new EvaluationError('CSV_ROW', `${csvPath}: row ${index + 2}: ${row.join()}`);
    }
    const file = join(dirname(csvPath), row[path]);
    pictures.push({ path: file, fine: row[fine], coarse: row[coarse] });
  });
  if (pictures.length > 0) return pictures;
  const which = split === undefined ? '' : ` with split ${split}`;
  throw new EvaluationError('CSV_EMPTY', `${csvPath}: no row${which}`);
}

function readText(csvPath: string): string {
  try {
    return readFileSync(csvPath, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    throw new EvaluationError('CSV_MISSING', error instanceof Error ? error.message : csvPath);
  }
}

/** The picture's bytes; throws EvaluationError `PICTURE_MISSING`. */
export function readPicture(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new EvaluationError('PICTURE_MISSING', error instanceof Error ? error.message : path);
  }
}

/** RFC 4180: fields may be quoted, a quote within is doubled, lines end in LF or CRLF. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const field = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r?\n|$)/gy;
  for (let match = field.exec(text); match !== null; match = field.exec(text)) {
    const [, value = '', end] = match;
    row.push(value.startsWith('"') ? value.slice(1, -1).replaceAll('""', '"') : value);
    if (end === ',') continue;
    rows.push(row);
    row = [];
    if (field.lastIndex >= text.length) break;
  }
  return rows;
}
