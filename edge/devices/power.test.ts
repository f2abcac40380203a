/** Power by the USB port: a tree like the kernel's, the device's own restart, and why it cannot. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { demoCatalogue, demoGoods } from '../../simulator/goods.ts';
import { createSimulatedClock } from '../../simulator/simulated-clock.ts';
import { openTestStore, type TestStore } from '../store.fixture.ts';
import { act } from './acts.ts';
import { powerCycle, powerRefusal } from './power.ts';

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore({ goods: demoGoods(), catalogue: demoCatalogue() });
  await store.ready();
});
afterAll(() => store.free());

const told: object[] = [];
const parts = () => ({ clock: store.clock, tell: (event: object) => void told.push(event) });

it('goes off, stays off for two seconds, comes back, and the device is opened anew', async () => {
  const root = mkdtempSync(join(tmpdir(), 'yike-power-'));
  const adapter = join(root, 'sys/devices/usb1/1-2');
  mkdirSync(join(adapter, '1-2:1.0/ttyUSB0'), { recursive: true });
  mkdirSync(join(root, 'sys/class/tty/ttyUSB0'), { recursive: true });
  mkdirSync(join(root, 'dev'));
  symlinkSync(join(adapter, '1-2:1.0/ttyUSB0'), join(root, 'sys/class/tty/ttyUSB0/device'));
  writeFileSync(join(adapter, 'idVendor'), '1a86');
  writeFileSync(join(adapter, 'authorized'), '1');
  writeFileSync(join(root, 'dev/ttyUSB0'), '');
  let restarts = 0;
  const device = {
    ...store.controller().devices.find('scale-1')!,
    config: { id: 'scale-1', driver: 'enq-dc1', address: `serial:${root}/dev/ttyUSB0` },
    restart: () => {
      restarts += 1;
    },
  };
  const clock = createSimulatedClock();
  const cycling = powerCycle(device, clock, root);
  clock.advance(1999);
  await Promise.resolve();
  expect(restarts).toBe(0);
  clock.advance(1);
  expect(await cycling).toEqual({ ok: true, value: { what: 'bus', offMs: 2000 } });
  expect(restarts).toBe(1);
  rmSync(root, { recursive: true });
});

it('of what is on no USB port is refused in words, and nobody is said to have done it', async () => {
  const device = store.controller().devices.find('scale-1')!;
  const answer = await act(device, { act: 'power', by: 'Li' }, parts());
  expect(answer).toMatchObject({ ok: false, refusal: { code: 'POWER_NOT_USB' } });
  expect(told).toEqual([]);
});

it.each([
  ['no-usb', 'POWER_NOT_USB'],
  ['no-switch', 'POWER_NO_SWITCH'],
  ['denied', 'POWER_DENIED'],
] as const)('%s is %s, with what to do by hand', (reason, code) => {
  const { refusal } = powerRefusal('scale-1', { ok: false, reason, file: '/sys/x' });
  expect(refusal.code).toBe(code);
  expect(refusal.message.zh).toContain('scale-1');
  expect(refusal.next.zh).toMatch(/USB|电源|root/);
});

it('every test page prints on every printer, and one there is not is refused', async () => {
  for (const id of ['printer-1', 'printer-2']) {
    const device = store.controller().devices.find(id)!;
    for (const label of [undefined, 'receipt', 'shelf', 'weight']) {
      const printing = act(device, { act: 'print', by: 'Li', ...(label && { label }) }, parts());
      let over = false;
      void printing.then(() => {
        over = true;
      });
      await store.run(20_000, () => over);
      expect(await printing, `${id} ${label}`).toEqual({ ok: true, value: {} });
    }
    const refused = await act(device, { act: 'print', by: 'Li', label: 'poster' }, parts());
    expect(refused).toMatchObject({ ok: false, refusal: { code: 'NO_SUCH_LABEL' } });
  }
});
