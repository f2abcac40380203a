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
const GOAL_LINES_RATIO = 5;
const GOAL_CRC_RATIO = 10;
const GOAL_NOISE_RATIO = 1.5;
const GOAL_ROUND_TRIP_RATIO = 1.3;
const QUESTION = Uint8Array.of(0x05);
/** A stable 1.234 kg, as a CAS indicator says it. */
const SCALE_LINE = Buffer.from('ST,GS,1Ä,0001.234 kg\r\n', 'latin1');

const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6;
const mid = (values: number[]): number => percentile(values, 0.5);

// ---- the bytes ----------------------------------------------------------------------------------

const repeated = (one: Uint8Array, bytes: number): Buffer => Buffer.alloc(bytes, one);
const chunked = (bytes: Buffer): Buffer[] =>
  Array.from({ length: Math.ceil(bytes.length / CHUNK_BYTES) }, (_, n) =>
    bytes.subarray(n * CHUNK_BYTES, (n + 1) * CHUNK_BYTES),
  );

/** The usual indicator's lines of 19 bytes, each of another weight. */
const shortLines = (count: number): Buffer =>
  Buffer.from(
    Array.from({ length: count }, (_, n) => `ST,GS,+${String(n).padStart(8, '0')}kg\r\n`).join(''),
  );

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

/** Milliseconds for all chunks; `whole` frames must have come out, and nothing else. */
function pushAll(decoder: Pushed, chunks: Buffer[], whole: number, kind: string): number {
  let good = 0;
  const begunMs = cpuMs();
  for (const chunk of chunks) good += decoder.push(chunk).length;
  const tookMs = cpuMs() - begunMs;
  if (good !== whole) throw new Error(`${kind}: ${good} frames of ${whole}`);
  return tookMs;
}

async function readLines(chunks: Buffer[], whole: number, encoding: 'utf8' | 'latin1') {
  const parser = new ReadlineParser({ delimiter: '\r\n', encoding });
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
  /** MB/s of each round. ReadlineParser on the short lines, and on those of the CAS indicator. */
  readline: number[];
  readlineCas: number[];
  lines: number[];
  scale: number[];
  crc: number[];
  binary: number[];
  hand: number[];
  /** Noise beside good frames, and the most bytes that were ever held. */
  noise: number[];
  heldBytes: number;
}

async function throughput(rounds: number): Promise<Throughput> {
  const stretch = STRETCH_MEGABYTES * MEGABYTE;
  const fitting = (frameBytes: number): number => Math.floor(stretch / frameBytes);
  const frame = crcFrame();
  const counts = { lines: fitting(19), cas: fitting(22), binary: fitting(18), crc: fitting(17) };
  const lines = chunked(shortLines(counts.lines));
  const cas = chunked(repeated(SCALE_LINE, counts.cas * SCALE_LINE.length));
  const binary = chunked(binaryFrames(counts.binary));
  const frames = chunked(repeated(frame, counts.crc * frame.length));
  const got: Throughput = {
    ...{ readline: [], readlineCas: [], hand: [], lines: [], scale: [], binary: [], crc: [] },
    ...{ noise: [], heldBytes: 0 },
  };
  // One decoder for all rounds, as a connection has it; the first round pays for the compiler.
  const decoders = {
    lines: lineDecoder(),
    scale: cas22Decoder(0),
    crc: modbusDecoder([1], 8),
    binary: binaryFramer(),
  };
  for (let round = -1; round < rounds; round += 1) {
    const took = {
      readline: await readLines(lines, counts.lines, 'utf8'),
      readlineCas: await readLines(cas, counts.cas, 'latin1'),
      lines: pushAll(decoders.lines, lines, counts.lines, 'framer'),
      scale: pushAll(decoders.scale, cas, counts.cas, 'cas-22'),
      crc: pushAll(decoders.crc, frames, counts.crc, 'modbus'),
      binary: pushAll(decoders.binary, binary, counts.binary, 'framer'),
      hand: byHand(binary, counts.binary),
    };
    const { ratio, heldBytes } = noise();
    if (round < 0) continue;
    for (const [kind, tookMs] of Object.entries(took) as [keyof typeof took, number][])
      got[kind].push((1000 * STRETCH_MEGABYTES) / tookMs);
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
  const beside = (name: string, values: number[], limits: number[], goal?: number): BenchRow => {
    const ratio = mid(values.map((value, at) => value / (limits[at] ?? 1)));
    const row = { name, value: mid(values), unit: 'MB/s', limit: mid(limits), ratio };
    return goal === undefined ? row : { ...row, goal, met: ratio >= goal };
  };
  const noisy = mid(got.noise);
  return {
    machine: `${cpus()[0]?.model ?? arch()} × ${cpus().length}, ${platform()}, Node ${process.version}`,
    rounds,
    rows: [
      beside('lines cut, 64-byte chunks', got.lines, got.readline, GOAL_LINES_RATIO),
      beside('scale lines to grams (cas-22)', got.scale, got.readlineCas, GOAL_LINES_RATIO),
      beside('binary frames with CRC', got.binary, got.readline, GOAL_CRC_RATIO),
      beside('the same by a loop of their own', got.hand, got.readline),
      beside('CRC frames to words (modbus)', got.crc, got.readline, GOAL_CRC_RATIO),
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
