/** What wires and drivers throw; everything else a device does is a value. */
import { type Text, textOf } from './say.ts';

export type WireErrorCode =
  | 'PORT_MISSING'
  | 'PORT_BUSY'
  | 'PORT_DENIED'
  | 'BAD_ADDRESS'
  | 'UNREACHABLE'
  | 'BROKER_DOWN'
  | 'LOGIN_REFUSED'
  | 'CLOSED'
  | 'WRITE_TIMEOUT'
  | 'QUEUE_FULL'
  | 'PROGRAM_MISSING'
  | 'REQUEST_TIMEOUT';

/** Thrown by wires. `retry` says whether trying again later can help. */
export class WireError extends Error {
  readonly code: WireErrorCode;
  readonly retry: boolean;
  /** What happened, for people. */
  readonly text: Text;
  constructor(code: WireErrorCode, said: Text | string, retry = true) {
    super(textOf(said).en);
    this.text = textOf(said);
    this.name = 'WireError';
    this.code = code;
    this.retry = retry;
  }
}

export type DriverErrorCode =
  | 'NO_REPLY'
  | 'WRONG_DEVICE'
  | 'BAD_OPTIONS'
  | 'WRONG_WIRE'
  | 'AUTH_REFUSED'
  | 'DEVICE_GONE'
  | 'DEVICE_STALE';

/** Thrown by `connect`. */
export class DriverError extends Error {
  readonly code: DriverErrorCode;
  readonly retry: boolean;
  /** What happened, for people. */
  readonly text: Text;
  constructor(code: DriverErrorCode, said: Text | string, retry = true) {
    super(textOf(said).en);
    this.text = textOf(said);
    this.name = 'DriverError';
    this.code = code;
    this.retry = retry;
  }
}

/** What an error says to people: a wire's or a driver's own words, or the program's message. */
export function wordsOf(error: unknown): Text {
  if (error instanceof WireError || error instanceof DriverError) return error.text;
  return textOf(error instanceof Error ? error.message : String(error));
}
