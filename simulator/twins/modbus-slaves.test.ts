import { describe, expect, it } from 'vitest';
import { memoryPort } from '../port.ts';
import { createSimulatedClock } from '../simulated-clock.ts';
import { hex, readGolden } from '../testing/golden.ts';
import {
  coolingController,
  type ModbusFault,
  type ModbusSlave,
  modbusCheck,
  startModbusSlaves,
  weighingCell,
} from './modbus-slaves.ts';

function bench(slaves: Record<number, ModbusSlave>) {
  const clock = createSimulatedClock();
  const cable = memoryPort(clock);
  let fault: ModbusFault | undefined;
  const all = new Map(Object.entries(slaves).map(([at, slave]) => [Number(at), slave]));
  startModbusSlaves(cable, { clock, slaves: all, fault: () => fault });
  const host = cable.connect();
  let heard = '';
  host?.onBytes((bytes) => {
    heard += `${hex(bytes)} `;
  });
  const ask = (digits: string, waitMs = 300) => {
    heard = '';
    host?.write(Uint8Array.from(Buffer.from(digits.replaceAll(' ', ''), 'hex')));
    clock.advance(waitMs);
    return heard.trim();
  };
  const setFault = (next?: ModbusFault) => {
    fault = next;
  };
  return { ask, setFault };
}

const shelf = readGolden('shelf/golden/modbus-shelf.txt');
const cooler = readGolden('cooler/golden/modbus-cooler.txt');
const READ_WEIGHT = '01 03 00 00 00 02 C4 0B';
const TARE = '01 10 00 08 00 01 02 00 02 26 D9';

it('keeps the published check value', () => {
  expect(modbusCheck([...Buffer.from('123456789')])).toEqual([0x37, 0x4b]);
  for (const { bytes } of shelf.filter(({ direction }) => direction === 'tx')) {
    expect(modbusCheck([...bytes.subarray(0, -2)])).toEqual([...bytes.subarray(-2)]);
  }
});

describe('a weighing cell', () => {
  it('says the golden weights, in two words, high one first', () => {
    expect(bench({ 1: weighingCell(() => 1234) }).ask(READ_WEIGHT)).toBe(
      '01 03 04 00 00 04 D2 78 AE',
    );
    const minus = shelf.find(
      ({ comment, hex: line }) => comment !== '' && line.startsWith('02 03 04'),
    );
    const ask2 = `02 03 00 00 00 02 ${hex(Uint8Array.from(modbusCheck([2, 3, 0, 0, 0, 2])))}`;
    expect(bench({ 2: weighingCell(() => -125) }).ask(ask2)).toBe(minus?.hex);
  });

  it('takes its load as tare and says so in golden bytes', () => {
    const { ask } = bench({ 1: weighingCell(() => 1234) });
    expect(ask(TARE)).toBe(shelf.find(({ meaning }) => meaning.kind === 'written')?.hex);
    expect(ask(READ_WEIGHT)).toMatch(/^01 03 04 00 00 00 00 /);
  });

  it('refuses what it does not know, by the code of the standard', () => {
    const { ask } = bench({ 1: weighingCell(() => 0) });
    expect(ask('01 03 00 50 00 02 C4 1A')).toBe('01 83 02 C0 F1');
    const refused = shelf.find(({ meaning }) => meaning.function === 16)?.hex;
    expect(ask('01 10 00 08 00 01 02 00 08 A6 DE')).toBe(refused);
    expect(ask('01 06 00 05 AA 55 27 54')).toMatch(/^01 86 03 /);
  });

  it('hears none of the frames that were printed wrong', () => {
    const { ask } = bench({ 1: weighingCell(() => 1234) });
    const wrong = shelf.filter(
      ({ hex: line, direction }) => direction === 'rx' && line.endsWith('A3 33'),
    );
    expect(wrong).toHaveLength(1);
    for (const line of ['01 03 00 13 00 02 04 0F D4', ...wrong.map((each) => each.hex)]) {
      expect(ask(line)).toBe('');
    }
  });

  it.each([
    ['silence', ''],
    ['late', ''],
    ['busy', '01 83 06 C1 32'],
    ['half-answer', '01 03 04'],
    ['echo', `${READ_WEIGHT} 01 03 04 00 00 04 D2 78 AE`],
    ['wrong-check', '01 03 04 00 00 04 D2 78 FB'],
  ] as const)('with the fault %s it answers as such a cell does', (fault, wanted) => {
    const { ask, setFault } = bench({ 1: weighingCell(() => 1234) });
    setFault(fault);
    expect(ask(READ_WEIGHT)).toBe(wanted);
  });
});

it('a controller says the golden temperatures, and no temperature for a probe torn off', () => {
  const answers = cooler
    .filter(({ meaning }) => meaning.kind === 'words')
    .map(({ hex: line }) => line);
  for (const tenths of [42, -188, 0, undefined]) {
    const { ask } = bench({ 10: coolingController(() => [tenths]) });
    expect(answers).toContain(ask('0A 03 01 00 00 01 84 8D'));
  }
  const one = bench({ 10: coolingController(() => [42]) });
  const [, second] = cooler.filter(({ direction }) => direction === 'tx');
  expect(one.ask(second?.hex ?? '')).toBe(
    cooler.find(({ meaning }) => meaning.kind === 'exception')?.hex,
  );
});
