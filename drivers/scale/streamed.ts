/**
 * A scale that sends by itself, on and on. Only the newest frame counts: after a stall the line
 * holds seconds of old weights, and none of them lies on the plate any more.
 */

import type { LineDecoder } from '../asking.ts';
import {
  type ByteWire,
  type DeviceOutcome,
  type DriverContext,
  DriverError,
  type ReasonCode,
  type ScaleReading,
  type Wire,
  WireError,
} from '../contract.ts';
import { deadline } from '../deadline.ts';
import { at, say, type Text } from '../say.ts';
import type { WireReading } from './polled.ts';

/** Frames that come closer together than any scale sends them are a backlog. */
const BACKLOG_MS = 20;
/** A line without one good frame for so long is none of this kind. */
const LISTEN_MS = 2500;
const COMMAND_MS = 2000;
/** Runs of noise in a row, or frames in a row with noise between them, before a person is told. */
const NOISE_TO_WARN = 5;

const WARNINGS: Partial<Record<ScaleReading['kind'], ReasonCode>> = {
  overload: 'SCALE_OVER',
  underload: 'SCALE_UNDER_ZERO',
  fault: 'SCALE_FAULT',
};

export interface StreamedProtocol<I extends { kind: string }> {
  decoder: LineDecoder<I>;
  /** What a frame says of the load; undefined for noise. Called for every frame, in order. */
  reading(item: I): WireReading | undefined;
  /** What to look at where bytes come and none are understood. */
  advice: Text;
}

export interface Streamed {
  /**
   * Sends bytes that are not answered; done when a reading `shows` their effect. `BUSY`, `CLOSED`,
   * or `NO_EFFECT` after two seconds.
   */
  command(bytes: Uint8Array, shows: (reading: WireReading) => boolean): Promise<DeviceOutcome>;
  close(): Promise<void>;
}

interface Stream {
  wire: ByteWire;
  context: DriverContext;
  /** The newest frame, waiting for a still newer one. */
  newest: { reading: WireReading; atMs: number } | undefined;
  cancelGiving: (() => void) | undefined;
  /** The command at hand looks at every reading. */
  watching: ((reading: WireReading) => void) | undefined;
  abandon: (() => void) | undefined;
  noise: number;
  /** Runs of noise since the last good frame. */
  noiseRuns: number;
  /** Good frames in a row that had noise in front of them: each may be short of its check. */
  noisyFrames: number;
  ended: boolean;
}

function warnOfNoise(stream: Stream): void {
  stream.context.warn('BAD_FRAMES', say('帧间有乱码', 'noise between the frames'));
}

/** Gives the newest reading out, with the warning it stands for. */
function give(stream: Stream): void {
  const { context, newest } = stream;
  stream.cancelGiving = undefined;
  stream.newest = undefined;
  if (newest === undefined || stream.ended) return;
  const { reading, atMs } = newest;
  if (reading.grams !== undefined) context.count('GoodWeightReadCount');
  const warning = WARNINGS[reading.kind];
  if (warning === undefined && stream.noisyFrames >= NOISE_TO_WARN) warnOfNoise(stream);
  else context.warn(warning, reading.fault);
  context.emit({ ...reading, atMs });
  stream.watching?.(reading);
}

function take(stream: Stream, reading: WireReading): void {
  const { context } = stream;
  context.alive();
  stream.noisyFrames = stream.noiseRuns > 0 ? stream.noisyFrames + 1 : 0;
  stream.noiseRuns = 0;
  if (stream.newest !== undefined) context.count('M_OvertakenFrameCount');
  stream.newest = { reading, atMs: context.clock.monoMs() };
  stream.cancelGiving ??= context.clock.after(BACKLOG_MS, () => give(stream));
}

function hearNoise(stream: Stream): void {
  stream.noise++;
  stream.noiseRuns++;
  stream.context.count('CommunicationErrorCount');
  if (stream.noiseRuns === NOISE_TO_WARN) warnOfNoise(stream);
}

async function command(
  stream: Stream,
  bytes: Uint8Array,
  shows: (reading: WireReading) => boolean,
): Promise<DeviceOutcome> {
  if (stream.ended || stream.context.signal.aborted) return { ok: false, reason: 'CLOSED' };
  if (stream.watching !== undefined) return { ok: false, reason: 'BUSY' };
  const outcome = new Promise<DeviceOutcome>((resolve) => {
    const end = (result: DeviceOutcome): void => {
      cancel();
      stream.watching = undefined;
      stream.abandon = undefined;
      resolve(result);
    };
    const late = () => end({ ok: false, reason: 'NO_EFFECT' });
    const cancel = deadline(stream.context.clock, COMMAND_MS, late);
    stream.watching = (reading) => {
      if (shows(reading)) end({ ok: true });
    };
    stream.abandon = () => end({ ok: false, reason: 'CLOSED' });
  });
  try {
    await stream.wire.write(bytes);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    stream.abandon?.();
  }
  return outcome;
}

function stop(stream: Stream): void {
  stream.ended = true;
  stream.cancelGiving?.();
  stream.cancelGiving = undefined;
  stream.abandon?.();
}

/** What a line without one good frame is. */
function stranger(stream: Stream, advice: Text): DriverError {
  const { address } = stream.wire;
  if (stream.noise > 0) return new DriverError('WRONG_DEVICE', at(`${address}: `, advice));
  return new DriverError(
    'NO_REPLY',
    say(`${address}: 电子秤没有发送`, `${address}: The scale sends nothing`),
  );
}

/**
 * Resolves with the first good frame; rejects with DriverError WRONG_WIRE, NO_REPLY or
 * WRONG_DEVICE. Listens until the connection ends.
 */
export function connectStreamed<I extends { kind: string }>(
  wire: Wire,
  context: DriverContext,
  { decoder, reading, advice }: StreamedProtocol<I>,
): Promise<Streamed> {
  if (wire.kind !== 'bytes') {
    const text = say(`${wire.address}: 电子秤要串口`, `${wire.address}: A byte wire is needed`);
    return Promise.reject(new DriverError('WRONG_WIRE', text, false));
  }
  const stream: Stream = {
    wire,
    context,
    newest: undefined,
    cancelGiving: undefined,
    watching: undefined,
    abandon: undefined,
    noise: 0,
    noiseRuns: 0,
    noisyFrames: 0,
    ended: false,
  };
  const streamed: Streamed = {
    command: (bytes, shows) => command(stream, bytes, shows),
    close: async () => stop(stream),
  };
  return new Promise((resolve, reject) => {
    const refuse = (error: DriverError): void => {
      cancel();
      stop(stream);
      reject(error);
    };
    const cancel = deadline(context.clock, LISTEN_MS, () => refuse(stranger(stream, advice)));
    const closed = say(`${wire.address}: 连接已断`, `${wire.address}: The wire closed`);
    context.signal.addEventListener('abort', () => refuse(new DriverError('NO_REPLY', closed)), {
      once: true,
    });
    wire.onBytes((bytes) => {
      if (stream.ended) return;
      for (const item of decoder.push(bytes)) {
        const said = reading(item);
        if (said === undefined) hearNoise(stream);
        else {
          cancel();
          take(stream, said);
          resolve(streamed);
        }
      }
    });
  });
}
