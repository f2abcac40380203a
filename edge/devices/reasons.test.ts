/** The catalogue of reasons: in words, with a next step, and each one brought about in a test. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { REASON_CODES, type ReasonCode } from '../../drivers/reason-codes.ts';
import { resultCodeOf } from '../../drivers/unified-pos.ts';
import { STORE_REASON_CODES, STORE_REASONS, type StoreReason } from '../core/store-reasons.ts';
import { REASONS } from './reasons.ts';

const root = join(import.meta.dirname, '../..');

const SUPERVISE = 'drivers/supervise.test.ts';
const SERIAL = 'drivers/wire/serial.test.ts';
const NETWORK_CABINET = 'drivers/cabinet/mqtt-cabinet.test.ts';
const PRINTER = 'drivers/printer/escpos-status.test.ts';
const SCALE = 'drivers/scale/enq-dc1-talk.test.ts';
const LOCK = 'drivers/lock/lock-8a.test.ts';
const FACTS = 'edge/devices/facts.test.ts';
const STORE = 'edge/operator/troubles.test.ts';

/** Where each code comes about for real: the file, and the name of the test in it. */
const PRODUCED: Record<ReasonCode | StoreReason, [file: string, name: string]> = {
  PORT_MISSING: [SERIAL, 'a port that is not there is said in words and the process goes on'],
  PORT_BUSY: [SERIAL, 'a port somebody else holds is said to be busy'],
  PORT_DENIED: [SERIAL, '"%s" is told as %s, with the path'],
  PROGRAM_MISSING: [
    'drivers/camera/v4l2.test.ts',
    'a camera that is not there is PORT_MISSING; one without ffmpeg says what to install',
  ],
  NO_REPLY: [SUPERVISE, 'silence is offline, on a new wire every time, with counts kept'],
  BAD_FRAMES: [SCALE, 'spoilt answers show as bad frames, then as a line gone silent'],
  WRONG_DEVICE: [LOCK, 'noise on the bus is another device, and a driver of locks needs bytes'],
  DEVICE_CHANGED: [
    FACTS,
    'is locked until a person confirms it, also after a restart, and inherits no calibration',
  ],
  UNREACHABLE: [
    'edge/devices/devices.test.ts',
    '%s that is unplugged says why and what to do, and comes back',
  ],
  AUTH_REFUSED: ['drivers/payment/code-pay.test.ts', 'a wrong key is said to be a wrong key'],
  MQTT_BROKER_DOWN: [
    'drivers/wire/mqtt.test.ts',
    'a frozen broker bounds the queue, and a cut one gives up what waits',
  ],
  MQTT_AUTH: [
    'drivers/wire/mqtt.test.ts',
    'a wrong password is refused for good, and is not repeated in the error',
  ],
  MQTT_LWT: [
    NETWORK_CABINET,
    'a will of this session is MQTT_LWT; that of an older one is nothing',
  ],
  MQTT_STALE: [
    NETWORK_CABINET,
    'connected but silent is MQTT_STALE, and stays so on the word of a retained state',
  ],
  PAPER_OUT: [PRINTER, 'a printer that pushes its status is heard at once'],
  PAPER_LOW: ['edge/devices/devices.test.ts', '%s with %s says %s'],
  COVER_OPEN: [
    PRINTER,
    'a change is told once, within two seconds, and taken back when it is mended',
  ],
  PRINTER_ERROR: [PRINTER, 'a printer %s says so, and prints only if it can'],
  STATUS_UNKNOWN: [LOCK, 'whose wiring nobody told leaves the door unknown, and says so'],
  SCALE_NOT_ZERO: [
    FACTS,
    'an empty scale that is not at zero is told after a minute, and no sooner',
  ],
  SCALE_UNDER_ZERO: [SCALE, 'warns while %s'],
  SCALE_OVER: [SCALE, 'warns while %s'],
  SCALE_FAULT: [SCALE, 'a scale that says NAK to %s is not ready: a fault, never a weight'],
  SCALE_UNSTABLE: [FACTS, 'a load that never comes to rest is told after half a minute'],
  SCALE_CAL_DUE: [FACTS, 'a verification that ran out is told, and the scale goes on'],
  DOOR_AJAR: [
    LOCK,
    'a door that opens by itself is DOOR_FORCED, one left open DOOR_AJAR, and shut it is well',
  ],
  DOOR_FORCED: [
    LOCK,
    'a door that opens by itself is DOOR_FORCED, one left open DOOR_AJAR, and shut it is well',
  ],
  LOCK_STUCK: [LOCK, 'a bolt that stays in is LOCK_STUCK until it opens'],
  TEMP_HIGH: [
    'drivers/cooler/modbus-cooler.test.ts',
    'too warm for long is TEMP_HIGH; a short defrost is not',
  ],
  AUDIT_BROKEN: ['drivers/vending/dex.test.ts', 'whose file is broken is told line and reason'],
  CAM_DARK: [
    'edge/recognition/recognition.test.ts',
    'a covered camera says so, and teaches nothing',
  ],
  CAM_BLOCKED: ['edge/weighing/station.test.ts', 'tell the camera of %s'],
  CAM_LOST: ['drivers/camera/mjpeg.test.ts', 'when the camera breaks off, that is said'],
  DISABLED_BY: [FACTS, 'says who and why, stays off after a restart, and opens no port meanwhile'],
  RELEASED: [FACTS, 'lent out comes back when the time is up, and not before'],

  SAFE_MODE: [STORE, 'three starts that crashed: SAFE_MODE'],
  LEDGER_CHECK: [STORE, 'and what does not hold together is told: LEDGER_CHECK'],
  LEDGER_WEAK: [STORE, 'a ledger that does not write through: LEDGER_WEAK'],
  DISK_LOW: [STORE, 'a disk with little room: DISK_LOW'],
  CLOCK_SKEW: [STORE, 'whose clock is %d ms from ours: CLOCK_SKEW, ours is %s'],
  PAYMENT_OVERDUE: [
    'edge/operator/status.test.ts',
    'names a payment without an outcome once it is overdue, with its order number',
  ],
  SYNC_REFUSED: [STORE, 'that does not know the token: SYNC_REFUSED, and not out of reach'],
  SYNC_DOWN: [STORE, 'that is not there: SYNC_DOWN'],
  CERT_EXPIRING: [STORE, 'a certificate that ends: CERT_EXPIRING'],
  MODEL_MISSING: [STORE, 'that is not there: MODEL_MISSING'],
  MODEL_BROKEN: [STORE, 'that is damaged: MODEL_BROKEN'],
  MODEL_SLOW: [STORE, 'that never finishes loading, or answers late: MODEL_SLOW'],
};

const BEGINS = /^ *(?:test|it|describe)[.(]/gm;

/** From where a test begins, its table included, to where the next one does. */
function testNamed(text: string, name: string): string {
  const at = text.indexOf(`'${name}`);
  if (at < 0) return '';
  const starts = [...text.matchAll(BEGINS)].map(({ index }) => index);
  const from = starts.filter((start) => start <= at).at(-1) ?? 0;
  const body = text.slice(from, starts.find((start) => start > at) ?? text.length);
  // A table with a name of its own stands above.
  const table = /\.each\(([A-Z]\w*)\)/.exec(body)?.[1];
  return table ? body + text.slice(text.indexOf(`const ${table}`), from) : body;
}

describe('every code is brought about', () => {
  test.each(Object.entries(PRODUCED))('%s', (code, [file, name]) => {
    const found = testNamed(readFileSync(join(root, file), 'utf8'), name);
    expect(found, `no test "${name}" in ${file}`).not.toBe('');
    expect(found, `"${name}" says nothing of ${code}`).toContain(`'${code}'`);
  });
});

test.each(REASON_CODES)(
  '%s is said in both languages, with a next step and a result code',
  (code) => {
    const { why, next } = REASONS[code];
    for (const { zh, en } of [why, next]) {
      expect(zh).toMatch(/\p{Script=Han}/u);
      expect(en).not.toMatch(/\p{Script=Han}/u);
    }
    const upos = resultCodeOf({ state: 'warn', reason: code });
    expect(upos).toBeGreaterThanOrEqual(101);
    expect(upos).toBeLessThanOrEqual(115);
  },
);

test.each(STORE_REASON_CODES)(
  '%s of the store is said in both languages, with a next step',
  (code) => {
    for (const { zh, en } of Object.values(STORE_REASONS[code])) {
      expect(zh).toMatch(/\p{Script=Han}/u);
      expect(en).not.toMatch(/\p{Script=Han}/u);
    }
  },
);
