/** Why a connection failed, in the states and reasons that people see. */
import {
  DriverError,
  type DriverErrorCode,
  type ReasonCode,
  WireError,
  type WireErrorCode,
} from './contract.ts';
import { wordsOf } from './errors.ts';
import { type Text, textOf } from './say.ts';

/** `fault` needs a person; `offline` may mend by itself. Both are tried again for ever. */
export interface Failure {
  state: 'offline' | 'fault';
  reason?: ReasonCode;
  detail: Text;
}

const WIRE_REASONS: Record<WireErrorCode, Omit<Failure, 'detail'>> = {
  PORT_MISSING: { state: 'offline', reason: 'PORT_MISSING' },
  PORT_BUSY: { state: 'offline', reason: 'PORT_BUSY' },
  PORT_DENIED: { state: 'offline', reason: 'PORT_DENIED' },
  BAD_ADDRESS: { state: 'fault' },
  UNREACHABLE: { state: 'offline', reason: 'UNREACHABLE' },
  BROKER_DOWN: { state: 'offline', reason: 'MQTT_BROKER_DOWN' },
  LOGIN_REFUSED: { state: 'fault', reason: 'MQTT_AUTH' },
  CLOSED: { state: 'offline', reason: 'NO_REPLY' },
  WRITE_TIMEOUT: { state: 'offline', reason: 'NO_REPLY' },
  PROGRAM_MISSING: { state: 'fault', reason: 'PROGRAM_MISSING' },
  QUEUE_FULL: { state: 'offline', reason: 'NO_REPLY' },
  REQUEST_TIMEOUT: { state: 'offline', reason: 'NO_REPLY' },
};

const DRIVER_REASONS: Record<DriverErrorCode, Omit<Failure, 'detail'>> = {
  NO_REPLY: { state: 'offline', reason: 'NO_REPLY' },
  WRONG_DEVICE: { state: 'fault', reason: 'WRONG_DEVICE' },
  BAD_OPTIONS: { state: 'fault' },
  WRONG_WIRE: { state: 'fault' },
  AUTH_REFUSED: { state: 'fault', reason: 'AUTH_REFUSED' },
  DEVICE_GONE: { state: 'offline', reason: 'MQTT_LWT' },
  DEVICE_STALE: { state: 'offline', reason: 'MQTT_STALE' },
};

/** What an error of `open` or `connect` means; anything else is a bug and shows as a fault. */
export function failureOf(error: unknown): Failure {
  if (error instanceof WireError) return { ...WIRE_REASONS[error.code], detail: error.text };
  if (error instanceof DriverError) return { ...DRIVER_REASONS[error.code], detail: error.text };
  return { state: 'fault', detail: wordsOf(error) };
}

/** What it means that an open wire closed by itself. */
export function failureOfClose(address: string, why: string): Failure {
  const scheme = address.slice(0, Math.max(0, address.indexOf(':')));
  const gone: Record<string, ReasonCode> = {
    serial: 'PORT_MISSING',
    pty: 'PORT_MISSING',
    v4l2: 'CAM_LOST',
    tcp: 'UNREACHABLE',
    mqtt: 'MQTT_BROKER_DOWN',
    broker: 'MQTT_BROKER_DOWN',
  };
  const reason = why === 'write timeout' ? 'NO_REPLY' : (gone[scheme] ?? 'NO_REPLY');
  return {
    state: 'offline',
    reason,
    detail: textOf(`${address.replace(/\/\/[^/]*@/, '//')}: ${why}`),
  };
}
