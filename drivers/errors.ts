/** What wires and drivers throw; everything else a device does is a value. */
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
  constructor(code: WireErrorCode, message: string, retry = true) {
    super(message);
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
  constructor(code: DriverErrorCode, message: string, retry = true) {
    super(message);
    this.name = 'DriverError';
    this.code = code;
    this.retry = retry;
  }
}
