/**
 * What the drivers cost beside serialport's own parsers: the same bytes in 64-byte chunks, noise
 * without an end, and one question and its answer over a pseudo-terminal. All in turn, in one run.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { arch, cpus, platform } from 'node:os';
import { join } from 'node:path';
import { ReadlineParser, SerialPort } from 'serialport';
import { asking } from '../drivers/asking.ts';
import type { DecodedItem, Decoder } from '../drivers/contract.ts';
import { delimited, framer, framerOf } from '../drivers/framing.ts';
import { MAX_HELD_BYTES } from '../drivers/held-bytes.ts';
import { fromHex } from '../drivers/hex.ts';
import { modbusCrc, modbusDecoder } from '../drivers/modbus.ts';
import { cas22Decoder } from '../drivers/scale/cas-22-codec.ts';
import { openPty, PTY_AVAILABLE } from '../drivers/wire/pty-for-tests.ts';
import { openSerial } from '../drivers/wire/serial.ts';
import { systemClock } from '../edge/runtime.ts';
import { percentile } from '../models/metrics.ts';
import { binaryFramer, binaryFrames, framesByHand } from './binary-frames.ts';
import type { BenchReport, BenchRow } from './recognition.ts';

/** As compiled, wherever the command that runs it was bundled to. */
const SELF = join(import.meta.dirname, 'drivers.js');
const CHUNK_BYTES = 64;
const MEGABYTE = 1 << 20;
/** A decoder's stretch: long enough to be measured while others work. */
const STRETCH_MEGABYTES = 4;
const QUESTIONS = 300;
/** Copied in, made text once a chunk and cut, with no framer around it: 5.4. */
const GOAL_LINES_RATIO = 5;
/** A loop for these frames alone: 7. Six words in an array each: 7, and 12 where nothing is made. */
const GOAL_CRC_RATIO = 10;
const GOAL_NOISE_RATIO = 1.5;
const GOAL_ROUND_TRIP_RATIO = 1.3;
const QUESTION = Uint8Array.of(0x05);
const LINE = 'ST,GS,1Ä,0001.234 kg\r\n';

const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6;
const mid = (values: number[]): number => percentile(values, 0.5);

// ---- the bytes ----------------------------------------------------------------------------------

const repeated = (one: Uint8Array, bytes: number): Buffer => Buffer.alloc(bytes, one);
const chunked = (bytes: Buffer): Buffer[] =>
  Array.from({ length: Math.ceil(bytes.length / CHUNK_BYTES) }, (_, n) =>
    bytes.subarray(n * CHUNK_BYTES, (n + 1) * CHUNK_BYTES),
  );

/** A stable 1.234 kg, as a CAS indicator says it. */
const SCALE_LINE = Buffer.from(LINE, 'latin1');

/** Six words of a shelf, 17 bytes with their CRC. */
function crcFrame(): Buffer {
  const body = fromHex('01 03 0C 00 01 00 02 00 03 00 04 00 05 00 06') ?? new Uint8Array();
  const crc = modbusCrc(body);
  return Buffer.from([...body, crc & 0xff, crc >> 8]);
}

// ---- decoders -----------------------------------------------------------------------------------

/** Decoders are measured by the processor's time: others use this machine as well. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

type Pushed = Pick<Decoder, 'push'>;

/** Milliseconds for all chunks; `whole` frames must have come out. */
function pushAll(decoder: Pushed, chunks: Buffer[], whole: number, kind: string): number {
  let good = 0;
  const begunMs = cpuMs();
  for (const chunk of chunks)
    for (const item of decoder.push(chunk)) if (item.kind !== 'discarded') good += 1;
  const tookMs = cpuMs() - begunMs;
  if (good !== whole) throw new Error(`${kind}: ${good} frames of ${whole}`);
  return tookMs;
}

async function readLines(chunks: Buffer[], whole: number): Promise<number> {
  const parser = new ReadlineParser({ delimiter: '\r\n', encoding: 'latin1' });
  let lines = 0;
  parser.on('data', () => {
    lines += 1;
  });
  const begunMs = cpuMs();
  for (const chunk of chunks) if (!parser.write(chunk)) await once(parser, 'drain');
  await new Promise<void>((done) => parser.end(done));
  const tookMs = cpuMs() - begunMs;
  if (lines !== whole) throw new Error(`ReadlineParser: ${lines} lines of ${whole}`);
  return tookMs;
}

/** Lines as text, as the framer cuts them for every protocol that ends with a delimiter. */
function lineDecoder(): Pushed {
  return framerOf<DecodedItem>(
    delimited(Buffer.from('\r\n'), 64),
    () => ({ kind: 'discarded', hex: '' }),
    (held, from, to) => ({ kind: 'line', text: held.latin1(from, to - 2) }),
  );
}

/** Noise without a delimiter, beside as many good frames; and the most that was ever held. */
function noise(): { ratio: number; heldBytes: number } {
  const good = chunked(repeated(SCALE_LINE, MEGABYTE));
  const bad = chunked(Buffer.alloc(MEGABYTE, 'S'));
  const lines = framer(delimited(Buffer.from('\r\n'), 64));
  let heldBytes = 0;
  const run = (chunks: Buffer[]): number => {
    const begunMs = cpuMs();
    for (const chunk of chunks) {
      lines.push(chunk);
      heldBytes = Math.max(heldBytes, lines.held());
    }
    return cpuMs() - begunMs;
  };
  const goodMs = run(good);
  return { ratio: run(bad) / goodMs, heldBytes };
}

function byHand(chunks: Buffer[], whole: number): number {
  const begunMs = cpuMs();
  const good = framesByHand(chunks);
  const tookMs = cpuMs() - begunMs;
  if (good !== whole) throw new Error(`by hand: ${good} frames of ${whole}`);
  return tookMs;
}

interface Throughput {
  readline: number[];
  hand: number[];
  lines: number[];
  scale: number[];
  binary: number[];
  crc: number[];
  noise: number[];
  heldBytes: number;
}

async function throughput(rounds: number): Promise<Throughput> {
  const frame = crcFrame();
  const stretch = STRETCH_MEGABYTES * MEGABYTE;
  const [lineCount, crcCount] = [Math.floor(stretch / 22), Math.floor(stretch / frame.length)];
  const lines = chunked(repeated(SCALE_LINE, lineCount * SCALE_LINE.length));
  const frames = chunked(repeated(frame, crcCount * frame.length));
  const binaryCount = Math.floor(stretch / 18);
  const binary = chunked(binaryFrames(binaryCount));
  const mbPerS = (tookMs: number): number => (1000 * STRETCH_MEGABYTES) / tookMs;
  const got: Throughput = {
    ...{ readline: [], hand: [], lines: [], scale: [], binary: [], crc: [], noise: [] },
    heldBytes: 0,
  };
  // One decoder for all rounds, as a connection has it; the first round pays for the compiler.
  const decoders = {
    lines: lineDecoder(),
    scale: cas22Decoder(0),
    crc: modbusDecoder([1], 8),
    binary: binaryFramer(),
  };
  for (let round = -1; round < rounds; round += 1) {
    const readline = mbPerS(await readLines(lines, lineCount));
    const cut = mbPerS(pushAll(decoders.lines, lines, lineCount, 'framer'));
    const scale = mbPerS(pushAll(decoders.scale, lines, lineCount, 'cas-22'));
    const crc = mbPerS(pushAll(decoders.crc, frames, crcCount, 'modbus'));
    const found = mbPerS(pushAll(decoders.binary, binary, binaryCount, 'framer'));
    const hand = mbPerS(byHand(binary, binaryCount));
    const { ratio, heldBytes } = noise();
    if (round < 0) continue;
    got.readline.push(readline);
    got.hand.push(hand);
    got.lines.push(cut);
    got.scale.push(scale);
    got.binary.push(found);
    got.crc.push(crc);
    got.noise.push(ratio);
    got.heldBytes = Math.max(got.heldBytes, heldBytes);
  }
  return got;
}

// ---- a question and its answer ------------------------------------------------------------------

/** The far end, in a process of its own: answers every ENQ with one reading. */
function answer(): void {
  const far = openPty();
  far.onBytes((bytes) => {
    for (const byte of bytes) if (byte === QUESTION[0]) void far.say(SCALE_LINE);
  });
  process.send?.(far.path);
}

/** No parser: as soon as as many bytes are back as the answer has. */
async function bareTrips(path: string): Promise<number[]> {
  const port = new SerialPort({ path, baudRate: 115_200 });
  await once(port, 'open');
  let heard = 0;
  let answered = (): void => undefined;
  port.on('data', (bytes: Buffer) => {
    heard += bytes.length;
    if (heard >= SCALE_LINE.length) answered();
  });
  const took: number[] = [];
  for (let n = 0; n < QUESTIONS; n += 1) {
    heard = 0;
    const begunMs = nowMs();
    const whole = new Promise<void>((done) => {
      answered = done;
    });
    port.write(Buffer.from(QUESTION));
    await whole;
    took.push(nowMs() - begunMs);
  }
  await new Promise<void>((done) => port.close(() => done()));
  return took;
}

/** As a driver's session asks: the supervised wire, its deadline, its codec. */
async function driverTrips(path: string): Promise<number[]> {
  const wire = await openSerial(`serial:${path}`, path, {
    ...{ baudRate: 115_200, dataBits: 8, stopBits: 1, parity: 'none' },
  });
  const nothing = () => undefined;
  const context = {
    ...{ clock: systemClock(), signal: new AbortController().signal, connection: 1 },
    ...{ log: { debug: nothing, warn: nothing } },
    ...{ alive: nothing, emit: nothing, warn: nothing, count: nothing, identify: nothing },
  };
  const line = asking(wire, context, cas22Decoder(0), nothing);
  const took: number[] = [];
  for (let n = 0; n < QUESTIONS; n += 1) {
    const begunMs = nowMs();
    const item = await line.ask(QUESTION, (each) => each, 1000);
    if (item?.kind !== 'stable') throw new Error(`answered ${item?.kind}`);
    took.push(nowMs() - begunMs);
  }
  await wire.close();
  return took;
}

async function roundTrips(rounds: number): Promise<BenchRow[]> {
  if (!PTY_AVAILABLE) return [];
  const far = fork(SELF, ['answer']);
  const [path] = await once(far, 'message');
  const [bare, ours]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    bare.push(mid(await bareTrips(String(path))));
    ours.push(mid(await driverTrips(String(path))));
  }
  far.kill();
  const ratio = mid(ours.map((tookMs, at) => tookMs / (bare[at] ?? 1)));
  const goal = GOAL_ROUND_TRIP_RATIO;
  return [
    {
      ...{ name: 'question and reading over a pty, p50', value: mid(ours), unit: 'ms' },
      ...{ limit: mid(bare), ratio, goal, met: ratio <= goal },
    },
  ];
}

// ---- the report ---------------------------------------------------------------------------------

/** Decoders beside ReadlineParser, noise beside good frames, a driver's wire beside a bare port. */
export async function benchDrivers(rounds = 5): Promise<BenchReport> {
  const got = await throughput(rounds);
  const beside = (name: string, values: number[], goal: number): BenchRow => {
    const ratio = mid(values.map((value, at) => value / (got.readline[at] ?? 1)));
    const limit = mid(got.readline);
    return { name, value: mid(values), unit: 'MB/s', limit, ratio, goal, met: ratio >= goal };
  };
  const noisy = mid(got.noise);
  const ofLoop = mid(got.hand.map((value, at) => value / (got.readline[at] ?? 1)));
  return {
    machine: `${cpus()[0]?.model ?? arch()} × ${cpus().length}, ${platform()}, Node ${process.version}`,
    rounds,
    rows: [
      beside('lines cut, 64-byte chunks', got.lines, GOAL_LINES_RATIO),
      beside('scale lines to grams (cas-22)', got.scale, GOAL_LINES_RATIO),
      beside('binary frames with CRC', got.binary, GOAL_CRC_RATIO),
      {
        ...{ name: 'the same by a loop of their own', value: mid(got.hand), unit: 'MB/s' },
        ...{ limit: mid(got.readline), ratio: ofLoop },
      },
      beside('CRC frames to words (modbus)', got.crc, GOAL_CRC_RATIO),
      {
        ...{ name: '1 MB without a delimiter, beside good lines', value: noisy, unit: '×' },
        ...{ ratio: noisy, goal: GOAL_NOISE_RATIO, met: noisy <= GOAL_NOISE_RATIO },
      },
      {
        ...{ name: 'held at most', value: got.heldBytes, unit: 'B', limit: MAX_HELD_BYTES },
        ...{ ratio: got.heldBytes / MAX_HELD_BYTES, goal: 1, met: got.heldBytes <= MAX_HELD_BYTES },
      },
      ...(await roundTrips(rounds)),
    ],
  };
}

const [, script, what] = process.argv;
if (script === SELF && process.send && what === 'answer') answer();
