import { describe, expect, it } from 'vitest';
import { memoryPort } from '../port.ts';
import { createSimulatedClock } from '../simulated-clock.ts';
import { hex, readGolden } from '../testing/golden.ts';
import { createBolts, type LockFault } from './lock-8a.ts';
import { startLockKerong } from './lock-kerong.ts';

const FILES = {
  cu16: 'lock/golden/kerong-cu.txt',
  cu48: 'lock/golden/kerong-cu-cu48.txt',
} as const;

function bench(dialect: 'cu16' | 'cu48') {
  const clock = createSimulatedClock();
  const cable = memoryPort(clock, 19_200);
  const bolts = createBolts(dialect === 'cu16' ? 16 : 48);
  let fault: LockFault | undefined;
  startLockKerong(cable, { clock, bolts, fault: () => fault, dialect });
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

const tx = (dialect: 'cu16' | 'cu48', kind: string) =>
  readGolden(FILES[dialect]).filter(
    (line) => line.direction === 'tx' && line.meaning.kind === kind,
  );

describe('the CU16 board', () => {
  it('says the golden status of its hooks', () => {
    const [read] = tx('cu16', 'read');
    const answers = readGolden(FILES.cu16).filter((line) => line.meaning.kind === 'answer');
    let checked = 0;
    for (const { hex: wanted, meaning } of answers) {
      const { ask, bolts } = bench('cu16');
      bolts.locked = [...String(meaning.contacts)].map((contact) => contact === '1');
      // Our boards have no infrared sensors.
      if (!read || !wanted.includes('00 00 03')) continue;
      expect(ask(read.bytes)).toBe(wanted);
      checked++;
    }
    expect(checked).toBeGreaterThanOrEqual(3);
  });

  it('opens the lock it was told to, answers nothing and is busy for a moment', () => {
    const { ask, bolts } = bench('cu16');
    const [read] = tx('cu16', 'read');
    for (const { bytes, meaning } of tx('cu16', 'open')) {
      expect(ask(bytes, 50)).toBe('');
      expect(bolts.locked[Number(meaning.lock) - 1]).toBe(false);
      expect(read && ask(read.bytes, 100)).toBe('');
      expect(read && ask(read.bytes, 200)).toContain('02 00 35');
    }
    for (const { bytes } of tx('cu16', 'open-all')) ask(bytes);
    expect(bolts.locked.some(Boolean)).toBe(false);
  });
});

describe('the CU48 board', () => {
  it('says success in golden bytes and opens the one lock', () => {
    const { ask, bolts, setFault } = bench('cu48');
    const success = readGolden(FILES.cu48).filter((line) => line.meaning.kind === 'answer');
    for (const { bytes, meaning } of tx('cu48', 'open')) {
      const wanted = success.find((line) => line.meaning.first === meaning.lock)?.hex;
      expect(ask(bytes)).toBe(wanted);
      expect(bolts.pulses[Number(meaning.lock) - 1]).toBe(1);
    }
    for (const { bytes } of tx('cu48', 'read')) expect(ask(bytes)).toBe(success[0]?.hex);
    setFault('lost-reply');
    for (const { bytes } of tx('cu48', 'open')) expect(ask(bytes)).toBe('');
  });
});
