/** What every network camera's driver shares: its newest picture, its login, its refusals. */
import { Type } from 'typebox';
import {
  type Camera,
  type CameraFrame,
  type DecodedItem,
  type Decoder,
  type DriverContext,
  DriverError,
} from '../contract.ts';
import { toHex } from '../hex.ts';
import { say, type Text } from '../say.ts';
import { type Found, pictureFinder } from './jpeg-stream.ts';

/** Pictures are passed on at most this often; the newest is always at hand. */
const EMIT_EVERY_MS = 100;
export const FIRST_PICTURE_MS = 5000;
/** A hand before the lens is no fault; so many bad pictures in a row are. */
const BAD_TO_WARN = 3;

export const loginOptions = {
  user: Type.String({ default: '', maxLength: 64, about: say('用户名', 'User name, where asked') }),
  password: Type.String({ default: '', maxLength: 128, about: say('密码', 'Password (secret)') }),
};

/** HTTP basic login, where there is a user. */
export function loginHeaders(user: string, password: string): Record<string, string> {
  const basic = Buffer.from(`${user}:${password}`).toString('base64');
  return user === '' ? {} : { authorization: `Basic ${basic}` };
}

/** Why an answer of this status brings no picture; undefined where it may. */
export function statusRefusal(address: string, status: number): DriverError | undefined {
  if (status === 401 || status === 403) {
    return new DriverError(
      'AUTH_REFUSED',
      say(`${address}: 摄像头要求登录`, `${address}: The camera wants a login`),
    );
  }
  if (status !== 200) {
    return new DriverError(
      'NO_REPLY',
      say(`${address}: HTTP ${status}，没有画面`, `${address}: HTTP ${status}, no pictures here`),
    );
  }
  return undefined;
}

export interface Newest {
  /** Settles with the first picture, or why there is none. */
  first: Promise<void>;
  take(found: Found): void;
  lost(reason: string): void;
  latest(maxAgeMs: number): CameraFrame | undefined;
  stop(): void;
}

export function newest(context: DriverContext): Newest {
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
  const fail = (reason: Text | string): void => {
    cancel();
    reject(new DriverError('NO_REPLY', reason));
  };
  const cancel = clock.after(FIRST_PICTURE_MS, () =>
    fail(say('没有收到画面', 'No picture came in time')),
  );
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

/** Warns of what several pictures in a row showed, until a good one comes. */
export function judging(context: DriverContext): NonNullable<Camera['judged']> {
  let bad = 0;
  return (finding) => {
    if (context.signal.aborted) return;
    if (finding === undefined && bad >= BAD_TO_WARN) context.warn(undefined);
    bad = finding === undefined ? 0 : bad + 1;
    if (bad >= BAD_TO_WARN)
      context.warn(finding, say(`连续 ${bad} 张`, `${bad} pictures in a row`));
  };
}

/** Pictures among bytes. */
export function pictureDecoder(): Decoder {
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
