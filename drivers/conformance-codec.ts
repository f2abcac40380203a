/** The part of the suite that needs only bytes: golden lines, chunking, flipped bits, noise. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DecodedItem, Driver } from './contract.ts';
import type { Golden } from './golden.ts';
import { MAX_HELD_BYTES } from './held-bytes.ts';
import { fromHex } from './hex.ts';
import { pickBelow, seededRandom, testSeed } from './random-for-tests.ts';

export interface CodecLimits {
  /** Every golden line is a message of its own (HTTP): lines are not joined into a stream. */
  messages?: boolean;
  /** Most bytes a decoder may hold; 4 KiB unless the protocol's messages are larger. */
  heldBytes?: number;
  /** Longest control message without a check of its own, in bytes; 1 unless it says otherwise. */
  controlBytes?: number;
}

/** One driver with its golden file and the options that file was written for. */
export interface CodecBench {
  driver: Driver;
  golden: Golden;
  settings: Record<string, unknown>;
  options: CodecLimits;
}

function decode({ driver, settings }: CodecBench, chunks: Uint8Array[]): DecodedItem[] {
  const decoder = driver.decoder(settings);
  return [...chunks.flatMap((chunk) => decoder.push(chunk)), ...decoder.end()];
}

const frames = (items: DecodedItem[]): DecodedItem[] =>
  items.filter((item) => item.kind !== 'discarded');
const noiseBytes = (items: DecodedItem[]): number =>
  items.reduce((sum, item) => sum + (fromHex(String(item.hex ?? ''))?.length ?? 0), 0);
const said = ({ golden }: CodecBench): Golden['lines'] =>
  golden.lines.filter((line) => line.direction === 'rx');

function joined(parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function cutAt(bytes: Uint8Array, cuts: number[]): Uint8Array[] {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  return [...places, bytes.length].map((place, index) =>
    bytes.subarray(places[index - 1] ?? 0, place),
  );
}

export function goldenTests(bench: CodecBench): void {
  const lines = said(bench);
  test.each(lines)('line $at means what it says ($source)', ({ bytes, meaning }) => {
    expect(decode(bench, [bytes])).toEqual(meaning);
  });

  test('however the bytes arrive, the frames are the same', () => {
    const streams = bench.options.messages
      ? lines.map((line) => line.bytes)
      : [joined(lines.map((line) => line.bytes))];
    const seed = testSeed(`${bench.driver.name} chunking`);
    for (const stream of streams) {
      const whole = frames(decode(bench, [stream]));
      expect(
        frames(
          decode(
            bench,
            [...stream].map((byte) => Uint8Array.of(byte)),
          ),
        ),
      ).toEqual(whole);
      const cuts = fc.array(fc.nat(stream.length), { maxLength: 12 });
      fc.assert(
        fc.property(cuts, (places) => {
          expect(frames(decode(bench, cutAt(stream, places)))).toEqual(whole);
        }),
        { seed, numRuns: 50 },
      );
    }
  });

  // Without a check in the protocol a flipped bit can be another reading; parity and the rule of
  // three equal frames are all there is.
  test.skipIf(bench.golden.check === 'none')('no flipped bit ever makes another reading', () => {
    // Control characters hold no check of their own.
    const { controlBytes = 1 } = bench.options;
    const control = new Set(
      lines
        .filter(({ bytes }) => bytes.length <= controlBytes)
        .flatMap(({ meaning }) => meaning[0]?.kind),
    );
    for (const { bytes, meaning } of lines) {
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const flipped = Uint8Array.from(bytes);
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const readings = frames(decode(bench, [flipped])).filter((item) => !control.has(item.kind));
        for (const reading of readings) expect(meaning).toContainEqual(reading);
      }
    }
  });
}

export function noiseTests(bench: CodecBench): void {
  test('noise on the line costs at most the frame it hits', () => {
    const random = seededRandom(testSeed(`${bench.driver.name} noise`));
    const good = said(bench).filter(({ bytes }) => frames(decode(bench, [bytes])).length > 0);
    for (let round = 0; round < 300; round++) {
      const three = [0, 1, 2].map(() => good[pickBelow(random, good.length)]!);
      const noise = Uint8Array.from({ length: 1 + pickBelow(random, 40) }, () =>
        pickBelow(random, 256),
      );
      const [before, hit, after] = three.map((line) => line.bytes);
      const items = frames(decode(bench, [before!, noise, hit!, after!]));
      expect(items[0]).toEqual(three[0]!.meaning[0]);
      expect(items.at(-1)).toEqual(three[2]!.meaning.at(-1));
    }
  });
}

export function boundTests(bench: CodecBench): void {
  test('endless noise fills no memory and throws nothing', () => {
    const random = seededRandom(testSeed(`${bench.driver.name} bounds`));
    const noise = Uint8Array.from({ length: 200_000 }, () => pickBelow(random, 256));
    const starts = said(bench).map(({ bytes }) => bytes[0] ?? 0);
    const teasing = Uint8Array.from({ length: 200_000 }, (_unused, index) => {
      return starts[index % starts.length] ?? 0;
    });
    const limit = bench.options.heldBytes ?? MAX_HELD_BYTES;
    for (const stream of [noise, teasing, new Uint8Array(200_000).fill(0x31)]) {
      const decoder = bench.driver.decoder(bench.settings);
      decoder.push(stream.subarray(0, 150_000));
      for (const byte of stream.subarray(150_000)) decoder.push(Uint8Array.of(byte));
      expect(noiseBytes(decoder.end())).toBeLessThanOrEqual(limit);
    }
  });
}
