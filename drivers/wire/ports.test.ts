import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { listPorts, watchForPort } from './ports.ts';

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
  expect(listPorts(root)).toEqual([
    { path: join(root, 'dev/ttyS0'), stablePath: join(root, 'dev/ttyS0') },
    { path: join(root, 'dev/ttyUSB0'), stablePath: byId },
  ]);
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
