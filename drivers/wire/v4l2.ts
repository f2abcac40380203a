/**
 * A local camera (V4L2) as a wire: ffmpeg reads the device and its pictures, JPEG after JPEG, are
 * the bytes. One child process a wire: it may take so much memory, lives a day at most, and ends
 * with the wire. Source: ffmpeg-devices(1), v4l2.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync, realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type ByteWire, WireError } from '../contract.ts';
import { say } from '../say.ts';
import { ioClock } from './io-clock.ts';

/** Address space of the child: a picture of 4K and its codec need a quarter of it. */
const MOST_KIB = 1024 * 1024;
export const CHILD_LIMIT = `ulimit -v ${MOST_KIB}`;
/** What leaks is given back once a day. */
const LIFE_S = 86_400;
export const FIRST_BYTE_MS = 8000;
const KILL_AFTER_MS = 1000;
export const MOST_WORDS = 2000;

export interface CameraAddress {
  path: string;
  width: number;
  height: number;
  rate: number;
  /** What the camera itself makes: `mjpeg` is passed on as it is. */
  format: 'mjpeg' | 'yuyv422';
  /** The program that reads it; left out, ustreamer where it is installed, else ffmpeg. */
  via?: 'ustreamer' | 'ffmpeg';
}

/** Where the pictures come from, in ffmpeg's own words. */
export type Source = (camera: CameraAddress) => { input: string[]; encode: boolean };

const fromDevice: Source = ({ path, width, height, rate, format }) => ({
  input: [
    ...['-f', 'v4l2', '-input_format', format, '-video_size', `${width}x${height}`],
    ...['-framerate', String(rate), '-i', path],
  ],
  encode: format !== 'mjpeg',
});

const bad = (address: string, why: string): WireError => {
  const form = 'v4l2:/dev/video0?size=1280x720&rate=10&format=mjpeg|yuyv422&via=ustreamer|ffmpeg';
  return new WireError(
    'BAD_ADDRESS',
    say(`地址写错「${address}」：${why}（${form}）`, `Bad address "${address}": ${why} (${form})`),
    false,
  );
};

/** The parts of a `v4l2:` address; throws WireError BAD_ADDRESS, naming what is wrong. */
export function parseCameraAddress(address: string): CameraAddress {
  const [path = '', queryText = ''] = address.slice(address.indexOf(':') + 1).split('?', 2);
  if (!path.startsWith('/')) throw bad(address, 'the path must begin with /');
  const query = new URLSearchParams(queryText);
  for (const key of query.keys())
    if (!['size', 'rate', 'format', 'via'].includes(key))
      throw bad(address, `unknown setting "${key}"`);
  const [, width, height] = /^(\d{2,4})x(\d{2,4})$/.exec(query.get('size') ?? '1280x720') ?? [];
  const rate = Number(query.get('rate') ?? 10);
  const format = query.get('format') ?? 'mjpeg';
  if (width === undefined) throw bad(address, `size=${query.get('size')} is no size`);
  if (!(Number.isInteger(rate) && rate >= 1 && rate <= 60)) throw bad(address, 'rate is 1 to 60');
  if (format !== 'mjpeg' && format !== 'yuyv422') throw bad(address, `format=${format}`);
  const via = query.get('via') ?? undefined;
  if (via !== undefined && via !== 'ustreamer' && via !== 'ffmpeg')
    throw bad(address, `via=${via}`);
  const read = { path, width: Number(width), height: Number(height), rate, format } as const;
  return via ? { ...read, via } : read;
}

/** The camera's own name, as the kernel tells it. @param root stands in for `/` in tests */
export function cameraName(path: string, root = '/'): string | undefined {
  try {
    const device = basename(realpathSync(path));
    return readFileSync(join(root, 'sys/class/video4linux', device, 'name'), 'utf8').trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}

/** Throws WireError where the device is not there or not ours. */
export function lookAt(address: string, path: string): void {
  if (!existsSync(path))
    throw new WireError(
      'PORT_MISSING',
      say(`${path}: 没有这个摄像头`, `${path}: There is no such camera`),
    );
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
  } catch {
    const text = say(
      `${address}: 没有权限，把服务账号加入 video 组`,
      `${address}: No permission: add the account to "video"`,
    );
    throw new WireError('PORT_DENIED', text);
  }
}

/** What the child's last words mean. */
export function failureOf(
  address: string,
  words: string,
  code: number | null,
  program = 'ffmpeg',
): WireError {
  const last = words.trim().split('\n').at(-1)?.slice(0, 200) ?? '';
  if (/busy/i.test(words))
    return new WireError(
      'PORT_BUSY',
      say(`${address}: 摄像头被别的程序占用`, `${address}: Another program holds it`),
    );
  if (/no such (file|device)/i.test(words))
    return new WireError(
      'PORT_MISSING',
      say(`${address}: 没有这个摄像头`, `${address}: There is no such camera`),
    );
  return new WireError('CLOSED', `${address}: ${program} ${code ?? ''} ${last}`.trim());
}

/**
 * Opens the camera and waits for its first bytes. Rejects with WireError: PORT_MISSING,
 * PORT_DENIED, PORT_BUSY, PROGRAM_MISSING, or CLOSED with ffmpeg's own words.
 * @param source other pictures in place of the device's, for tests
 */
export async function openV4l2(
  address: string,
  source: Source = fromDevice,
  program = 'ffmpeg',
): Promise<ByteWire> {
  const camera = parseCameraAddress(address);
  if (source === fromDevice) lookAt(address, camera.path);
  const { input, encode } = source(camera);
  const codec = encode ? ['-c:v', 'mjpeg', '-q:v', '5', '-threads', '1'] : ['-c:v', 'copy'];
  const quiet = ['-hide_banner', '-nostdin', '-loglevel', 'error', '-fflags', 'nobuffer'];
  const args = [...quiet, ...input, '-an', '-t', String(LIFE_S), ...codec, '-f', 'mjpeg', 'pipe:1'];
  // The shell bounds the memory and becomes the program.
  const shell = `${CHILD_LIMIT}; exec "$0" "$@"`;
  const child = spawn('/bin/sh', ['-c', shell, program, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return started(address, child, program);
}

/** The wire once the first bytes are there. */
function started(address: string, child: ChildProcess, program: string): Promise<ByteWire> {
  const listeners: ((bytes: Uint8Array) => void)[] = [];
  const closers: ((reason: string) => void)[] = [];
  const early: Uint8Array[] = [];
  let words = '';
  let open = true;
  const hangUp = (reason: string): void => {
    if (!open) return;
    open = false;
    child.kill('SIGTERM');
    ioClock.after(KILL_AFTER_MS, () => child.exitCode ?? child.kill('SIGKILL'));
    for (const closer of closers.splice(0)) closer(reason);
  };
  child.stderr?.on('data', (text: Buffer) => {
    words = `${words}${text}`.slice(-MOST_WORDS);
  });
  const wire: ByteWire = {
    kind: 'bytes',
    address,
    write: () =>
      Promise.reject(
        new WireError('CLOSED', say(`${address}: 摄像头不收数据`, `${address}: It takes no bytes`)),
      ),
    onBytes(listener) {
      listeners.push(listener);
      for (const bytes of early.splice(0)) listener(bytes);
    },
    onClose: (listener) => void closers.push(listener),
    close: async () => hangUp('closed'),
  };
  return new Promise((resolve, reject) => {
    const cancel = ioClock.after(FIRST_BYTE_MS, () => {
      hangUp('no picture');
      reject(
        new WireError(
          'CLOSED',
          say(`${address}: 没有画面`, `${address}: No picture within ${FIRST_BYTE_MS} ms`),
        ),
      );
    });
    child.stdout?.on('data', (bytes: Buffer) => {
      cancel();
      if (listeners.length === 0) early.push(bytes);
      for (const listener of open ? listeners : []) listener(bytes);
      resolve(wire);
    });
    child.on('close', (code) => {
      cancel();
      const failure = failureOf(address, words, code);
      hangUp(failure.message);
      const missing = say(
        `${address}: 没有 ffmpeg，请安装：apt-get install ${program}`,
        `${address}: ffmpeg is not installed: apt-get install ${program}`,
      );
      reject(code === 127 ? new WireError('PROGRAM_MISSING', missing) : failure);
    });
  });
}
