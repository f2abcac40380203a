/** The ring, the file, the replay and the export of what was on a device's wire. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { manualClock, settle } from '../clock-for-tests.ts';
import { parseGolden } from '../golden.ts';
import { findDriver } from '../index.ts';
import { pickBelow, seededRandom, testSeed } from '../random-for-tests.ts';
import { enqDc1 } from '../scale/enq-dc1.ts';
import { supervise } from '../supervise.ts';
import { memoryPair } from '../wire/memory.ts';
import { goldenOf } from './make-test.ts';
import { meaningsOf } from './meaning.ts';
import { toPcapng } from './pcapng.ts';
import { redacted } from './redact.ts';
import { replayTrace } from './replay.ts';
import { RING_BYTES, type TraceRing, traceRing } from './ring.ts';
import { formatTrace, parseTrace, type Trace } from './ytrace.ts';

const header: Trace['header'] = {
  ytrace: 1,
  device: 'scale-1',
  driver: 'enq-dc1',
  options: { dialect: 'auto', mode: 'poll', pollMs: 110 },
  address: 'memory:',
  clock: 'mono-us',
  startedAt: '2026-11-23T07:01:12.000Z',
};

/** A scale kept for `seconds`, every answer to it from `answers`; its ring holds what happened. */
async function recorded(weights: readonly number[]): Promise<TraceRing> {
  const clock = manualClock(1000);
  const ring = traceRing(() => clock.monoMs() * 1000);
  let at = 0;
  const kept = supervise({
    driver: enqDc1,
    address: 'memory:scale-1',
    open: async () => {
      const [near, far] = memoryPair('memory:scale-1');
      far.onBytes((bytes) => {
        const reply =
          bytes[0] === 0x05 ? Uint8Array.of(0x06) : frame(weights[at++ % weights.length] ?? 0);
        clock.after(7, () => void far.write(reply));
      });
      return near;
    },
    options: header.options,
    clock,
    random: () => 1,
    log: { debug: () => undefined, warn: () => undefined },
    onEvent: () => undefined,
    onStatus: () => undefined,
    ring,
  });
  await clock.advance(weights.length * 130 + 500);
  await kept.close();
  await settle();
  return ring;
}

function frame(grams: number): Uint8Array {
  const body = Buffer.from(`S ${(grams / 1000).toFixed(3).padStart(6, '0')}kg`, 'ascii');
  const sum = body.reduce((xor, byte) => xor ^ byte, 0);
  return Buffer.concat([Buffer.from([1, 2]), body, Buffer.from([sum, 3, 4])]);
}

describe('the ring', () => {
  test('holds 5 MB and lets the oldest go, whatever the sizes, with no gap in the numbers', () => {
    const random = seededRandom(testSeed('trace ring'));
    let nowUs = 0;
    const ring = traceRing(() => nowUs);
    let put = 0;
    while (put < 3 * RING_BYTES) {
      const bytes = new Uint8Array(1 + pickBelow(random, 400)).fill(put & 0xff);
      nowUs += 1;
      ring.add('rx', bytes);
      put += bytes.length;
    }
    const { firstSeq, lastSeq, bytes } = ring.extent();
    expect(bytes).toBeLessThanOrEqual(RING_BYTES);
    expect(bytes).toBeGreaterThan(RING_BYTES * 0.95);
    const entries = ring.after(0);
    expect(entries.length).toBe(lastSeq - firstSeq + 1);
    expect(entries.every(({ seq }, index) => seq === firstSeq + index)).toBe(true);
    expect(ring.newest(3).map(({ seq }) => seq)).toEqual([lastSeq - 2, lastSeq - 1, lastSeq]);
  });

  test('a picture is kept by its beginning and its length', () => {
    const ring = traceRing(() => 0);
    ring.add('rx', new Uint8Array(100_000));
    expect(ring.after(0)).toMatchObject([{ of: 100_000 }]);
    expect(ring.after(0)[0]?.bytes.length).toBe(4096);
  });
});

describe('a recorded scale', () => {
  const weights = [0, 0, 612, 612, 612, 0, 1234];

  test('replays to what it said, file and all', async () => {
    const ring = await recorded(weights);
    const written = formatTrace({ header, entries: ring.after(0) });
    const parsed = parseTrace(written);
    if (!parsed.ok) throw new Error(parsed.problem);
    const replay = await replayTrace(enqDc1, parsed.trace);
    expect(replay.differences).toEqual([]);
    expect(replay.got).toEqual(replay.expected.filter((line) => !line.includes('stale')));
    expect(replay.got).toContain('{"kind":"stable","grams":612}');
    expect(replay).toMatchObject({ sessions: 1, fromTheMiddle: false });
  });

  test('that weighs differently today is told, and so is one that asks differently', async () => {
    const ring = await recorded(weights);
    const entries = ring.after(0);
    const altered = entries.map((entry) => {
      const text = Buffer.from(entry.bytes).toString();
      return entry.direction === 'ev'
        ? { ...entry, bytes: Buffer.from(text.replace('612', '613')) }
        : entry;
    });
    const weighed = await replayTrace(enqDc1, { header, entries: altered });
    expect(weighed.differences[0]).toMatch(/then .*613.*now .*612/);
    const cas22 = findDriver('toledo-8217');
    if (!cas22) throw new Error('no driver');
    const asked = await replayTrace(cas22, { header: { ...header, options: {} }, entries });
    expect(asked.differences.join()).toMatch(/asked now/);
  });

  test('becomes golden lines that the codec is held to', async () => {
    const ring = await recorded(weights);
    const made = goldenOf(enqDc1, { header, entries: ring.after(0) });
    const golden = parseGolden(made.text);
    expect(golden.lines.length).toBe(made.lines);
    expect(made.lines).toBeGreaterThanOrEqual(4);
    for (const { bytes, meaning } of golden.lines) {
      const decoder = enqDc1.decoder(golden.options);
      expect([...decoder.push(bytes), ...decoder.end()]).toEqual(meaning);
    }
  });

  test('a piece from the middle of a connection replays without false alarms', async () => {
    const ring = await recorded([...weights, ...weights]);
    const entries = ring.after(0).slice(9);
    const replay = await replayTrace(enqDc1, { header, entries });
    expect(replay).toMatchObject({ fromTheMiddle: true, differences: [] });
    expect(replay.got.length).toBeGreaterThan(0);
  });

  test('wherever the piece begins', async () => {
    const ring = await recorded([...weights, ...weights]);
    const all = ring.after(0);
    // A piece may be too short to connect to; that is no word of the scale's.
    for (const [from] of all.entries()) {
      const { differences } = await replayTrace(enqDc1, { header, entries: all.slice(from) });
      expect(differences.filter((words) => !words.includes('connect'))).toEqual([]);
    }
  });
});

describe('a trace file', () => {
  test.each([
    ['', /line 1/],
    ['{"ytrace":2}\n', /line 1/],
    [`${JSON.stringify(header)}\nnonsense\n`, /line 2/],
    [`${JSON.stringify(header)}\n{"t":1,"d":"up","h":""}\n`, /line 2/],
    [`${JSON.stringify(header)}\n{"t":1,"d":"rx","h":"0g"}\n`, /line 2/],
    [`${JSON.stringify(header)}\n{"t":-1,"d":"rx","h":"00"}\n`, /line 2/],
  ])('%j is refused, naming the line', (text, why) => {
    const parsed = parseTrace(text);
    expect(parsed.ok ? '' : parsed.problem).toMatch(why);
  });

  test('whose last line was cut short keeps the rest', () => {
    const parsed = parseTrace(`${JSON.stringify(header)}\n{"t":1,"d":"rx","h":"05"}\n{"t":2,"d`);
    expect(parsed).toMatchObject({ ok: true, trace: { entries: [{ direction: 'rx', tUs: 1 }] } });
  });
});

describe('what leaves the box', () => {
  test.each([
    ['whole', [18]],
    ['cut anywhere', [1, 3, 7, 4, 3]],
  ])("holds no payer's code, scanned %s", (_, cuts) => {
    const ring = traceRing(() => 0);
    const code = Buffer.from('134567890123456789\r');
    let at = 0;
    for (const size of [...cuts, 1]) {
      ring.add('rx', code.subarray(at, at + size));
      at += size;
    }
    ring.say('ev', '{"kind":"code","text":"283456789012345678"}');
    ring.add('rx', Buffer.from('6901234567892\r'));
    const text = Buffer.concat(redacted(ring.after(0)).map(({ bytes }) => bytes)).toString();
    expect(text).not.toContain('4567890123');
    expect(text).toContain('13****************');
    expect(text).toContain('28****************');
    expect(text).toContain('6901234567892');
  });
});

describe('pcapng', () => {
  const ring = traceRing(() => 1_000_000);
  ring.say('note', 'open 1 memory:');
  ring.add('tx', Uint8Array.of(0x05));
  ring.add('rx', Uint8Array.of(0x06, 1, 2));
  const trace = { header, entries: ring.after(0) };
  const words = new Map(
    [...meaningsOf(enqDc1, header.options, trace.entries)].map(([seq, items]) => [
      seq,
      JSON.stringify(items),
    ]),
  );
  const file = Buffer.from(toPcapng(trace, words));

  test('is blocks end to end, each saying its length twice', () => {
    const types: number[] = [];
    let at = 0;
    while (at < file.length) {
      const length = file.readUInt32LE(at + 4);
      types.push(file.readUInt32LE(at));
      expect(length % 4).toBe(0);
      expect(file.readUInt32LE(at + length - 4)).toBe(length);
      at += length;
    }
    expect(at).toBe(file.length);
    expect(types).toEqual([0x0a0d0d0a, 1, 6, 6, 6]);
    expect(file.readUInt32LE(8)).toBe(0x1a2b3c4d);
    const idb = file.readUInt32LE(4);
    expect(file.readUInt16LE(idb + 8)).toBe(147);
  });

  const tshark = spawnSync('tshark', ['--version']).status === 0;
  if (!tshark) console.warn('tshark is not here: the pcapng is not opened with it');
  test.skipIf(!tshark)('opens in tshark, with directions and comments', () => {
    const folder = mkdtempSync(join(tmpdir(), 'yike-pcap-'));
    const path = join(folder, 'a.pcapng');
    writeFileSync(path, file);
    const args = ['-r', path, '-T', 'fields', '-e', 'frame.len', '-e', 'frame.comment'];
    const { stdout, status } = spawnSync('tshark', args, { encoding: 'utf8' });
    rmSync(folder, { recursive: true });
    expect(status).toBe(0);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.split('\t')[0]),
    ).toEqual(['0', '1', '3']);
    expect(stdout).toContain('open 1 memory:');
  });
});
