import { describe, expect, it } from 'vitest';
import type { ScaleFault } from '../faults.ts';
import { createPlatePhysics, RETAIL_SCALE } from '../plate.ts';
import { memoryPort } from '../port.ts';
import { createRandom } from '../random.ts';
import { createSimulatedClock } from '../simulated-clock.ts';
import { hex, readGolden } from '../testing/golden.ts';
import type { Toledo8217TwinOptions } from './scale-toledo-8217.ts';
import { startScaleToledo8217, statusMessage, weightMessage } from './scale-toledo-8217.ts';

const MAIN = 'scale/golden/toledo-8217.txt';
const RICE_LAKE = 'scale/golden/toledo-8217-rice-lake.txt';
const STILL = { grams: 0, moving: false, overload: false, notZeroed: false, net: false };
const text = (said: string) => Buffer.from(said, 'latin1');

/** A scale on a desk with a host that writes down everything it hears. */
function bench(options: Partial<Toledo8217TwinOptions> = {}) {
  const clock = createSimulatedClock();
  const random = createRandom(7);
  const plate = createPlatePhysics(clock, random, RETAIL_SCALE);
  const cable = memoryPort(clock);
  let fault: ScaleFault | undefined;
  const twin = startScaleToledo8217(cable, {
    clock,
    random,
    load: plate.read,
    fault: () => fault,
    ...options,
  });
  const heard: number[] = [];
  const host = cable.connect();
  host?.onBytes((bytes) => heard.push(...bytes));
  const ask = (said: string | Uint8Array, waitMs = 300) => {
    heard.length = 0;
    host?.write(typeof said === 'string' ? text(said) : said);
    clock.advance(waitMs);
    return hex(Uint8Array.from(heard));
  };
  const put = (grams: number) => {
    plate.set(grams, 0);
    clock.advance(1000);
  };
  const setFault = (next?: ScaleFault) => {
    fault = next;
  };
  return { clock, plate, ask, put, setFault, twin };
}

describe('the 8217 twin says what the golden bytes say', () => {
  it.each([
    ['mettler', MAIN, { grams: 1234 }, 1234],
    ['mettler', MAIN, {}, 0],
    ['mettler', MAIN, { grams: 15_000 }, 15_000],
    ['mettler', MAIN, { grams: 125, net: true }, 125],
    ['mettler', MAIN, { net: true }, 0],
    ['mettler', MAIN, { grams: 500, moving: true }, 65],
    ['mettler', MAIN, { grams: 500, moving: true, net: true }, 97],
    ['mettler', MAIN, { grams: 16_000, overload: true }, 66],
    ['mettler', MAIN, { grams: 16_000, overload: true, moving: true }, 67],
    ['mettler', MAIN, { grams: -125 }, 68],
    ['mettler', MAIN, { grams: 500, notZeroed: true }, 72],
    ['rice-lake', RICE_LAKE, { grams: 1234 }, 1234],
    ['rice-lake', RICE_LAKE, {}, 0],
    ['rice-lake', RICE_LAKE, { grams: 500, moving: true }, 97],
    ['rice-lake', RICE_LAKE, { grams: 16_000, overload: true }, 98],
    ['rice-lake', RICE_LAKE, { grams: -125 }, 100],
    ['rice-lake', RICE_LAKE, { grams: 500, notZeroed: true }, 104],
  ] as const)('%s %s: the answer to W with %j', (dialect, file, shown, meant) => {
    const said = hex(weightMessage({ ...STILL, ...shown }, dialect));
    const line = readGolden(file).find((each) => each.hex === said);
    expect(line?.meaning.status ?? line?.meaning.grams).toBe(meant);
  });

  it('answers each golden question of the host with a golden line', () => {
    const { ask, put } = bench();
    put(1234);
    const golden = readGolden(MAIN);
    const tx = golden.filter((line) => line.direction === 'tx');
    expect(tx).toHaveLength(9);
    const answers = tx.map((line) => [line.meaning.kind, ask(line.bytes)]);
    // F ends the echo and is not answered.
    const wanted = (kind: unknown) => (kind === 'echo-end' ? /^$/ : /^02 (3F .. 0D|0D|[34].*)$/);
    for (const [kind, said] of answers) expect(said).toMatch(wanted(kind));
    expect(answers[0]?.[1]).toBe(golden.find((line) => line.meaning.grams === 1234)?.hex);
    expect(answers.find(([kind]) => kind === 'echo?')?.[1]).toBe('02 45 0D 68 65 6C 6C 6F');
  });
});

describe('a checkout scale on the counter', () => {
  it('gives every byte back between E and F, and obeys again afterwards', () => {
    const { ask, put } = bench();
    put(612);
    expect(ask('EWZ')).toBe('02 45 0D 57 5A');
    expect(ask('F')).toBe('');
    expect(ask('W')).toBe(hex(text('\x0200.612\r')));
  });

  it('says its test result once', () => {
    const { ask } = bench();
    expect(ask('A')).toBe('02 0D');
    expect(ask('B')).toBe('02 3F 40 0D');
    expect(ask('B')).toBe('02 3F 00 0D');
    const broken = bench({ broken: 0x10 });
    broken.ask('A');
    expect(broken.ask('B')).toBe('02 3F 50 0D');
    const other = bench({ broken: 0x08, dialect: 'rice-lake' });
    other.ask('A');
    expect(other.ask('B')).toBe('02 3F 08 0D');
  });

  it('subtracts what lay on it, or what it was told, and forgets it on C', () => {
    const { ask, put } = bench();
    put(200);
    expect(ask('T\r', 100)).toBe('');
    expect(ask('', 200)).toBe(hex(statusMessage(0x70)));
    expect(ask('W')).toBe(hex(text('\x0200.000N\r')));
    put(700);
    expect(ask('W')).toBe(hex(text('\x0200.500N\r')));
    put(0);
    expect(ask('W')).toBe(hex(statusMessage(0x64)));
    ask('C');
    ask('T00500\r');
    put(626);
    expect(ask('W')).toBe(hex(text('\x0200.126N\r')));
    const disabled = bench({ tareDisabled: true });
    expect(disabled.ask('T\r', 2000)).toBe('');
  });

  it('takes its zero only where it stands still', () => {
    const { ask, plate, put } = bench();
    put(20);
    ask('Z');
    expect(ask('W')).toBe(hex(text('\x0200.000\r')));
    plate.set(500, 300);
    expect(ask('Z')).toMatch(/^02 3F (41|45) 0D$/);
  });

  it.each([
    ['silence', /^$/],
    ['late', /^$/],
    ['busy', /^02 3F 41 0D$/],
    ['not-zeroed', /^02 3F 58 0D$/],
    ['wrong-check', /^02 30 30 2E 30 30 30 58$/],
    ['split', /^02 30 30 2E 30 30 30 0D$/],
  ] as const)('with the fault %s it answers as such a scale does', (fault, wanted) => {
    const { ask, setFault } = bench();
    setFault(fault);
    expect(ask('W', 400)).toMatch(wanted);
  });

  it('carries parity on a 7E1 line and hears nothing without it', () => {
    const { ask, put } = bench({ parity: true });
    put(1234);
    expect(ask('W')).toBe('');
    expect(ask(Uint8Array.of(0xd7))).toBe(
      readGolden(MAIN).find((line) => line.bytes[0] === 0x82)?.hex,
    );
  });

  it('is silent for good once it is closed', () => {
    const { ask, twin } = bench();
    twin.close();
    expect(ask('W')).toBe('');
  });
});
