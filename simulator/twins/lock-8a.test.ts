import { describe, expect, it } from 'vitest';
import { memoryPort } from '../port.ts';
import { createSimulatedClock } from '../simulated-clock.ts';
import { hex, readGolden } from '../testing/golden.ts';
import { createBolts, frame8a, type LockFault, startLock8a } from './lock-8a.ts';

function bench(board = 1, wiring?: 'closed-when-locked' | 'closed-when-open') {
  const clock = createSimulatedClock();
  const cable = memoryPort(clock);
  const bolts = createBolts(12);
  let fault: LockFault | undefined;
  startLock8a(cable, { clock, bolts, fault: () => fault, board, ...(wiring && { wiring }) });
  const host = cable.connect();
  let heard = '';
  host?.onBytes((bytes) => {
    heard += `${hex(bytes)} `;
  });
  const ask = (bytes: Uint8Array, waitMs = 200) => {
    heard = '';
    host?.write(bytes);
    clock.advance(waitMs);
    return heard.trim();
  };
  const setFault = (next?: LockFault) => {
    fault = next;
  };
  return { ask, bolts, setFault };
}

const golden = readGolden('lock/golden/lock-8a.txt');
const tx = (kind: string) => {
  const line = golden.find((each) => each.direction === 'tx' && each.meaning.kind === kind);
  if (!line) throw new Error(`no golden ${kind}`);
  return line.bytes;
};

describe('the 8A board', () => {
  it('says every golden answer byte for byte', () => {
    const answers = golden.filter((line) => line.meaning.kind === 'answer');
    expect(answers.length).toBeGreaterThanOrEqual(7);
    for (const { hex: wanted, meaning } of answers) {
      const { board, first, contacts, to } = meaning;
      const head = to === 'open' ? 0x8a : 0x80;
      const { ask, bolts, setFault } = bench(Number(board));
      bolts.locked[Number(first) - 1] = contacts === '1';
      if (to === 'open' && contacts === '1') setFault('jammed');
      const what = to === 'open' ? 0x11 : 0x33;
      expect(ask(frame8a(head, Number(board), Number(first), what))).toBe(wanted);
    }
  });

  it('opens the one lock it was told to, and every lock for lock 00', () => {
    const { ask, bolts } = bench();
    ask(tx('open'));
    expect(bolts.locked.filter((locked) => !locked)).toHaveLength(1);
    ask(tx('open-all'));
    expect(bolts.locked.every((locked) => !locked)).toBe(true);
  });

  it('says the opposite where the lock is wired the other way', () => {
    expect(bench(1, 'closed-when-open').ask(tx('read'))).toBe('80 01 01 00 80');
  });

  it.each([
    ['silence', '', 0],
    ['lost-reply', '', 1],
    ['jammed', '8A 01 01 11 9B', 1],
    ['wrong-check', '8A 01 01 00 DF', 1],
    ['echo', '8A 01 01 11 9B 8A 01 01 00 8A', 1],
    ['late', '', 1],
  ] as const)('with the fault %s it answers as such a board does', (fault, wanted, pulses) => {
    const { ask, bolts, setFault } = bench();
    setFault(fault);
    expect(ask(tx('open'))).toBe(wanted);
    expect(bolts.pulses[0]).toBe(pulses);
  });

  it('hears nothing meant for another board', () => {
    const { ask, bolts } = bench(2);
    expect(ask(tx('open'))).toBe('');
    expect(bolts.pulses[0]).toBe(0);
  });
});
