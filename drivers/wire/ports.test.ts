import { lutimesSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { listPorts, watchFolder, watchForPort } from './ports.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'yike-ports-'));
});
afterEach(() => rmSync(root, { recursive: true }));

test('ports are listed from the kernel with the name that does not move', () => {
  mkdirSync(join(root, 'sys/class/tty/ttyUSB0/device'), { recursive: true });
  mkdirSync(join(root, 'sys/class/tty/ttyS0/device'), { recursive: true });
  mkdirSync(join(root, 'sys/class/tty/console'), { recursive: true });
  mkdirSync(join(root, 'dev/serial/by-id'), { recursive: true });
  for (const name of ['ttyUSB0', 'ttyS0', 'console']) writeFileSync(join(root, 'dev', name), '');
  const byId = join(root, 'dev/serial/by-id/usb-scale-0001');
  symlinkSync('../../ttyUSB0', byId);
  lutimesSync(byId, 1_790_000_000, 1_790_000_000);
  mkdirSync(join(root, 'sys/bus/usb-serial/drivers/ch341-uart'), { recursive: true });
  symlinkSync(
    join(root, 'sys/bus/usb-serial/drivers/ch341-uart'),
    join(root, 'sys/class/tty/ttyUSB0/device/driver'),
  );
  const [fixed, adapter] = listPorts(root);
  expect(fixed).toMatchObject({
    ...{ path: join(root, 'dev/ttyS0'), stablePath: join(root, 'dev/ttyS0') },
  });
  expect(fixed?.kernelDriver).toBeUndefined();
  expect(adapter).toEqual({
    ...{ path: join(root, 'dev/ttyUSB0'), stablePath: byId },
    ...{ kernelDriver: 'ch341-uart', pluggedWallMs: 1_790_000_000_000 },
  });
  expect(listPorts(root)).toHaveLength(2);
});

test('two adapters without a number of their own are told apart by their sockets', () => {
  for (const folder of ['by-id', 'by-path'])
    mkdirSync(join(root, 'dev/serial', folder), { recursive: true });
  for (const n of [0, 1, 2]) {
    const usb = join(root, `sys/devices/usb1/1-${n}`);
    mkdirSync(join(usb, `1-${n}:1.0/ttyUSB${n}`), { recursive: true });
    mkdirSync(join(root, `sys/class/tty/ttyUSB${n}`), { recursive: true });
    symlinkSync(join(usb, `1-${n}:1.0/ttyUSB${n}`), join(root, `sys/class/tty/ttyUSB${n}/device`));
    writeFileSync(join(usb, 'idVendor'), '1a86\n');
    writeFileSync(join(usb, 'idProduct'), '7523\n');
    if (n === 2) writeFileSync(join(usb, 'serial'), 'A1B2\n');
    writeFileSync(join(root, `dev/ttyUSB${n}`), '');
    symlinkSync(`../../ttyUSB${n}`, join(root, `dev/serial/by-path/pci-usb-0:${n}`));
  }
  // Both want the one name; udev lets the last have it.
  symlinkSync('../../ttyUSB1', join(root, 'dev/serial/by-id/usb-1a86_USB_Serial-if00'));
  symlinkSync('../../ttyUSB2', join(root, 'dev/serial/by-id/usb-1a86_A1B2-if00'));
  expect(listPorts(root).map(({ stablePath, usb }) => [stablePath.split('/').at(-1), usb])).toEqual(
    [
      ['pci-usb-0:0', '1a86:7523'],
      ['pci-usb-0:1', '1a86:7523'],
      ['usb-1a86_A1B2-if00', '1a86:7523/A1B2'],
    ],
  );
});

test('a machine without serial ports has an empty list', () => {
  expect(listPorts(root)).toEqual([]);
});

test('a port that comes to be, its folders with it, is noticed', async () => {
  const path = join(root, 'dev/serial/by-id/usb-scale-0001');
  const appeared = vi.fn();
  const stop = watchForPort(`serial:${path}?baud=9600`, appeared);
  for (const folder of ['dev', 'dev/serial', 'dev/serial/by-id']) {
    mkdirSync(join(root, folder));
  }
  expect(appeared).not.toHaveBeenCalled();
  writeFileSync(path, '');
  await vi.waitFor(() => expect(appeared).toHaveBeenCalled(), { timeout: 5000 });
  stop();
});

test('a port that was there all along is no news', async () => {
  const path = join(root, 'scale-1');
  writeFileSync(path, '');
  const appeared = vi.fn();
  const stop = watchForPort(`serial:${path}`, appeared);
  // Told after the watcher above, by the same events.
  const seen: (string | null)[] = [];
  const stopSeeing = watchFolder(root, (name) => void seen.push(name));
  writeFileSync(join(root, 'scale-2'), '');
  await vi.waitFor(() => expect(seen).toContain('scale-2'), { timeout: 5000 });
  expect(appeared).not.toHaveBeenCalled();
  rmSync(path);
  await vi.waitFor(() => expect(seen).toContain('scale-1'), { timeout: 5000 });
  writeFileSync(path, '');
  await vi.waitFor(() => expect(appeared).toHaveBeenCalledOnce(), { timeout: 5000 });
  stopSeeing?.();
  stop();
});

test('a folder nobody can watch is no error', () => {
  expect(watchFolder(join(root, 'not-there'), () => undefined)).toBeUndefined();
  expect(watchForPort('tcp:printer:9100', () => undefined)()).toBeUndefined();
});
