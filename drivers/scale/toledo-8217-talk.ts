/**
 * What is said to an 8213/8217 scale besides "your weight?". First it proves by an echo that it is
 * such a scale, and by its confidence test that it is a sound one; later it takes zero and tare.
 */

import type { Asking } from '../asking.ts';
import { type DeviceOutcome, type DriverClock, DriverError } from '../contract.ts';
import { say } from '../say.ts';
import type { Polled, WireReading } from './polled.ts';
import { failedParts, type Toledo8217Dialect, type Toledo8217Item } from './toledo-8217-codec.ts';

/** T and C are answered after 150 ms, everything else sooner. */
export const REPLY_MS = 500;
/** Between two commands, as Odoo keeps it; an answer given up on passes by meanwhile. */
const REST_MS = 200;
const LATE_MS = 400;
/** Question, echo and silence watchdog: an echo later than this is for the watchdog. */
const ECHO_AGAIN_MS = 1500;
const PROBES = 3;
const TESTS = 4;
/** How long the scale may take until it shows the zero it was told to take. */
const ZERO_SHOWN_MS = 2000;

const REFUSALS: Partial<Record<Toledo8217Item['kind'], string>> = {
  moving: 'IN_MOTION',
  overload: 'OUT_OF_RANGE',
  underload: 'OUT_OF_RANGE',
  fault: 'NOT_ZERO',
};

type Line = Asking<Toledo8217Item>;

/** One command as it is on the wire. */
export const command = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));

const statusOf = (item: Toledo8217Item): number | undefined =>
  'status' in item ? item.status : undefined;
const onlyOf = (kind: Toledo8217Item['kind']) => (item: Toledo8217Item) =>
  item.kind === kind ? item : undefined;

/** Whether an item can be the answer to W. */
export function answersWeight(item: Toledo8217Item): boolean {
  return item.kind !== 'ack' && item.kind !== 'echo' && item.kind !== 'discarded';
}

/** Whether the echo came back. It is ended in any case, or later commands would come back too. */
async function echoes(line: Line, limitMs: number): Promise<boolean> {
  const echo = await line.ask(command('Ehello'), onlyOf('echo'), limitMs);
  await line.ask(command('F'), () => undefined, REST_MS);
  return echo !== undefined;
}

/**
 * After a question nobody answered: answers keep their order, so once an echo is back no older
 * answer can come any more and be taken for a newer one. Without it nothing more is asked, and
 * the silence ends the connection.
 */
export async function resynchronise(line: Line): Promise<boolean> {
  const good = await echoes(line, ECHO_AGAIN_MS);
  if (!good) line.end();
  return good;
}

/**
 * An echo that only such a scale gives, or, where it has none, any answer to W. Our own bytes
 * brought back by an adapter lack the scale's head and prove nothing.
 */
export async function identify(
  line: Line,
  address: string,
  by: 'echo' | 'weight',
  answersUnasked: () => boolean,
): Promise<DriverError | undefined> {
  for (let probe = 0; probe < PROBES && !line.ended(); probe++) {
    if (by === 'weight') {
      const take = (item: Toledo8217Item) => (answersWeight(item) ? item : undefined);
      if (await line.ask(command('W'), take, REPLY_MS)) return undefined;
      await line.rest(LATE_MS);
      continue;
    }
    if (await echoes(line, REPLY_MS)) return undefined;
  }
  if (answersUnasked()) {
    const text = say(
      `${address}: 有应答但不回显，请核对或设 identify=weight`,
      `${address}: It answers but gives no echo: check it, or set identify=weight`,
    );
    return new DriverError('WRONG_DEVICE', text);
  }
  if (line.noise() > 0) {
    const text = say(
      `${address}: 有数据但不是这种秤`,
      `${address}: Something else answers, or at another line speed`,
    );
    return new DriverError('WRONG_DEVICE', text);
  }
  return new DriverError(
    'NO_REPLY',
    say(`${address}: 电子秤没有应答`, `${address}: The scale does not answer`),
  );
}

/**
 * The parts that failed the scale's own confidence test. A scale that gives no result is not taken
 * on trust: DriverError WRONG_DEVICE or NO_REPLY.
 */
export async function examine(
  line: Line,
  address: string,
  dialect: Toledo8217Dialect,
): Promise<readonly string[] | DriverError> {
  let answers = 0;
  for (let test = 0; test < TESTS && !line.ended(); test++) {
    const begun = await line.ask(command('A'), onlyOf('ack'), REPLY_MS);
    await line.rest(REST_MS);
    if (begun === undefined) continue;
    const result = await line.ask(command('B'), statusOf, REPLY_MS);
    await line.rest(REST_MS);
    if (result === undefined) continue;
    answers++;
    const failed = failedParts(result, dialect);
    if (failed !== undefined) return failed;
  }
  if (answers > 0) {
    const text = say(
      `${address}: 自检没有结果，请核对 dialect`,
      `${address}: The confidence test gives no result: check dialect`,
    );
    return new DriverError('WRONG_DEVICE', text);
  }
  const text = say(
    `${address}: 自检没有应答；秤无此功能时设 confidenceTest=off`,
    `${address}: No answer to the confidence test: where the scale has none, set confidenceTest=off`,
  );
  return new DriverError('NO_REPLY', text);
}

/**
 * Sends a command and waits for its status byte. `NO_ANSWER`: also what T gets where the scale's
 * setup has tare disabled. `IN_MOTION`, `OUT_OF_RANGE`, `NOT_ZERO`: the scale's reasons.
 */
export async function carryOut(line: Line, text: string): Promise<DeviceOutcome> {
  const item = await line.ask(
    command(text),
    (heard) => (statusOf(heard) === undefined ? undefined : heard),
    REPLY_MS,
  );
  if (item === undefined) {
    await line.rest(LATE_MS);
    return { ok: false, reason: 'NO_ANSWER' };
  }
  const reason = REFUSALS[item.kind];
  return reason === undefined ? { ok: true } : { ok: false, reason };
}

/** As `carryOut`, and done only when the scale shows zero: its answer alone says "heard". */
export async function carryOutToZero(
  scale: Polled<Toledo8217Item>,
  clock: DriverClock,
  text: string,
  readingOf: (item: Toledo8217Item) => WireReading | undefined,
): Promise<DeviceOutcome> {
  const heard = await carryOut(scale.line, text);
  const untilMs = clock.monoMs() + ZERO_SHOWN_MS;
  while (heard.ok && !scale.line.ended() && clock.monoMs() < untilMs) {
    await scale.line.rest(REST_MS);
    const reading = await scale.line.ask(command('W'), readingOf, REPLY_MS);
    if (reading !== undefined) scale.report(reading);
    if (reading?.kind === 'zero') return heard;
  }
  return heard.ok ? { ok: false, reason: 'NOT_ZERO' } : heard;
}
