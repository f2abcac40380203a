import { describe, expect, it } from 'vitest';
import type { PrinterFault } from '../faults.ts';
import { memoryPort } from '../port.ts';
import { createRandom, whole } from '../random.ts';
import { createSimulatedClock } from '../simulated-clock.ts';
import { hex, readGolden } from '../testing/golden.ts';
import type { CutPaper } from './paper.ts';
import type { PrinterTwinOptions } from './printer-escpos.ts';
import { startPrinterEscpos } from './printer-escpos.ts';

const CUT = [0x1d, 0x56, 0x42, 0x00];

function bench(options: Partial<PrinterTwinOptions> = {}) {
  const clock = createSimulatedClock();
  const cable = memoryPort(clock, 115_200);
  let fault: PrinterFault | undefined;
  const papers: CutPaper[] = [];
  const printer = startPrinterEscpos(cable, {
    fault: () => fault,
    onReceipt: (paper) => papers.push(paper),
    columns: 32,
    ...options,
  });
  const heard: number[] = [];
  const host = cable.connect();
  host?.onBytes((bytes) => heard.push(...bytes));
  const ask = (...bytes: number[]) => {
    heard.length = 0;
    host?.write(Uint8Array.from(bytes));
    clock.advance(100);
    return hex(Uint8Array.from(heard));
  };
  const setFault = (next?: PrinterFault) => {
    fault = next;
    heard.length = 0;
    printer.faultChanged();
    clock.advance(100);
    return hex(Uint8Array.from(heard));
  };
  const text = (line: string) => ask(...new TextEncoder().encode(line), 0x0a);
  return { ask, text, setFault, papers, printer };
}

const golden = readGolden('printer/golden/escpos.txt');
const documents = golden.filter((line) => line.direction === 'tx' && line.meaning.lines);

describe('the printer twin says what the golden bytes say', () => {
  it('tells its state in every way the golden lines know, and in no other', () => {
    const known = new Set(golden.filter((it) => it.direction === 'rx').map((it) => it.hex));
    const questions = golden.filter((it) => it.meaning.ask).map((it) => [...it.bytes]);
    expect(questions).toHaveLength(5);
    const said = new Set<string>();
    const { ask, setFault, text } = bench({ rollMm: 2_530 });
    for (const fault of [undefined, 'cover-open', 'paper-out', 'paper-low'] as const) {
      setFault(fault);
      for (const question of questions) said.add(ask(...question));
    }
    setFault('cutter');
    ask(...CUT);
    for (const question of questions) said.add(ask(...question));
    setFault();
    for (let i = 0; i < 700; i++) text('-');
    for (const question of questions) said.add(ask(...question));
    said.delete(''); // an offline printer keeps GS r for later
    expect([...said].filter((answer) => !known.has(answer))).toEqual([]);
    expect([...said].sort()).toEqual('00 03 12 16 1A 1E 32 52 72 7E'.split(' '));
  });

  it('pushes the golden automatic status on every change, once', () => {
    const { ask, setFault } = bench();
    const pushed = [ask(0x1d, 0x61, 0xff)];
    for (const fault of ['cover-open', undefined, 'paper-low', undefined, 'paper-out'] as const)
      pushed.push(setFault(fault));
    setFault('cutter');
    pushed.push(ask(...CUT));
    const known = golden.filter((it) => it.meaning.kind === 'asb').map((it) => it.hex);
    expect(new Set(pushed)).toEqual(new Set(known));
    expect(setFault('cutter')).toBe('');
  });

  it('prints every golden document as a person would read it, leaving no byte over', () => {
    const lines = documents.map(({ bytes, meaning }) => {
      const { ask, papers, printer } = bench();
      ask(...bytes);
      if (!JSON.stringify(meaning).includes('"cut"')) ask(0x0a, ...CUT);
      expect(printer.unknown()).toEqual([]);
      return papers.flatMap((paper) => paper.lines).filter((line) => line !== '');
    });
    expect(lines).toEqual([
      ['合计'],
      ['      一刻便利店'],
      ['红富士苹果               ￥12.34'],
      ['-'.repeat(32)],
      ['[QR https://e.cn/r/1]'],
      ['[EAN-13 9521234543213]'],
      [],
      ['       *** 副本 COPY ***', '合计'],
      [expect.stringMatching(/^@牛V奶〓1234567890abcdefghij$/)],
      ['一二三四五六七八九十一二三四五六', '七八'],
    ]);
  });

  it('reads the same from any chunks of the same bytes', () => {
    const seed = Number(process.env.SEED ?? 11);
    const random = createRandom(seed);
    const bytes = [...documents.flatMap((it) => [...it.bytes]), ...CUT];
    const print = (size: () => number) => {
      const { ask, papers, printer } = bench();
      for (let at = 0, n = 0; at < bytes.length; at += n) {
        n = size();
        ask(...bytes.slice(at, at + n));
      }
      return { papers, unknown: printer.unknown() };
    };
    const one = print(() => bytes.length);
    for (let i = 0; i < 10; i++)
      expect(
        print(() => whole(random, 1, 9)),
        `SEED=${seed}`,
      ).toEqual(one);
  });
});

describe('a receipt', () => {
  it('becomes a picture with the same words, a QR code and a bar code', () => {
    const { ask, papers } = bench();
    for (const { bytes } of documents) ask(...bytes);
    ask(...CUT);
    const svg = papers.map((paper) => paper.svg).join('');
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" viewBox="0 0 432 \d+"/);
    expect(svg).toContain('>一刻便利店</text>');
    expect(svg).toContain('scale(2 2)');
    expect(svg).toContain('font-weight="700"');
    expect(svg.match(/<svg x=/g)).toHaveLength(2);
    expect(papers.flatMap((paper) => paper.codes)).toEqual(['https://e.cn/r/1', '9521234543213']);
  });

  it('shows signs that would be markup as plain signs', () => {
    const { text, ask, papers } = bench();
    text('<b>&');
    ask(...CUT);
    expect(papers[0]?.svg).toContain('&lt;b&gt;&amp;</text>');
  });

  it('prints a four-byte character and unknown commands as garbage, and says so', () => {
    const { ask, papers, printer } = bench();
    ask(0x81, 0x30, 0x84, 0x36, 0x1b, 0x7e, 0x41, 0x0a, ...CUT);
    expect(papers[0]?.lines).toEqual(['?0?6A']);
    expect(printer.unknown()).toEqual(['1b7e']);
  });

  it('is only half printed when the paper ends, and goes on with a new roll', () => {
    const { text, ask, papers, printer, setFault } = bench({ rollMm: 30 });
    for (let i = 1; i <= 12; i++) text(`${i}`);
    ask(...CUT);
    expect(papers).toEqual([]);
    expect(printer.paper()).toBe('out');
    setFault();
    expect(papers[0]?.lines).toEqual(Array.from({ length: 12 }, (_, i) => `${i + 1}`));
  });

  it('waits behind an open cover and comes out when it is closed', () => {
    const { text, ask, papers, setFault } = bench();
    setFault('cover-open');
    text('later');
    ask(...CUT);
    expect(papers).toEqual([]);
    setFault();
    expect(papers.map((paper) => paper.lines)).toEqual([['later']]);
  });

  it('never comes from a printer that is switched off, nor does an answer', () => {
    const { text, ask, papers, setFault } = bench();
    setFault('silence');
    text('lost');
    expect(ask(0x10, 0x04, 0x01)).toBe('');
    setFault();
    ask(...CUT);
    expect(papers).toEqual([]);
  });

  it('is printed by a printer of odd status, whose answers nobody may take for fine', () => {
    const { ask, setFault } = bench();
    setFault('odd-status');
    const answer = Number.parseInt(ask(0x10, 0x04, 0x01), 16);
    expect(answer & 0x93).not.toBe(0x12);
  });
});
