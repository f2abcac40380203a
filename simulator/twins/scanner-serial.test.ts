import { describe, expect, it } from 'vitest';
import type { ScannerFault } from '../faults.ts';
import { memoryPort } from '../port.ts';
import { createSimulatedClock } from '../simulated-clock.ts';
import { hex, readGolden } from '../testing/golden.ts';
import { aimIdOf } from '../world.ts';
import type { ScannerTwinOptions } from './scanner-serial.ts';
import { startScannerSerial } from './scanner-serial.ts';

function bench(options: Partial<ScannerTwinOptions> = {}) {
  const clock = createSimulatedClock();
  const cable = memoryPort(clock);
  let fault: ScannerFault | undefined;
  const scanner = startScannerSerial(cable, { fault: () => fault, ...options });
  const heard: number[] = [];
  const host = cable.connect();
  host?.onBytes((bytes) => heard.push(...bytes));
  const scan = (code: string, aim: string) => {
    heard.length = 0;
    scanner.scan(code, aim);
    clock.advance(1000);
    return hex(Uint8Array.from(heard));
  };
  const setFault = (next?: ScannerFault) => {
    fault = next;
  };
  return { scan, host, setFault };
}

const golden = readGolden('scanner/golden/serial-scanner.txt');

describe('the scanner twin', () => {
  it('sends every golden code byte for byte, with and without its AIM identifier', () => {
    const codes = golden.filter((line) => line.meaning.kind === 'code');
    expect(codes.length).toBeGreaterThanOrEqual(8);
    for (const { meaning, hex: wanted } of codes) {
      const { text, aimId } = meaning as { text: string; aimId?: string };
      const { scan } = bench({ aimId: aimId ? 'on' : 'off' });
      expect(scan(text, aimId ?? ']E0')).toBe(wanted);
    }
  });

  it('reads only between the golden trigger commands in serial trigger mode', () => {
    const [on, off] = golden.filter((line) => line.direction === 'tx').map((line) => line.bytes);
    if (!on || !off) throw new Error('the scanner golden lost its trigger commands');
    const { scan, host } = bench({ trigger: 'serial' });
    expect(scan('1', ']Q3')).toBe('');
    host?.write(on);
    expect(scan('1', ']Q3')).toBe('5D 51 33 31 0D');
    host?.write(off);
    expect(scan('1', ']Q3')).toBe('');
  });

  it.each([
    ['silence', ''],
    ['half-code', '5D 45 30 36'],
    ['double-read', '5D 45 30 36 39 30 31 0D 5D 45 30 36 39 30 31 0D'],
  ] as const)('with the fault %s it reads as a worn scanner does', (fault, wanted) => {
    const { scan, setFault } = bench();
    setFault(fault);
    expect(scan('6901', ']E0')).toBe(wanted);
  });

  it.each([
    ['6901234567892', ']E0'],
    ['95200002', ']E4'],
    ['https://id.gs1.org/01/09521234543213', ']Q1'],
    ['0109521234543213\x1d21001', ']Q3'],
    ['130701234567890123', ']Q1'],
  ])('takes %j for a symbol %s', (code, aim) => {
    expect(aimIdOf(code)).toBe(aim);
  });
});
