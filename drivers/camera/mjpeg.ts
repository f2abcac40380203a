/**
 * Network camera that serves MJPEG: one GET whose answer, multipart/x-mixed-replace, never ends.
 * The newest picture is kept as it came; nothing is decoded here, so whether it is dark or the
 * right way up is for recognition to say. Bytes: golden/mjpeg.txt; parsing: jpeg-stream.ts.
 */
import { Type } from 'typebox';
import {
  type Camera,
  type CameraFrame,
  type DecodedItem,
  type Decoder,
  type DriverContext,
  DriverError,
  defineDriver,
  type RequestWire,
  type Wire,
} from '../contract.ts';
import { toHex } from '../hex.ts';
import { type Found, pictureFinder } from './jpeg-stream.ts';

/** Pictures are passed on at most this often; the newest is always at hand. */
const EMIT_EVERY_MS = 100;
const FIRST_PICTURE_MS = 5000;

const options = Type.Object(
  {
    path: Type.String({
      default: '',
      maxLength: 256,
      description: '画面的路径，接在地址之后 Path of the stream after the address, e.g. /video',
    }),
    user: Type.String({ default: '', maxLength: 64, description: '用户名 User name, where asked' }),
    password: Type.String({ default: '', maxLength: 128, description: '密码 Password (secret)' }),
  },
  { additionalProperties: false },
);

interface Settings {
  path: string;
  user: string;
  password: string;
}

export const mjpeg = defineDriver<Camera>({
  name: 'mjpeg',
  kind: 'camera',
  links: ['http', 'https', 'memory'],
  title: '网络摄像头（MJPEG） Network camera with an MJPEG stream',
  options,
  silenceMs: 3000,
  decoder: pictureDecoder,
  connect,
});

async function connect(
  wire: Wire,
  given: Record<string, unknown>,
  context: DriverContext,
): Promise<Camera> {
  if (wire.kind !== 'request') {
    throw new DriverError(
      'WRONG_WIRE',
      `${wire.address}: 需要 http 地址 Needs an http address`,
      false,
    );
  }
  const settings: Settings = { path: '', user: '', password: '', ...given };
  const keeper = newest(context);
  const stream = await openStream(wire, settings, context, keeper);
  try {
    await keeper.first;
  } catch (error) {
    stream.close();
    throw error;
  }
  return {
    kind: 'camera',
    latest: keeper.latest,
    async close() {
      keeper.stop();
      stream.close();
      await wire.close();
    },
  };
}

async function openStream(
  wire: RequestWire,
  settings: Settings,
  context: DriverContext,
  keeper: Newest,
): Promise<{ close(): void }> {
  const { path, user, password } = settings;
  const basic = Buffer.from(`${user}:${password}`).toString('base64');
  const headers: Record<string, string> = user === '' ? {} : { authorization: `Basic ${basic}` };
  const finder = pictureFinder();
  const stream = await wire.stream(
    { method: 'GET', path, headers, timeoutMs: FIRST_PICTURE_MS },
    (bytes) => {
      for (const found of finder.push(bytes)) keeper.take(found);
    },
    (reason) => keeper.lost(`${wire.address}: ${reason}`),
  );
  const refusal = refusalOf(wire.address, stream);
  if (refusal === undefined) return stream;
  keeper.stop();
  stream.close();
  context.log.debug({ status: stream.status }, 'camera refused');
  throw refusal;
}

function refusalOf(
  address: string,
  { status, headers }: { status: number; headers: Record<string, string> },
): DriverError | undefined {
  if (status === 401 || status === 403) {
    return new DriverError('AUTH_REFUSED', `${address}: 摄像头要求登录 The camera wants a login`);
  }
  if (status !== 200) {
    return new DriverError('NO_REPLY', `${address}: HTTP ${status}，没有画面 No pictures here`);
  }
  const type = headers['content-type'] ?? '';
  if (type.toLowerCase().startsWith('multipart/x-mixed-replace')) return undefined;
  return new DriverError('WRONG_DEVICE', `${address}: ${type} 不是 MJPEG This is no MJPEG stream`);
}

interface Newest {
  /** Settles with the first picture, or why there is none. */
  first: Promise<void>;
  take(found: Found): void;
  lost(reason: string): void;
  latest(maxAgeMs: number): CameraFrame | undefined;
  stop(): void;
}

function newest(context: DriverContext): Newest {
  const { clock } = context;
  let frame: CameraFrame | undefined;
  let emittedMs = Number.NEGATIVE_INFINITY;
  let stopped = false;
  let resolve = (): void => {};
  let reject = (_: DriverError): void => {};
  const first = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  // The stream may be refused before anybody waits for its first picture.
  first.catch(() => context.log.debug({}, 'no first picture'));
  const fail = (reason: string): void => {
    cancel();
    reject(new DriverError('NO_REPLY', reason));
  };
  const cancel = clock.after(FIRST_PICTURE_MS, () => fail('没有收到画面 No picture came in time'));
  return {
    first,
    take(found) {
      if (stopped) return;
      if ('discarded' in found)
        return context.count('M_DiscardedByteCount', found.discarded.length);
      const atMs = clock.monoMs();
      frame = { kind: 'frame', jpeg: found.jpeg, atMs };
      context.alive();
      context.count('M_PictureCount');
      cancel();
      resolve();
      if (atMs - emittedMs < EMIT_EVERY_MS) return;
      emittedMs = atMs;
      context.emit(frame);
    },
    lost(reason) {
      if (stopped) return;
      fail(reason);
      context.warn('CAM_LOST', reason);
    },
    latest(maxAgeMs) {
      if (frame === undefined || clock.monoMs() - frame.atMs > maxAgeMs) return undefined;
      return frame;
    },
    stop() {
      stopped = true;
      fail('closed');
    },
  };
}

function pictureDecoder(): Decoder {
  const finder = pictureFinder();
  const items = (found: Found[]): DecodedItem[] => found.map(itemOf);
  return { push: (bytes) => items(finder.push(bytes)), end: () => items(finder.end()) };
}

/** `bytes` is the picture's length: the picture itself is nothing to read in a trace. */
function itemOf(found: Found): DecodedItem {
  if ('discarded' in found) return { kind: 'discarded', hex: toHex(found.discarded) };
  const { jpeg, width, height } = found;
  return { kind: 'frame', bytes: jpeg.length, width, height };
}
