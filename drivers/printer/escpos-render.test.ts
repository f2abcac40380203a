import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PrintJob, PrintLine } from '../contract.ts';
import { parseGolden } from '../golden.ts';
import { toHex } from '../hex.ts';
import { type Paper, renderJob } from './escpos-render.ts';

const golden = parseGolden(readFileSync(new URL('./golden/escpos.txt', import.meta.url), 'utf8'));
const seed = Number(process.env.SEED ?? 20261123);
const NARROW: Paper = { columns: 32, cut: 'partial' };
const WIDE: Paper = { columns: 48, cut: 'full' };

function render(lines: PrintLine[], paper = NARROW): Uint8Array {
  return renderJob({ jobId: 'job', lines }, paper);
}

/** Fixed commands of the table in escpos-render.ts, written down a second time, as hex. */
const COMMANDS: [RegExp, string][] = [
  [/^1B40/, 'init'],
  [/^1C26/, 'chinese'],
  [/^1B610[012]/, 'align'],
  [/^1B450[01]/, 'bold'],
  [/^1D21(00|11)/, 'size'],
  [/^1B64(0[0-9A-F]|1[0-4])/, 'feed'],
  [/^1D564[12]00/, 'cut'],
  [/^1D68501D77021D4802/, 'bars'],
  [/^1D286B0400314132000?/, 'qr model'],
  [/^1D286B03003143(0[1-8])/, 'qr module'],
  [/^1D286B0300314531/, 'qr level'],
  [/^1D286B0300315130/, 'qr print'],
];

/**
 * Reads a job as a printer would: rows of text, and the commands between. Throws on any control
 * byte that is no command the renderer is known to emit.
 */
function read(bytes: Uint8Array): { rows: string[]; commands: string[] } {
  const rows: string[] = [];
  const commands: string[] = [];
  let row: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at]!;
    if (byte >= 0x20 && byte !== 0x7f) {
      const length = byte >= 0x81 ? 2 : 1;
      const second = bytes[at + 1] ?? 0;
      if (length === 2 && second < 0x40) throw new Error(`four-byte character at ${at}`);
      row.push(...bytes.subarray(at, at + length));
      at += length;
    } else if (byte === 0x0a) {
      rows.push(new TextDecoder('gb18030').decode(Uint8Array.from(row)));
      row = [];
      at += 1;
    } else {
      const ahead = toHex(bytes.subarray(at, at + 16)).replaceAll(' ', '');
      const [name, length] = commandAt(bytes, at, ahead);
      commands.push(name);
      at += length;
    }
  }
  if (row.length > 0) throw new Error('text without a line end');
  return { rows, commands };
}

function commandAt(bytes: Uint8Array, at: number, ahead: string): [string, number] {
  if (/^1D286B....315030/.test(ahead)) {
    const length = bytes[at + 3]! + bytes[at + 4]! * 256;
    const symbol = bytes.subarray(at + 8, at + 5 + length);
    if (symbol.some((byte) => (byte < 0x20 && byte !== 0x1d) || byte === 0x7f))
      throw new Error('control byte in a QR');
    return [`qr ${new TextDecoder().decode(symbol)}`, 5 + length];
  }
  if (/^1D6B430D(3\d){12}/.test(ahead)) {
    return [`ean13 ${new TextDecoder().decode(bytes.subarray(at + 4, at + 17))}`, 17];
  }
  for (const [pattern, name] of COMMANDS) {
    const match = pattern.exec(ahead);
    if (match !== null) return [name, match[0].length / 2];
  }
  throw new Error(`a byte of no command at ${at}: ${ahead}`);
}

const documents = golden.lines.filter((line) => line.meaning[0]?.lines !== undefined);

test.each(documents.map((line) => [JSON.stringify(line.meaning[0]), line] as const))(
  'document %s becomes its golden bytes',
  (_, { bytes, meaning }) => {
    const job = { jobId: 'job', ...meaning[0] } as PrintJob;
    expect(toHex(renderJob(job, NARROW))).toBe(toHex(bytes));
  },
);

test('a price, a Chinese name and their column end at the edge of either paper', () => {
  const line: PrintLine = {
    columns: [
      { text: '五常大米 5kg', width: 22 },
      { text: '¥1234.50', width: 10, align: 'right' },
    ],
  };
  for (const paper of [NARROW, WIDE]) {
    const [row] = read(render([line], paper)).rows;
    const columns = [...row!].reduce((sum, one) => sum + (one > '\u00ff' ? 2 : 1), 0);
    expect([columns, row!.endsWith('￥1234.50')]).toEqual([paper.columns, true]);
  }
});

test('a long name wraps inside its column, and no digit of the price is ever cut', () => {
  const line: PrintLine = {
    columns: [
      { text: '云南大理高原生态有机红富士苹果礼盒装', width: 12 },
      { text: '12345678901.23', width: 6, align: 'right' },
    ],
  };
  const { rows } = read(render([line], { columns: 18 as 32, cut: 'partial' }));
  expect(
    rows
      .map((row) => row.slice(0, 6))
      .join('')
      .trim(),
  ).toBe('云南大理高原生态有机红富士苹果礼盒装');
  expect(rows.map((row) => row.slice(6).trim()).join('')).toBe('12345678901.23');
});

test('English wraps between words, a word longer than the paper anywhere', () => {
  const text = `Thank you for shopping with us today ${'x'.repeat(40)}`;
  expect(read(render([{ text }])).rows).toEqual([
    'Thank you for shopping with us ',
    'today ',
    'x'.repeat(32),
    'x'.repeat(8),
  ]);
});

test('double size has half the columns', () => {
  expect(read(render([{ text: '一二三四五六七八九', size: 2 }])).rows).toEqual([
    '一二三四五六七八',
    '九',
  ]);
});

test('what is no EAN-13 is printed as digits, what is too long for a QR as text', () => {
  expect(read(render([{ ean13: '9521234543213' }])).commands).toContain('ean13 9521234543213');
  for (const ean13 of ['9521234543214', '952123454321', '9521234543213\u001bp', '']) {
    const { commands } = read(render([{ ean13 }]));
    expect(commands.some((command) => command.startsWith('ean13'))).toBe(false);
  }
  const long = `https://e.cn/${'a'.repeat(600)}`;
  const { rows, commands } = read(render([{ qr: long }, { qr: '' }]));
  expect(rows.join('')).toBe(long);
  expect(commands).not.toContain('qr print');
});

test('a price label keeps the separator of its element string in the QR, and nothing else', () => {
  const label = '01020041310000013103000612392273\u001d21ABC123';
  expect(read(render([{ qr: label }])).commands).toContain(`qr ${label}`);
  expect(read(render([{ qr: `${label}\u001bp` }])).commands.join()).not.toContain('\u001d');
  expect(read(render([{ qr: '苹果\u001dV0' }])).commands.join()).not.toContain('\u001d');
});

test('feeds and modules outside the printer’s range are brought back into it', () => {
  for (const feed of [-1, 0, 3.7, 20, 255, 1e9, Number.NaN]) {
    expect(read(render([{ feed }])).commands).toContain('feed');
  }
  for (const moduleSize of [0, 8, 16, 99]) {
    expect(read(render([{ qr: 'x', moduleSize }])).commands).toContain('qr module');
  }
});

const HOSTILE = [
  '\u001b@',
  '\u001dV\u0000',
  '\u0010\u0004\u0001',
  '\u001bp\u0000\u0032\u0032',
  '\u001b',
  '\u001d(k\u0003\u0000\u0031\u0051\u0030',
  '\u009b31m',
  '\u007f',
  '\u0000',
  '\r\n',
  '\u2028',
  '\u2029',
  '\t',
  '\u202e',
  '\u2066',
  '\u200b',
  '\ufeff',
  '\u00ad',
  '\ufe0f',
  '\ud800',
  '\udfff',
  '👨\u200d👩\u200d👧',
  '𠮷',
  '¥',
  '€',
  '㎏',
  'é',
  '\u001c.',
  '\\',
  '|',
  '<script>',
  '{{x}}',
  '=HYPERLINK("x")',
  "'; DROP TABLE sale;--",
  '../../etc/passwd',
  '#+/',
  'ﷺ',
  'Z\u0351\u036b\u0343',
  '\u{e0041}',
  '\uffff',
  '\ue000',
];

/** 300 names: each fragment alone, at both ends and inside a name, and seeded mixtures. */
function hostileNames(): string[] {
  const names = HOSTILE.flatMap((one) => [one, `${one}牛奶`, `牛奶${one}`, `牛${one}奶`]);
  let state = seed;
  const next = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  while (names.length < 299) {
    const parts = Array.from({ length: 2 + next(5) }, () => HOSTILE[next(HOSTILE.length)]);
    names.push(parts.join(next(2) === 0 ? '' : '苹果'));
  }
  return [...names, '\u001bp\u202e牛'.repeat(16_384)];
}

test(`no name, however hostile, gets a command onto the wire (seed ${seed})`, () => {
  const names = hostileNames();
  expect(names).toHaveLength(300);
  for (const name of names) {
    const plain = new Set(['init', 'chinese']);
    expect(new Set(read(render([{ text: name }])).commands)).toEqual(plain);
    const columns = [
      { text: name, width: 22 },
      { text: name, width: 10 },
    ];
    expect(new Set(read(render([{ columns }])).commands)).toEqual(plain);
    read(
      render([{ qr: name }, { ean13: name }, { text: name, size: 2, bold: true, align: 'right' }]),
    );
  }
});

test('any text comes out as printable two-byte characters, no wider than the paper', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 120 }), (text) => {
      for (const row of read(render([{ text }])).rows) {
        const columns = [...row].reduce((sum, one) => sum + (one > '\u007f' ? 2 : 1), 0);
        expect(columns).toBeLessThanOrEqual(32);
      }
    }),
    { seed, numRuns: 500 },
  );
});

test('no character of the whole basic plane is encoded with a control byte', () => {
  for (let from = 0; from < 0x10000; from += 256) {
    const text = Array.from({ length: 256 }, (_, at) => String.fromCharCode(from + at)).join('');
    read(render([{ text }]));
  }
});
