/** Three hundred hostile names, at every sink that is no page: none gets out of its place. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Paper, renderJob } from '../drivers/printer/escpos-render.ts';
import { renderLabels } from '../drivers/printer/tspl-render.ts';
import { table } from './cli/command.ts';
import { forTerminal } from './cli/terminal.ts';
import { checkConfig } from './config/config.ts';
import { checkPriceBook } from './core/catalogue/price-book.ts';
import { csvCell, csvOf } from './core/csv.ts';
import type { LabelRecord } from './core/events.ts';
import { labelLines } from './counter/label-paper.ts';
import { CONTROL, HOSTILE_NAMES } from './hostile-names.fixture.ts';
import { temporaryDirectory } from './ledger/shop.fixture.ts';
import { openLog } from './log.ts';

const PAPER: Paper = { columns: 48, cut: 'partial' };
const LABEL_PAPER = { widthMm: 60, heightMm: 0, gapMm: 0, dotsPerMm: 8, cutter: false } as const;

it('there are three hundred, all different', () => {
  expect([HOSTILE_NAMES.length, new Set(HOSTILE_NAMES).size]).toEqual([300, 300]);
});

/** How often each byte that begins a command stands in it. */
const commandsIn = (bytes: Uint8Array) =>
  [0x1b, 0x1c, 0x1d, 0x10, 0x00].map((code) => bytes.filter((byte) => byte === code).length);

it('a receipt holds the commands of its lay-out and no other', () => {
  const jobOf = (name: string) => ({
    jobId: 'r',
    lines: [
      { text: name, align: 'centre' as const, size: 2 as const, bold: true },
      {
        columns: [
          { text: name, width: 30 },
          { text: '￥9.90', width: 10 },
        ],
      },
      { cut: true as const },
    ],
  });
  const usual = commandsIn(renderJob(jobOf('红富士苹果'), PAPER));
  for (const name of HOSTILE_NAMES)
    expect([name.slice(0, 40), commandsIn(renderJob(jobOf(name), PAPER))]).toEqual([
      ...[name.slice(0, 40), usual],
    ]);
});

/** Commands of a label: whatever begins a row. */
const rowsOf = (bytes: Uint8Array) =>
  Buffer.from(bytes)
    .toString('latin1')
    .split('\r\n')
    .map((row) => /^[A-Z]+/.exec(row)?.[0] ?? '');

it('a label holds the rows of its lay-out and no other', () => {
  const label = (name: string) => {
    const weighing = { netGrams: 612, tareGrams: 0, unitPriceFen: 1196, priceBasis: 'kg' };
    const codes = { ean13: '9521234543213', elementString: '0109521234543213', plu: '4131' };
    const more = { labelNumber: 'L1', amountFen: 732, name: { zh: name, en: name } };
    return { weighing, ...codes, ...more } as LabelRecord;
  };
  const rendered = (name: string) =>
    rowsOf(renderLabels({ jobId: 'l', lines: labelLines(label(name), '2026-11-23') }, LABEL_PAPER));
  const known = new Set(rendered('红富士苹果'));
  for (const name of HOSTILE_NAMES) {
    const rows = rendered(name);
    expect([name.slice(0, 40), rows.filter((row) => !known.has(row))]).toEqual([
      ...[name.slice(0, 40), []],
    ]);
    expect(rows.filter((row) => row === 'PRINT')).toHaveLength(1);
  }
});

/** A CSV file as a spreadsheet reads it (RFC 4180). */
function cellsOf(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const match of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    rows.at(-1)?.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === '\r\n') rows.push([]);
  }
  return rows.slice(0, -1);
}

it('a CSV file has one cell for each, and none is a formula', () => {
  const cells = cellsOf(csvOf(HOSTILE_NAMES.map((name, at) => [at, name])).slice(1));
  expect(cells).toHaveLength(HOSTILE_NAMES.length);
  for (const [at, name] of HOSTILE_NAMES.entries()) {
    const [, cell = '', ...rest] = cells[at] ?? [];
    expect(rest).toEqual([]);
    expect(cell.replace(/^'/, '')).toBe(name.replace(/^'/, ''));
    expect(cell).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/);
  }
  expect(csvCell('＝1')).toBe("'＝1");
});

it('a terminal gets one line for each, and no command', () => {
  const lines = table(HOSTILE_NAMES.map((name) => [name, 'ok'])).map(forTerminal);
  expect(lines).toHaveLength(HOSTILE_NAMES.length);
  for (const line of lines) expect(line.replaceAll('\t', '')).not.toMatch(CONTROL);
  for (const line of lines) expect(line).not.toMatch(/[\u202a-\u202e\u2066-\u2069]|\p{Cs}/u);
  const told = HOSTILE_NAMES.map((name) => forTerminal(JSON.stringify({ name })));
  expect(told.map((text) => JSON.parse(text).name)).toEqual(HOSTILE_NAMES);
  for (const text of told) expect(text).not.toMatch(CONTROL);
});

it('the log has one line of JSON for each', async () => {
  const { dir, free } = temporaryDirectory();
  const log = openLog(dir);
  const names = HOSTILE_NAMES.slice(0, 299);
  for (const name of names) log.info({ name }, name);
  const file = join(dir, 'log/yike.jsonl');
  await expect.poll(() => readFileSync(file, 'utf8').split('\n').length).toBe(names.length + 1);
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  const wellFormed = (text: string) => text.replaceAll(/\p{Cs}/gu, '\ufffd');
  for (const [at, line] of lines.entries()) {
    const { name, msg } = JSON.parse(line);
    expect([wellFormed(name), wellFormed(msg)]).toEqual(Array(2).fill(wellFormed(names[at] ?? '')));
  }
  free();
});

it('none is the name of a device, so none is a topic or a file', () => {
  for (const name of HOSTILE_NAMES) {
    const store = { id: 'store-1', name: { zh: '店', en: 'Store' } };
    const device = { id: name, driver: 'enq-dc1', address: 'pty:/dev/null' };
    const named = checkConfig({ store, devices: [device] }, 'store.json');
    // A plain word such as "constructor" names anything.
    expect([name.slice(0, 40), named.ok]).toEqual([
      ...[name.slice(0, 40), /^[a-z][a-z0-9-]{0,31}$/.test(name)],
    ]);
    const called = checkConfig({ store: { ...store, id: name } }, 'store.json');
    expect(called.ok).toBe(/^[A-Za-z0-9-]{1,32}$/.test(name));
  }
});

it('a price book takes a name only where it is printable and short', () => {
  const item = {
    ...{ sku: 'a', pinyin: [], category: 'x', unitPriceFen: 1, priceBasis: 'each' },
    ...{ vatBasisPoints: 0, tareGrams: 0, onSale: true, picture: '' },
  };
  for (const name of HOSTILE_NAMES) {
    const items = [{ ...item, name: { zh: name, en: 'x' } }];
    const checked = checkPriceBook({ version: 1, items });
    if (!checked.ok) continue;
    expect(name).not.toMatch(CONTROL);
    expect(name.length).toBeLessThanOrEqual(60);
    expect(name).not.toMatch(/[\p{Cf}\p{Cs}]/u);
  }
});
