/**
 * A preview is what comes out: for any document the places that a driver tells are those its bytes
 * lead to on the simulated paper, character for character and dot for dot.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { takeOperation } from '../../simulator/twins/escpos-commands.ts';
import { createPaper } from '../../simulator/twins/paper.ts';
import { createLines, type LabelOperation, readLine } from '../../simulator/twins/tspl-commands.ts';
import type { Placed, PrintJob, PrintLine } from '../contract.ts';
import { layoutJob } from './escpos-layout.ts';
import { type Paper, renderJob } from './escpos-render.ts';
import type { LabelPaper } from './tspl-codes.ts';
import { layoutLabels, renderLabels } from './tspl-render.ts';

const seed = Number(process.env.SEED ?? 20_261_129);
const RUNS = { seed, numRuns: process.env.YIKE_DEEP === '1' ? 5_000 : 400 };

const HOSTILE = [
  'é',
  '😀',
  '\u001b@',
  '"',
  '\\[R]',
  '~!T',
  '￥',
  '〓',
  '\u202e',
  '　',
  '　 ',
  '龘',
];
const words = fc
  .array(fc.oneof(fc.constantFrom('红富士苹果', 'Fuji apple', '12.90', ' ', ...HOSTILE)), {
    minLength: 1,
    maxLength: 8,
  })
  .map((parts) => parts.join(''));
const align = fc.constantFrom('left' as const, 'centre' as const, 'right' as const);
const size = fc.constantFrom(1 as const, 2 as const);
const line: fc.Arbitrary<PrintLine> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record(
      { text: words, align, size, bold: fc.boolean(), digitsMm: fc.constantFrom(4, 10, 30) },
      { requiredKeys: ['text', 'align'] },
    ),
  },
  fc.constant<PrintLine>({ rule: true }),
  fc.constant<PrintLine>({ feed: 1 }),
  fc.constantFrom<PrintLine>({ ean13: '6901234567892' }, { ean13: '6901234567893' }),
);
const job: fc.Arbitrary<PrintJob> = fc.record({
  jobId: fc.constant('tag'),
  lines: fc.array(line, { minLength: 1, maxLength: 12 }),
});

/** Operations of each label that the bytes make. */
function labelsPrinted(bytes: Uint8Array): LabelOperation[][] {
  const labels: LabelOperation[][] = [];
  let image: LabelOperation[] = [];
  const take = createLines((said) => {
    const operation = readLine(said);
    if (operation.op === 'print') labels.push(image);
    if (operation.op === 'clear') image = [];
    else if (operation.op !== 'nothing') image.push(operation);
  });
  for (const byte of bytes) take(byte);
  return labels;
}

/** As the commands say it: bold is the same text twice, a dot apart. */
const asCommands = (placed: Placed): object[] => {
  switch (placed.kind) {
    case 'text': {
      const { x, y, scale, text } = placed;
      const one = { op: 'text', x, y, across: scale, down: scale, text };
      return placed.bold ? [one, { ...one, x: x + 1 }] : [one];
    }
    case 'bar': {
      const { x, y, widthDots: width, heightDots: height } = placed;
      return [{ op: 'bar', x, y, width, height }];
    }
    case 'ean13': {
      const { x, y, heightDots: height, moduleDots: module, digits } = placed;
      return [{ op: 'ean', x, y, height, module, digits }];
    }
    case 'qr':
      return [{ op: 'qr', x: placed.x, y: placed.y, text: placed.text }];
  }
};

const LABELS: LabelPaper[] = [
  { widthMm: 60, heightMm: 40, gapMm: 2, dotsPerMm: 8, cutter: false },
  { widthMm: 40, heightMm: 30, gapMm: 2, dotsPerMm: 12, cutter: true },
  { widthMm: 58, heightMm: 40, gapMm: 0, dotsPerMm: 8, cutter: false },
];

test.each(LABELS)('labels of $widthMm × $heightMm mm come out as they were shown', (paper) => {
  fc.assert(
    fc.property(job, (given) => {
      const printed = labelsPrinted(renderLabels(given, paper));
      const shown = layoutLabels(given, paper);
      expect(shown).toHaveLength(printed.length);
      for (const [at, { placed, widthDots, heightDots }] of shown.entries()) {
        const drawn = printed[at]?.filter(({ op }) => ['text', 'bar', 'ean', 'qr'].includes(op));
        expect(placed.flatMap(asCommands)).toMatchObject(
          drawn
            ?.map(({ ...told }) => (told.op === 'text' ? { ...told, font: undefined } : told))
            .map((told) => JSON.parse(JSON.stringify(told))) ?? [],
        );
        for (const each of placed) {
          expect(each.x).toBeGreaterThanOrEqual(0);
          expect(each.x).toBeLessThan(widthDots);
          expect(each.y).toBeLessThan(Math.max(heightDots, 1));
        }
      }
    }),
    RUNS,
  );
});

/** The paper's rows as a person reads them. */
function rowsPrinted(bytes: Uint8Array, columns: number): string[] {
  const paper = createPaper(columns);
  let rest = bytes;
  let inChinese = true;
  for (;;) {
    const taken = takeOperation(rest, inChinese);
    if (!taken) return paper.cut().lines;
    if (taken.operation.op === 'chinese') inChinese = taken.operation.on;
    paper.print(taken.operation);
    rest = rest.subarray(taken.length);
  }
}

const COLUMN_DOTS = 12;
const rowOf = (placed: Placed): string => {
  if (placed.kind === 'text') return ' '.repeat(placed.x / COLUMN_DOTS) + placed.text;
  return placed.kind === 'ean13' ? `[EAN-13 ${placed.digits}]` : '';
};

test.each<Paper>([
  { columns: 48, cut: 'partial' },
  { columns: 32, cut: 'full' },
])('paper of $columns columns comes out as it was shown', (paper) => {
  fc.assert(
    fc.property(job, (given) => {
      const printed = rowsPrinted(renderJob(given, paper), paper.columns);
      const { placed, widthDots } = layoutJob(given, paper);
      const shown = placed.map((each) => rowOf(each).trimEnd());
      expect(shown).toEqual(printed.filter((row) => row.trim() !== ''));
      expect(widthDots).toBe(paper.columns * COLUMN_DOTS);
    }),
    RUNS,
  );
});

/** As preview and twin draw them, a digit fills 16 of its 24 dots. */
const digitMm = ({ placed }: { placed: Placed[] }, text: string, dotsPerMm: number): number => {
  const found = placed.find((each) => each.kind === 'text' && each.text === text);
  return found?.kind === 'text' ? (found.scale * 16) / dotsPerMm : 0;
};

test.each([
  [{ text: '12.90', digitsMm: 10 }, 60, 8, 10],
  [{ text: '12.90', digitsMm: 10 }, 60, 12, 10],
  [{ text: '128.00', digitsMm: 10 }, 60, 8, 10],
  // Six characters of 12 dots on 36 mm: four times as large is all that stays on one row.
  [{ text: '128.00', digitsMm: 10 }, 40, 8, 8],
  [{ text: '￥49.11', size: 2, digitsMm: 4 }, 60, 8, 4],
  [{ text: '￥49.11', size: 2, digitsMm: 4 }, 60, 12, 4],
] as const)(
  '%j on a label of %i mm at %i dots a mm has digits of %i mm',
  (line, widthMm, dotsPerMm, wantedMm) => {
    const paper: LabelPaper = { widthMm, heightMm: 40, gapMm: 2, dotsPerMm, cutter: false };
    const [label] = layoutLabels({ jobId: 'tag', lines: [line] }, paper);
    expect(digitMm(label!, line.text, dotsPerMm)).toBeGreaterThanOrEqual(wantedMm);
  },
);

test('a price on the paper of a receipt printer is as high', () => {
  const job = { jobId: 'tag', lines: [{ text: '128.00', digitsMm: 10 }] };
  expect(digitMm(layoutJob(job, { columns: 32, cut: 'full' }), '128.00', 8)).toBe(10);
});
