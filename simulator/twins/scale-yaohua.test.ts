import { describe, expect, it } from 'vitest';
import type { ScaleFault } from '../faults.ts';
import { createPlatePhysics, RETAIL_SCALE } from '../plate.ts';
import { memoryPort } from '../port.ts';
import { createRandom } from '../random.ts';
import { createSimulatedClock } from '../simulated-clock.ts';
import { hex, readGolden } from '../testing/golden.ts';
import { startScaleYaohua, yaohuaFrame } from './scale-yaohua.ts';

function bench() {
  const clock = createSimulatedClock();
  const random = createRandom(7);
  const plate = createPlatePhysics(clock, random, RETAIL_SCALE);
  const cable = memoryPort(clock);
  let fault: ScaleFault | undefined;
  const running = startScaleYaohua(cable, { clock, random, load: plate.read, fault: () => fault });
  const heard: number[] = [];
  cable.connect()?.onBytes((bytes) => heard.push(...bytes));
  const listen = (forMs: number) => {
    heard.length = 0;
    clock.advance(forMs);
    return hex(Uint8Array.from(heard));
  };
  const put = (grams: number) => {
    plate.set(grams, 0);
    clock.advance(1500);
  };
  const setFault = (next?: ScaleFault) => {
    fault = next;
  };
  return { listen, put, setFault, running };
}

describe('the Yaohua twin says what the golden bytes say', () => {
  const lines = readGolden('scale/golden/yaohua.txt').map((line) => line.hex);
  it.each([1234, 0, -125, 612, 15_000, 1235])('%d g', (grams) => {
    expect(lines).toContain(hex(yaohuaFrame(grams)));
  });
});

describe('an XK3190 on the counter', () => {
  it('sends ten frames a second, unasked, moving or not', () => {
    const { listen, put } = bench();
    put(612);
    expect(listen(1000).split(hex(yaohuaFrame(612))).length - 1).toBeGreaterThanOrEqual(9);
  });

  it.each([
    ['silence', /^$/],
    ['late', /^$/],
    ['wrong-check', /^(?!.*02 2B 30 30 30 30 30 30 33 31 38 03)02 2B/],
    ['split', /02 2B 30 30 30 30 30 30 33 31 38 03/],
  ] as const)('with the fault %s it sends as such an indicator does', (fault, wanted) => {
    const { listen, put, setFault } = bench();
    put(0);
    setFault(fault);
    listen(300);
    expect(listen(600)).toMatch(wanted);
  });

  it('sends a whole backlog at once when the line is free again', () => {
    const { listen, put, setFault } = bench();
    put(612);
    setFault('late');
    listen(1000);
    setFault();
    expect(listen(300).split(hex(yaohuaFrame(612))).length - 1).toBeGreaterThanOrEqual(10);
  });

  it('is silent for good once it is closed', () => {
    const { listen, running } = bench();
    running.close();
    listen(100);
    expect(listen(500)).toBe('');
  });
});
