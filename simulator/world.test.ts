import { describe, expect, it } from 'vitest';
import type { Fault } from './faults.ts';
import { FAULTS } from './faults.ts';
import type { Good } from './goods.ts';
import { memoryPort, paced } from './port.ts';
import { createRandom, spread, whole } from './random.ts';
import { createSimulatedClock } from './simulated-clock.ts';
import { createWorld } from './world.ts';

const apple: Good = {
  sku: 'fuji',
  name: { zh: '红富士苹果', en: 'Fuji apple' },
  kind: 'loose',
  unitGrams: 200,
  spreadPercent: 12,
  plu: '4131',
  picture: '/pictures/apple.webp',
};

function shop(seed = 1) {
  const clock = createSimulatedClock();
  const random = createRandom(seed);
  const world = createWorld({ goods: [apple], clock, random, plateIds: ['plate-1'] });
  const codes: string[] = [];
  const cable: string[] = [];
  let broken: Fault | undefined;
  world.addDevice({
    id: 'scanner-1',
    kind: 'scanner',
    unplug: () => cable.push('out'),
    plug: () => cable.push('in'),
    scan: (code, aim) => codes.push(`${aim}${code}`),
    faultChanged: (fault) => {
      broken = fault;
    },
  });
  world.addDevice({ id: 'printer-1', kind: 'printer', unplug() {}, plug() {} });
  return { clock, world, codes, cable, broken: () => broken };
}

const codeOf = (acted: { ok: boolean; refusal?: { code: string } }) => acted.refusal?.code;

describe('goods on a plate', () => {
  it('weigh together exactly what was asked for', () => {
    const { clock, world } = shop();
    expect(world.place('plate-1', 'fuji', 3, 613).ok).toBe(true);
    expect(world.load('plate-1').moving).toBe(true);
    clock.advance(1000);
    expect(world.pieces('plate-1').map((piece) => piece.grams)).toEqual([205, 204, 204]);
    expect(world.load('plate-1')).toEqual({ grams: 614, moving: false, overload: false });
  });

  it('have masses of their own within their spread, the same again from the same seed', () => {
    const masses = (seed: number) => {
      const { world } = shop(seed);
      world.place('plate-1', 'fuji', 20);
      return world.pieces('plate-1').map((piece) => piece.grams);
    };
    expect(masses(5)).toEqual(masses(5));
    expect(masses(5)).not.toEqual(masses(6));
    for (const grams of masses(5)) expect(Math.abs(grams - 200)).toBeLessThanOrEqual(24);
  });

  it('keep their place and look while others come and go', () => {
    const { world } = shop();
    world.place('plate-1', 'fuji', 2);
    const [first, second] = world.scene('plate-1').pieces;
    world.place('plate-1', 'fuji', 1);
    world.take('plate-1', first?.pieceId ?? '');
    expect(world.scene('plate-1').pieces[0]).toEqual(second);
    world.take('plate-1', 'all');
    expect(world.scene('plate-1')).toEqual({ pieces: [], pressed: false });
  });

  it('are seen with the hand that presses on them', () => {
    const { world } = shop();
    world.press('plate-1', 300);
    expect(world.scene('plate-1').pressed).toBe(true);
    expect(world.pressedGrams('plate-1')).toBe(300);
    world.press('plate-1', 0);
    expect(world.scene('plate-1').pressed).toBe(false);
  });

  it('go into a thin bag of 6 g and out of it, and take it along', () => {
    const { clock, world } = shop();
    const shown = () => {
      clock.advance(1_000);
      return world.load('plate-1').grams;
    };
    world.place('plate-1', 'fuji', 2, 400);
    expect(world.bag('plate-1', true)).toEqual({ ok: true, value: undefined });
    expect([world.scene('plate-1').bagged, shown()]).toEqual([true, 406]);
    world.bag('plate-1', false);
    expect([world.scene('plate-1').bagged, shown()]).toEqual([undefined, 400]);
    world.bag('plate-1', true);
    world.take('plate-1', 'all');
    expect([world.scene('plate-1').bagged, shown()]).toEqual([undefined, 0]);
  });

  it('settle for 400 to 900 ms, whatever the seed', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const { clock, world } = shop(seed);
      world.place('plate-1', 'fuji', 1);
      let ms = 0;
      for (; world.load('plate-1').moving; ms += 10) clock.advance(10);
      expect(ms, `SEED=${seed}`).toBeGreaterThanOrEqual(400);
      expect(ms, `SEED=${seed}`).toBeLessThanOrEqual(910);
    }
  });
});

describe('a hand that tries what cannot be done is told why', () => {
  const { world } = shop();
  it.each([
    ['PLATE_UNKNOWN', () => world.place('plate-9', 'fuji', 1)],
    ['PLATE_UNKNOWN', () => world.take('plate-9', 'all')],
    ['PLATE_UNKNOWN', () => world.press('plate-9', 1)],
    ['PLATE_UNKNOWN', () => world.bag('plate-9', true)],
    ['PIECE_UNKNOWN', () => world.bag('plate-1', true)],
    ['GOOD_UNKNOWN', () => world.place('plate-1', 'nothing', 1)],
    ['NUMBER_OUT_OF_RANGE', () => world.place('plate-1', 'fuji', 0)],
    ['NUMBER_OUT_OF_RANGE', () => world.place('plate-1', 'fuji', 1.5)],
    ['NUMBER_OUT_OF_RANGE', () => world.place('plate-1', 'fuji', 3, 2)],
    ['NUMBER_OUT_OF_RANGE', () => world.place('plate-1', 'fuji', 1, 30_001)],
    ['NUMBER_OUT_OF_RANGE', () => world.press('plate-1', -5)],
    ['PIECE_UNKNOWN', () => world.take('plate-1', 'piece-0')],
    ['DEVICE_UNKNOWN', () => world.unplug('scale-9')],
    ['DEVICE_UNKNOWN', () => world.fault('scale-9', 'silence')],
    ['DEVICE_UNKNOWN', () => world.scan('printer-1', '1')],
    ['DEVICE_UNKNOWN', () => world.tearReceipt('scanner-1')],
    ['FAULT_UNKNOWN', () => world.fault('scanner-1', 'paper-out')],
    ['FAULT_UNKNOWN', () => world.fault('scanner-1', 'toString')],
    ['CODE_EMPTY', () => world.scan('scanner-1', '')],
    ['NO_RECEIPT', () => world.tearReceipt('printer-1')],
  ] as const)('%s', (code, act) => {
    expect(codeOf(act())).toBe(code);
  });

  it('PLATE_FULL', () => {
    const { world } = shop();
    world.place('plate-1', 'fuji', 20);
    expect(codeOf(world.place('plate-1', 'fuji', 1))).toBe('PLATE_FULL');
  });
});

describe('devices in the shop', () => {
  it('read codes only while plugged in, and a cable is pulled once', () => {
    const { world, codes, cable } = shop();
    world.scan('scanner-1', '6901234567892');
    world.unplug('scanner-1');
    world.unplug('scanner-1');
    world.scan('scanner-1', '6901234567892');
    world.plug('scanner-1');
    expect(codes).toEqual([']E06901234567892']);
    expect(cable).toEqual(['out', 'in']);
  });

  it('can be given every fault of their kind, and mended', () => {
    const { world, broken } = shop();
    for (const fault of Object.keys(FAULTS.scanner)) {
      expect(world.fault('scanner-1', fault).ok).toBe(true);
      expect(broken()).toBe(fault);
      expect(world.faultOf('scanner-1')).toBe(fault);
    }
    world.fault('scanner-1', undefined);
    expect(world.devices()[0]).toEqual({
      id: 'scanner-1',
      kind: 'scanner',
      plugged: true,
      fault: undefined,
    });
  });

  it('leave paper hanging until somebody tears it off', () => {
    const { world } = shop();
    let changes = 0;
    const stop = world.onChange(() => {
      changes += 1;
    });
    world.hangReceipt('printer-1', ['合计'], '<svg/>');
    world.hangReceipt('printer-1', ['再见'], '<svg/>');
    expect(world.tearReceipt('printer-1')).toEqual({ ok: true, value: [1, 2] });
    expect(codeOf(world.tearReceipt('printer-1'))).toBe('NO_RECEIPT');
    stop();
    world.hangReceipt('printer-1', [], '<svg/>');
    expect(changes).toBe(3);
  });
});

describe('a cable in memory', () => {
  it('is dead once pulled, and a new end is joined after it is put back', () => {
    const clock = createSimulatedClock();
    const cable = memoryPort(clock);
    const device: number[] = [];
    cable.onBytes((bytes) => device.push(...bytes));
    const first = cable.connect();
    let pulled = 0;
    first?.onUnplug(() => {
      pulled += 1;
    });
    cable.write(Uint8Array.of(1, 2, 3));
    cable.unplug();
    expect(pulled).toBe(1);
    expect(cable.connect()).toBeUndefined();
    cable.plug();
    const heard: number[] = [];
    cable.connect()?.onBytes((bytes) => heard.push(...bytes));
    first?.write(Uint8Array.of(9));
    cable.write(Uint8Array.of(4));
    clock.advance(100);
    expect(heard).toEqual([4]);
    expect(device).toEqual([]);
  });

  it('carries bytes in order and no faster than the line', () => {
    const clock = createSimulatedClock();
    const got: number[] = [];
    const line = paced(clock, 9600, (bytes) => got.push(...bytes));
    const bytes = Uint8Array.from({ length: 960 }, (_, i) => i & 255);
    line.write(bytes.subarray(0, 500));
    line.write(bytes.subarray(500));
    clock.advance(500);
    expect(got.length).toBeLessThanOrEqual(480);
    expect(got.length).toBeGreaterThan(430);
    clock.advance(550);
    expect(got).toEqual([...bytes]);
  });
});

describe('chance', () => {
  it('replays from its seed and covers its range evenly', () => {
    const draw = (seed: number) => Array.from({ length: 8 }, createRandom(seed));
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    const random = createRandom(9);
    const counts = [0, 0, 0, 0, 0, 0];
    for (let i = 0; i < 6000; i++) counts[whole(random, 0, 5)]! += 1;
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
    const mean = Array.from({ length: 2000 }, () => spread(random)).reduce((a, b) => a + b) / 2000;
    expect(Math.abs(mean)).toBeLessThan(0.1);
  });
});

describe('simulated time', () => {
  it('runs timers in the order they fall due, and none that was cancelled', async () => {
    const clock = createSimulatedClock();
    const order: string[] = [];
    clock.after(20, () => order.push('b'));
    clock.after(10, () => {
      order.push('a');
      clock.after(10, () => order.push('c'));
    });
    clock.after(15, () => order.push('never'))();
    clock.advance(20);
    expect(order).toEqual(['a', 'b', 'c']);
    expect(clock.monoMs()).toBe(20);
    clock.after(1000, () => order.push('d'));
    expect(await clock.run(5000, () => order.includes('d'))).toBe(true);
    expect(clock.monoMs()).toBe(1020);
    expect(await clock.run(10, () => false)).toBe(false);
  });
});
