import { describe, expect, it } from 'vitest';
import { memoryPort } from '../port.ts';
import { createSimulatedClock } from '../simulated-clock.ts';
import { hex, readGolden } from '../testing/golden.ts';
import type { PrintedLabel } from './label.ts';
import { type LabelFault, startPrinterTspl } from './printer-tspl.ts';

function bench(roll?: number) {
  const clock = createSimulatedClock();
  const cable = memoryPort(clock, 115_200);
  let fault: LabelFault | undefined;
  const labels: PrintedLabel[] = [];
  const onLabel = (label: PrintedLabel) => void labels.push(label);
  const printer = startPrinterTspl(cable, { clock, fault: () => fault, onLabel, roll });
  const heard: number[] = [];
  const host = cable.connect();
  host?.onBytes((bytes) => heard.push(...bytes));
  const send = (bytes: Uint8Array, ms = 3000) => {
    host?.write(bytes);
    clock.advance(ms);
  };
  const ask = () => {
    heard.length = 0;
    send(Uint8Array.of(0x1b, 0x21, 0x3f), 20);
    return hex(Uint8Array.from(heard));
  };
  const setFault = (next?: LabelFault) => {
    fault = next;
    printer.faultChanged();
  };
  const say = (...lines: string[]) => send(Buffer.from(lines.map((one) => `${one}\r\n`).join('')));
  return { send, ask, say, setFault, labels, printer };
}

const golden = readGolden('printer/golden/tspl.txt');
const documents = golden.filter((line) => line.direction === 'tx' && line.meaning.lines);
const HEAD = ['SIZE 40 mm,30 mm', 'GAP 2 mm,0 mm', 'CLS'];

describe('the label printer twin says what the golden bytes say', () => {
  it('tells its state in ways the golden lines know', () => {
    const known = golden.filter((line) => line.direction === 'rx').map((line) => line.hex);
    const { ask, setFault, send } = bench();
    const said = [ask()];
    for (const fault of [
      'cover-open',
      'jam',
      'paper-out',
      'ribbon-out',
      'paused',
      'cutter',
    ] as const) {
      setFault(fault);
      said.push(ask());
    }
    setFault();
    send(documents[0]?.bytes ?? new Uint8Array(), 100);
    said.push(ask());
    expect(said).toEqual(['00', '01', '02', '04', '08', '10', '80', '20']);
    expect(said.filter((answer) => !known.includes(answer))).toEqual([]);
    setFault('odd-status');
    expect(known.includes(ask())).toBe(false);
    setFault('silence');
    expect(ask()).toBe('');
  });

  it('prints every golden document as a person would read it, leaving no line over', () => {
    const printed = documents.map(({ bytes }) => {
      const { send, labels, printer } = bench();
      send(bytes);
      expect([printer.unknown(), labels.flatMap((label) => label.outside)]).toEqual([[], []]);
      return labels.map((label) => label.lines.join('|'));
    });
    expect(printed).toEqual([
      ['合计'],
      ['一刻便利店'],
      [`红富士苹果${' '.repeat(20)}￥12.34`],
      ['--------|x'],
      ['[EAN-13 9521234543213]'],
      ['[QR https://e.cn/r/1]'],
      ['[QR https://e.cn/r/1]|[EAN-13 9521234543213]'],
      ['*** 副本 COPY ***|合计'],
      ['＂～!T＼[R]牛 CUT 〓'],
      ['一|二|三|四|五|六', '七'],
    ]);
  });

  it('reads the same from bytes one at a time', () => {
    const whole = bench();
    const pieces = bench();
    for (const { bytes } of documents) {
      whole.send(bytes);
      for (const byte of bytes) pieces.send(Uint8Array.of(byte), 0);
      pieces.send(new Uint8Array(), 3000);
    }
    expect(pieces.labels).toEqual(whole.labels);
  });
});

describe('a label', () => {
  it('does not hold what was drawn over its edge', () => {
    const { say, labels } = bench();
    say(...HEAD, 'TEXT 300,10,"TSS24.BF2",0,1,1,"toolong"', 'BAR 10,10,300,2', 'PRINT 1,1');
    expect(labels[0]).toMatchObject({ outside: ['toolong'], lines: ['--------'] });
  });

  it('is not printed by lines that this printer does not know', () => {
    const { say, labels, printer } = bench();
    say(
      'HELLO',
      'TEXT 1,1,"TSS24.BF2",0,1,1,"open',
      'BARCODE 1,1,"EAN13",80,1,0,2,2,"95"',
      'PRINT x',
    );
    expect([labels.length, printer.unknown().length]).toEqual([0, 4]);
  });

  it('waits for a new roll, and comes once', () => {
    const { say, labels, setFault, ask, send } = bench(1);
    say(...HEAD, 'BAR 1,1,9,9', 'PRINT 1,2');
    expect([labels.length, ask()]).toEqual([1, '04']);
    setFault();
    send(new Uint8Array());
    expect([labels.length, ask()]).toEqual([2, '04']);
  });

  it('is spoilt by an open head and printed again when it is shut', () => {
    const { send, labels, setFault, ask } = bench();
    send(documents[0]?.bytes ?? new Uint8Array(), 100);
    setFault('cover-open');
    send(new Uint8Array());
    expect([labels.length, ask()]).toEqual([0, '01']);
    setFault();
    send(new Uint8Array());
    expect([labels.length, ask()]).toEqual([1, '00']);
  });
});
