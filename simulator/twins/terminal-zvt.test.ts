import { describe, expect, it } from 'vitest';
import { memoryPort } from '../port.ts';
import { createSimulatedClock } from '../simulated-clock.ts';
import { hex, readGolden } from '../testing/golden.ts';
import {
  type CardBehaviour,
  startTerminalZvt,
  statusWords,
  type TerminalFault,
  type TerminalFraming,
  terminalFrame,
} from './terminal-zvt.ts';

const FILES = { tcp: 'payment/golden/zvt.txt', serial: 'payment/golden/zvt-serial.txt' } as const;

/** A terminal with a till that says yes to whatever the terminal asks. */
function bench(framing: TerminalFraming, behaviour: CardBehaviour = 'pays') {
  const clock = createSimulatedClock();
  const cable = memoryPort(clock);
  let fault: TerminalFault | undefined;
  startTerminalZvt(cable, {
    clock,
    framing,
    behaviour: () => behaviour,
    fault: () => fault,
    journal: [],
  });
  const host = cable.connect();
  const heard: string[] = [];
  const yes = terminalFrame(framing, [0x80, 0, 0]);
  host?.onBytes((bytes) => {
    heard.push(hex(bytes));
  });
  const run = (bytes: Uint8Array) => {
    heard.length = 0;
    host?.write(bytes);
    for (let i = 0; i < 6; i++) {
      clock.advance(600);
      host?.write(yes);
    }
    clock.advance(600);
    return heard.join(' ');
  };
  const tx = (kind: string) => {
    const line = readGolden(FILES[framing]).find(
      (each) => each.direction === 'tx' && each.meaning.kind === kind,
    );
    if (!line) throw new Error(`no golden ${kind}`);
    return line.bytes;
  };
  const setFault = (next?: TerminalFault) => {
    fault = next;
  };
  return { run, tx, setFault };
}

const rx = (framing: TerminalFraming, kind: string) =>
  readGolden(FILES[framing])
    .filter((line) => line.direction === 'rx' && line.meaning.kind === kind)
    .map((line) => line.hex);

describe.each(['tcp', 'serial'] as const)('the terminal over %s', (framing) => {
  it('goes through a payment in the golden words, byte for byte', () => {
    const { run, tx } = bench(framing);
    const said = run(tx('pay'));
    for (const kind of ['accepted', 'intermediate', 'print', 'completion']) {
      expect(rx(framing, kind).some((line) => said.includes(line))).toBe(true);
    }
  });

  it('says the golden status information of receipt 23, trace 1234', () => {
    const words = statusWords({ receipt: 23, trace: 1234, amountFen: 1000, reversed: false });
    expect(rx(framing, 'status')).toContain(hex(terminalFrame(framing, words)));
  });

  it('registers, and aborts where the card cannot be read', () => {
    const { run, tx } = bench(framing, 'card-unreadable');
    expect(run(tx('register'))).toContain(rx(framing, 'completion')[0]);
    expect(run(tx('pay'))).toContain(rx(framing, 'abort')[0]);
  });

  it('knows no receipt to reverse before there is one, and says no while it is busy', () => {
    const { run, tx, setFault } = bench(framing);
    expect(run(tx('reverse'))).toContain('06 1E 01 B5');
    setFault('busy');
    expect(run(tx('register'))).toContain('84 9C 00');
    setFault('silence');
    expect(run(tx('register'))).toBe('');
  });
});

it('reverses a payment once and then says that it did', () => {
  const { run, tx } = bench('tcp');
  run(tx('pay'));
  const first = Uint8Array.from(Buffer.from('063006000000870001', 'hex'));
  expect(run(first)).toContain('06 0F 00');
  expect(run(first)).toContain('06 1E 01 B4');
});
