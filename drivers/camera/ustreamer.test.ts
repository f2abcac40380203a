/** A camera read through ustreamer: another program, a socket of its own, real HTTP. */
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Camera, DeviceEvent } from '../contract.ts';
import { supervise } from '../supervise.ts';
import { ioClock } from '../wire/io-clock.ts';
import { openWire } from '../wire/open.ts';
import { partSplitter } from '../wire/parts.ts';
import { findProgram, openUstreamer, ustreamerArgs } from '../wire/ustreamer.ts';
import { parseCameraAddress } from '../wire/v4l2.ts';
import { v4l2 } from './v4l2.ts';

let dir = '';
const path = process.env.PATH ?? '';
const closers: (() => unknown)[] = [];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'yike-ustreamer-'));
  copyFileSync(join(import.meta.dirname, 'ustreamer.stand-in.mjs'), join(dir, 'ustreamer.mjs'));
  // A command of that name on the path, as a package would install it.
  const command = `#!/bin/sh\nexec "${process.execPath}" "${join(dir, 'ustreamer.mjs')}" "$@"\n`;
  writeFileSync(join(dir, 'ustreamer'), command);
  chmodSync(join(dir, 'ustreamer'), 0o755);
  process.env.PATH = `${dir}${delimiter}${path}`;
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  process.env.PATH = path;
  rmSync(dir, { recursive: true, force: true });
});

const camera = (state: string) => {
  writeFileSync(join(dir, 'video0'), state);
  return `v4l2:${join(dir, 'video0')}?size=320x240&rate=20`;
};

function kept(address: string) {
  const events: DeviceEvent[] = [];
  const one = supervise<Camera>({
    ...{ driver: v4l2, address, open: () => openWire(address), options: {}, clock: ioClock },
    log: { debug: () => undefined, warn: () => undefined },
    ...{ random: () => 0, onEvent: (event) => void events.push(event), onStatus: () => undefined },
  });
  closers.push(() => one.close());
  return { one, events };
}

test('where it is installed it is taken, and gives the pictures that were asked for', async () => {
  const { one } = kept(camera('ok'));
  await expect.poll(() => one.status().state, { timeout: 15_000 }).toBe('ok');
  const picture = one.device()?.latest(5000)?.jpeg ?? new Uint8Array();
  expect(v4l2.decoder({}).push(picture)[0]).toMatchObject({ width: 320, height: 240 });
}, 30_000);

test('the blank picture of a camera that is gone is no picture, and it comes back by itself', async () => {
  const address = camera('ok');
  const { one } = kept(address);
  await expect.poll(() => one.status().state, { timeout: 15_000 }).toBe('ok');
  camera('blank');
  await expect.poll(() => one.device()?.latest(300), { timeout: 5000 }).toBeUndefined();
  await expect.poll(() => one.status().state, { timeout: 10_000 }).toBe('offline');
  camera('ok');
  await expect.poll(() => one.status().state, { timeout: 25_000 }).toBe('ok');
}, 60_000);

test('leaves no program and no socket behind when it is let go', async () => {
  const wire = await openUstreamer(camera('ok'), join(dir, 'ustreamer'));
  const running = () =>
    findLines(`--device=${join(dir, 'video0')}`).filter((line) => !line.includes('/bin/sh'));
  expect(running().length).toBeGreaterThan(0);
  await wire.close();
  await expect.poll(() => running(), { timeout: 5000 }).toEqual([]);
});

test('a device that is busy says so, one that breaks says it in ustreamer’s own words', async () => {
  await expect(openUstreamer(camera('gone'), join(dir, 'ustreamer'))).rejects.toMatchObject({
    code: 'CLOSED',
    message: expect.stringContaining('it broke'),
  });
  await expect(openUstreamer(camera('busy'), join(dir, 'ustreamer'))).rejects.toMatchObject({
    code: 'PORT_BUSY',
  });
  await expect(openWire('v4l2:/dev/no-such-video')).rejects.toMatchObject({ code: 'PORT_MISSING' });
}, 30_000);

test('via= chooses, and names what is not installed', async () => {
  process.env.PATH = '/nowhere';
  expect(findProgram('ustreamer')).toBeUndefined();
  const wanted = openWire(`${camera('ok')}&via=ustreamer`);
  await expect(wanted).rejects.toMatchObject({ code: 'PROGRAM_MISSING' });
  expect(() => parseCameraAddress('v4l2:/dev/video0?via=vlc')).toThrow(/via=vlc/);
});

test.each([
  ['mjpeg', ['--format=JPEG', '--encoder=HW']],
  ['yuyv422', ['--format=YUYV']],
])('%s is asked for as ustreamer names it', (format, words) => {
  const args = ustreamerArgs(parseCameraAddress(`v4l2:/dev/video2?format=${format}&rate=5`), '/s');
  expect(args).toEqual(expect.arrayContaining([...words, '--device=/dev/video2', '--unix=/s']));
  expect(args).toContain('--desired-fps=5');
});

test('parts are found whatever pieces they come in, and one without a length is stepped over', () => {
  const stream = Buffer.from(
    '--b\r\nContent-Length: 3\r\n\r\nabc\r\n--b\r\nX: y\r\n\r\n--b\r\ncontent-length: 2\r\nA: 1\r\n\r\nde',
  );
  for (const size of [1, 2, 7, stream.length]) {
    const found: [string, string][] = [];
    const parts = partSplitter((head, body) => found.push([head, Buffer.from(body).toString()]));
    for (let at = 0; at < stream.length; at += size) parts.push(stream.subarray(at, at + size));
    expect(found.map(([, body]) => body)).toEqual(['abc', 'de']);
    expect(found[1]?.[0]).toContain('A: 1');
  }
});

/** Command lines of running programs that hold the text. */
function findLines(text: string): string[] {
  const { stdout } = spawnSync('ps', ['-eo', 'args=']);
  return stdout
    .toString()
    .split('\n')
    .filter((line) => line.includes(text));
}
