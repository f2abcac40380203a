/**
 * A local camera (V4L2) read by ustreamer, which keeps the device's buffers itself and costs no
 * second coding: started for this camera alone, on a socket of its own, and its /stream read over
 * HTTP. Where a camera is gone it goes on with a blank picture and says so in the part's head;
 * such parts are no pictures here. Source: ustreamer(1), 4.10 and 6.39.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type ByteWire, WireError } from '../contract.ts';
import { say } from '../say.ts';
import { ioClock } from './io-clock.ts';
import { partSplitter } from './parts.ts';
import {
  type CameraAddress,
  CHILD_LIMIT,
  FIRST_BYTE_MS,
  failureOf,
  lookAt,
  MOST_WORDS,
  parseCameraAddress,
} from './v4l2.ts';

const LOOK_AGAIN_MS = 100;
const STREAM = '/stream?extra_headers=1';
const OFFLINE = /^x-ustreamer-online:\s*false/im;

/** Where the program is, on the paths that are searched; undefined where it is not installed. */
export function findProgram(name: string, paths = process.env.PATH ?? ''): string | undefined {
  const found = paths.split(delimiter).map((folder) => join(folder, name));
  return found.find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** What it is started with: the camera's own JPEG as it comes, or coded here. */
export function ustreamerArgs(camera: CameraAddress, socket: string): string[] {
  const { path, width, height, rate, format } = camera;
  return [
    ...[`--device=${path}`, `--resolution=${width}x${height}`, `--desired-fps=${rate}`],
    ...(format === 'mjpeg' ? ['--format=JPEG', '--encoder=HW'] : ['--format=YUYV']),
    ...[`--unix=${socket}`, '--unix-rm', '--unix-mode=600', '--no-log-colors'],
  ];
}

/**
 * As with ffmpeg the shell bounds the memory. It ends the program when our end of its input
 * closes, which it does also where this process is killed.
 */
const SHELL = [
  `${CHILD_LIMIT}; exec 3<&0; "$0" "$@" </dev/null 3<&- & p=$!`,
  '(cat <&3; kill $p; sleep 1; kill -9 $p) >/dev/null 2>&1 & w=$!',
  'wait $p; c=$?; kill $w; exit $c',
].join('\n');

/**
 * Starts it and waits for the first picture of the camera. Rejects with WireError: PORT_MISSING,
 * PORT_DENIED, PORT_BUSY, or CLOSED with ustreamer's own words.
 */
export async function openUstreamer(address: string, program: string): Promise<ByteWire> {
  const camera = parseCameraAddress(address);
  lookAt(address, camera.path);
  const folder = mkdtempSync(join(tmpdir(), 'yike-camera-'));
  const socket = join(folder, 'http');
  const child = spawn('/bin/sh', ['-c', SHELL, program, ...ustreamerArgs(camera, socket)], {
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  return streaming(address, child, socket, () => rmSync(folder, { recursive: true, force: true }));
}

/** The wire once the first picture is there. */
function streaming(
  address: string,
  child: ChildProcess,
  socketPath: string,
  tidyUp: () => void,
): Promise<ByteWire> {
  const listeners: ((bytes: Uint8Array) => void)[] = [];
  const closers: ((reason: string) => void)[] = [];
  const early: Uint8Array[] = [];
  let words = '';
  let asked: ClientRequest | undefined;
  let open = true;
  const hangUp = (reason: string): void => {
    if (!open) return;
    open = false;
    asked?.destroy();
    child.stdin?.end();
    tidyUp();
    for (const closer of closers.splice(0)) closer(reason);
  };
  child.stderr?.on('data', (text: Buffer) => {
    words = `${words}${text}`.slice(-MOST_WORDS);
  });
  child.stdin?.on('error', () => undefined);
  const wire = wireOf(address, { listeners, closers, early, hangUp });
  return new Promise((resolve, reject) => {
    const end = (code: number | null) => {
      cancel();
      const failure = failureOf(address, words, code, 'ustreamer');
      hangUp(failure.message);
      reject(failure);
    };
    const cancel = ioClock.after(FIRST_BYTE_MS, () => end(null));
    child.on('close', end);
    const ask = (): void => {
      asked = follow(socketPath, {
        picture(bytes) {
          cancel();
          if (listeners.length === 0) early.push(bytes);
          for (const listener of open ? listeners : []) listener(bytes);
          resolve(wire);
        },
        // Not listening yet, or it let go: it is asked until the wire is given up.
        ended: () => void (open && ioClock.after(LOOK_AGAIN_MS, () => open && ask())),
      });
    };
    ask();
  });
}

interface Ends {
  listeners: ((bytes: Uint8Array) => void)[];
  closers: ((reason: string) => void)[];
  early: Uint8Array[];
  hangUp(reason: string): void;
}

const wireOf = (address: string, { listeners, closers, early, hangUp }: Ends): ByteWire => ({
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
});

/** One GET of the stream, and each picture of it that the camera itself made. */
function follow(
  socketPath: string,
  heard: { picture(bytes: Uint8Array): void; ended(): void },
): ClientRequest {
  const parts = partSplitter((head, body) => {
    if (!OFFLINE.test(head)) heard.picture(body);
  });
  let over = false;
  const ended = () => {
    if (over) return;
    over = true;
    heard.ended();
  };
  const asked = request({ socketPath, path: STREAM }, (answer: IncomingMessage) => {
    answer.on('data', parts.push);
    answer.on('error', ended);
    answer.on('close', ended);
  });
  asked.on('error', ended);
  return asked.end();
}
