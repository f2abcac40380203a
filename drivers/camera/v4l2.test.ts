import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { conforms } from '../conformance.ts';
import type { Camera, DeviceEvent, Wire } from '../contract.ts';
import { failureOf } from '../failure.ts';
import { supervise } from '../supervise.ts';
import { ioClock } from '../wire/io-clock.ts';
import { openWire } from '../wire/open.ts';
import { cameraName, openV4l2, parseCameraAddress, type Source } from '../wire/v4l2.ts';
import { MAX_PICTURE_BYTES } from './jpeg-stream.ts';
import { v4l2 } from './v4l2.ts';

conforms(v4l2, fileURLToPath(new URL('./golden/v4l2.txt', import.meta.url)), {
  heldBytes: 2 * MAX_PICTURE_BYTES,
});

const FFMPEG = spawnSync('ffmpeg', ['-version']).status === 0;
if (!FFMPEG) console.warn('没有 ffmpeg，本机摄像头的测试跳过 No ffmpeg: its tests are skipped');

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** ffmpeg's own test picture, at the pace of a camera. */
const testPicture: Source = ({ width, height, rate }) => ({
  input: ['-re', '-f', 'lavfi', '-i', `testsrc=size=${width}x${height}:rate=${rate}`],
  encode: true,
});
const ADDRESS = 'v4l2:/dev/video0?size=320x240&rate=10';

function kept(open: () => Promise<Wire>) {
  const events: DeviceEvent[] = [];
  const camera = supervise<Camera>({
    ...{ driver: v4l2, address: ADDRESS, open, options: {}, clock: ioClock },
    log: { debug: () => undefined, warn: () => undefined },
    ...{ random: () => 0, onEvent: (event) => void events.push(event), onStatus: () => undefined },
  });
  closers.push(() => camera.close());
  return { camera, events };
}

describe.skipIf(!FFMPEG)('a camera read by a real ffmpeg', () => {
  test('gives pictures of the size that was asked for, the newest at hand', async () => {
    const { camera, events } = kept(() => openV4l2(ADDRESS, testPicture));
    await expect.poll(() => camera.status().state, { timeout: 15_000 }).toBe('ok');
    await expect.poll(() => events.length, { timeout: 10_000 }).toBeGreaterThan(3);
    const picture = camera.device()?.latest(5000)?.jpeg ?? new Uint8Array();
    expect([...picture.subarray(0, 2), ...picture.subarray(-2)]).toEqual([255, 216, 255, 217]);
    const [frame] = v4l2.decoder({}).push(picture);
    expect(frame).toMatchObject({ kind: 'frame', width: 320, height: 240 });
  }, 40_000);

  test('whose program dies is offline, and a new one is started', async () => {
    const pids: number[] = [];
    const { camera } = kept(async () => {
      const wire = await openV4l2(ADDRESS, testPicture);
      pids.push(newestFfmpeg());
      return wire;
    });
    await expect.poll(() => camera.status().state, { timeout: 15_000 }).toBe('ok');
    const [pid] = pids;
    if (!pid) throw new Error('no ffmpeg was seen');
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => camera.status().state, { interval: 5, timeout: 5000 }).toBe('offline');
    await expect.poll(() => camera.status().state, { timeout: 15_000 }).toBe('ok');
    expect(camera.status().connection).toBe(2);
  }, 60_000);

  test('leaves no program behind when it is let go', async () => {
    const { camera } = kept(() => openV4l2(ADDRESS, testPicture));
    await expect.poll(() => camera.status().state, { timeout: 15_000 }).toBe('ok');
    const pid = newestFfmpeg();
    await camera.close();
    await expect.poll(() => alive(pid), { timeout: 5000 }).toBe(false);
  }, 40_000);

  test('that cannot be opened says so in its own words', async () => {
    const broken: Source = () => ({ input: ['-f', 'lavfi', '-i', 'nosuchsource'], encode: true });
    await expect(openV4l2(ADDRESS, broken)).rejects.toMatchObject({ code: 'CLOSED' });
  }, 20_000);
});

/** Our newest child of that name. */
function newestFfmpeg(): number {
  const found = spawnSync('ps', ['-o', 'pid=,comm=', '--ppid', String(process.pid)]);
  const lines = found.stdout.toString().trim().split('\n');
  return Number(
    lines
      .findLast((line) => line.includes('ffmpeg'))
      ?.trim()
      .split(/\s+/)[0],
  );
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('a camera that is not there is PORT_MISSING; one without ffmpeg says what to install', async () => {
  await expect(openWire('v4l2:/dev/no-such-video')).rejects.toMatchObject({ code: 'PORT_MISSING' });
  const gone = openV4l2(ADDRESS, testPicture, '/nowhere/ffmpeg');
  const error = await gone.catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'PROGRAM_MISSING' });
  expect(failureOf(error)).toMatchObject({ state: 'fault', reason: 'PROGRAM_MISSING' });
});

test('a device somebody else holds is PORT_BUSY', async () => {
  // A program that says what ffmpeg says of a device in use.
  const says: Source = () => ({ input: [], encode: false });
  const dir = mkdtempSync(join(tmpdir(), 'yike-v4l2-'));
  closers.push(() => rmSync(dir, { recursive: true, force: true }));
  const program = join(dir, 'busy');
  const script =
    '#!/bin/sh\necho "[video4linux2] ioctl(VIDIOC_STREAMON): Device or resource busy" >&2\nexit 1\n';
  writeFileSync(program, script, { mode: 0o755 });
  await expect(openV4l2(ADDRESS, says, program)).rejects.toMatchObject({ code: 'PORT_BUSY' });
});

test('the kernel’s name for it is its model', () => {
  const root = mkdtempSync(join(tmpdir(), 'yike-v4l2-'));
  closers.push(() => rmSync(root, { recursive: true, force: true }));
  mkdirSync(join(root, 'sys/class/video4linux/video0'), { recursive: true });
  writeFileSync(join(root, 'video0'), '');
  writeFileSync(join(root, 'sys/class/video4linux/video0/name'), 'HD Pro Webcam C920\n');
  expect(cameraName(join(root, 'video0'), root)).toBe('HD Pro Webcam C920');
  expect(cameraName(join(root, 'video7'), root)).toBeUndefined();
});

test.each([
  ['v4l2:/dev/video0', { path: '/dev/video0', width: 1280, height: 720, rate: 10 }],
  ['v4l2:/dev/video2?size=640x480&rate=5&format=yuyv422', { width: 640, format: 'yuyv422' }],
])('%s is understood', (address, camera) => {
  expect(parseCameraAddress(address)).toMatchObject(camera);
});

test.each(['v4l2:video0', 'v4l2:/dev/video0?size=big', 'v4l2:/dev/video0?rate=0', 'v4l2:/d?x=1'])(
  '%s is BAD_ADDRESS',
  (address) => {
    expect(() => parseCameraAddress(address)).toThrow('Bad address');
  },
);
