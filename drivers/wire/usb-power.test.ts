/** The switch of a USB adapter, found in a tree like the kernel's. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { usbSwitchOf } from './usb-power.ts';

let root = '';
const usb = () => join(root, 'sys/devices/usb1/1-2');
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'yike-usb-'));
  mkdirSync(join(usb(), '1-2:1.0/ttyUSB0'), { recursive: true });
  mkdirSync(join(root, 'sys/class/tty/ttyUSB0'), { recursive: true });
  mkdirSync(join(root, 'dev'));
  symlinkSync(join(usb(), '1-2:1.0/ttyUSB0'), join(root, 'sys/class/tty/ttyUSB0/device'));
  writeFileSync(join(usb(), 'idVendor'), '1a86\n');
  writeFileSync(join(root, 'dev/ttyUSB0'), '');
});
afterEach(() => rmSync(root, { recursive: true }));

const found = () => usbSwitchOf(join(root, 'dev/ttyUSB0'), root);
const said = (file: string) => readFileSync(file, 'utf8');

test('an adapter is taken off the bus and put back', () => {
  const file = join(usb(), 'authorized');
  writeFileSync(file, '1');
  const heard = found();
  if (!heard.ok) throw new Error(heard.reason);
  heard.value.off();
  expect([heard.value.what, said(file)]).toEqual(['bus', '0']);
  heard.value.on();
  expect(said(file)).toBe('1');
});

test('a hub that offers its port is asked first: its current goes', () => {
  writeFileSync(join(usb(), 'authorized'), '1');
  const port = join(root, 'sys/devices/usb1/1-0:1.0/usb1-port2');
  mkdirSync(port, { recursive: true });
  writeFileSync(join(port, 'disable'), '0');
  symlinkSync(port, join(usb(), 'port'));
  const heard = found();
  if (!heard.ok) throw new Error(heard.reason);
  heard.value.off();
  expect([heard.value.what, said(join(port, 'disable'))]).toEqual(['port', '1']);
  heard.value.on();
  expect(said(join(port, 'disable'))).toBe('0');
});

test('what is no adapter, or has no switch, is told apart', () => {
  expect(found()).toEqual({ ok: false, reason: 'no-switch' });
  rmSync(join(usb(), 'idVendor'));
  expect(found()).toEqual({ ok: false, reason: 'no-usb' });
  expect(usbSwitchOf(join(root, 'dev/ttyUSB9'), root)).toEqual({ ok: false, reason: 'no-usb' });
});
