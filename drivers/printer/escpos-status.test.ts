import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { settle } from '../clock-for-tests.ts';
import { conforms } from '../conformance.ts';
import type { PrintOutcome, ReasonCode } from '../contract.ts';
import { escpos } from './escpos.ts';
import { connected, inTime, JOB, pass } from './printer-for-tests.ts';
import { PROFILES, type Question } from './profiles.ts';

// An answer is one byte and belongs to the question before it: answers are no stream.
conforms(escpos, fileURLToPath(new URL('./golden/escpos.txt', import.meta.url)), {
  messages: true,
});

// ---- bytes --------------------------------------------------------------------------------------

test('a byte of no status is noise, and a cut push does not swallow the answer behind it', () => {
  const decoder = escpos.decoder({});
  expect(decoder.push(Uint8Array.of(0x95, 0xff, 0x12))).toEqual([
    { kind: 'discarded', hex: '95 FF' },
    { kind: 'status', hex: '12' },
  ]);
  expect(decoder.push(Uint8Array.of(0x18, 0x00, 0x12))).toEqual([
    { kind: 'discarded', hex: '18' },
    { kind: 'paper-sensor', hex: '00', paper: 'ok' },
    { kind: 'status', hex: '12' },
  ]);
  expect([...decoder.push(Uint8Array.of(0x10)), ...decoder.end()]).toEqual([
    { kind: 'discarded', hex: '10' },
  ]);
});

test('of all 256 bytes only those with the fixed bits are understood, to every question', () => {
  for (let byte = 0; byte < 256; byte++) {
    const standard = (byte & 0x93) === 0x12;
    for (const question of [1, 2, 3, 4] as const) {
      expect(PROFILES.standard.read(question, byte) !== undefined).toBe(standard);
    }
  }
});

// ---- status -------------------------------------------------------------------------------------

type Answers = Partial<Record<Question, number>>;
const STATES: [string, Answers, object, ReasonCode | undefined, PrintOutcome | 'printed'][] = [
  ['ready', {}, { paper: 'ok', cover: 'closed', online: true }, undefined, 'printed'],
  ['low on paper', { 4: 0x1e }, { paper: 'low', online: true }, 'PAPER_LOW', 'printed'],
  [
    'out of paper',
    { 1: 0x1a, 2: 0x32, 4: 0x72 },
    { paper: 'out', online: false },
    'PAPER_OUT',
    { ok: false, reason: 'paper-out', sent: false },
  ],
  [
    'stopped by paper end while the sensor says otherwise',
    { 2: 0x32 },
    { paper: 'out' },
    'PAPER_OUT',
    { ok: false, reason: 'paper-out', sent: false },
  ],
  [
    'with the cover open',
    { 1: 0x1a, 2: 0x16 },
    { cover: 'open', online: false },
    'COVER_OPEN',
    { ok: false, reason: 'cover-open', sent: false },
  ],
  [
    'with a jammed cutter',
    { 1: 0x1a, 2: 0x52, 3: 0x1a },
    { error: 'cutter' },
    'PRINTER_ERROR',
    { ok: false, reason: 'error', sent: false },
  ],
  [
    'too hot',
    { 2: 0x52, 3: 0x52 },
    { error: 'temperature' },
    'PRINTER_ERROR',
    { ok: false, reason: 'error', sent: false },
  ],
  [
    'with an error it cannot explain',
    { 2: 0x52, 3: 0x12 },
    { error: 'unrecoverable' },
    'PRINTER_ERROR',
    { ok: false, reason: 'error', sent: false },
  ],
  [
    'off-line for no reason it tells',
    { 1: 0x1a },
    { online: false, cover: 'closed' },
    'PRINTER_ERROR',
    { ok: false, reason: 'offline', sent: false },
  ],
  [
    'answering in a way nobody knows',
    { 4: 0xff },
    { paper: 'unknown', cover: 'closed' },
    'STATUS_UNKNOWN',
    { ok: false, reason: 'error', sent: false },
  ],
];

test.each(STATES)(
  'a printer %s says so, and prints only if it can',
  async (_, answers, status, reason, outcome) => {
    const bench = await connected((printer) => Object.assign(printer.answers, answers));
    const { device, clock, printer, warnings, events } = bench;
    expect(await inTime(clock, device.status())).toMatchObject(status);
    expect(warnings).toEqual([reason]);
    expect(events).toHaveLength(1);
    const printed = await inTime(clock, device.print(JOB));
    expect(printed).toEqual(outcome === 'printed' ? { ok: true } : outcome);
    expect(printer.paper.length > 0).toBe(outcome === 'printed');
  },
);

test('a change is told once, within two seconds, and taken back when it is mended', async () => {
  const { printer, clock, events, warnings } = await connected();
  await pass(clock, 10_000);
  expect(events).toHaveLength(1);
  printer.answers[2] = 0x16;
  await pass(clock, 2100);
  printer.answers[2] = 0x12;
  await pass(clock, 6000);
  expect(warnings).toEqual([undefined, 'COVER_OPEN', undefined]);
  expect(events).toHaveLength(3);
});

test('a printer that pushes its status is heard at once', async () => {
  const { printer, clock, warnings } = await connected();
  printer.say(0x18, 0x00, 0x0c, 0x00);
  await settle();
  expect(warnings).toEqual([undefined, 'PAPER_OUT']);
  await pass(clock, 2100);
  expect(warnings).toEqual([undefined, 'PAPER_OUT', undefined]);
});

test('a late answer is not taken for the answer to the next question', async () => {
  const { device, printer, clock } = await connected();
  printer.answers[1] = undefined;
  const asked = device.status();
  expect(await inTime(clock, asked)).toMatchObject({ online: false, paper: 'unknown' });
  // The silent answer to question 1 comes now, off-line bit set, before the next is asked.
  printer.say(0x1a);
  printer.answers[1] = 0x12;
  const next = device.status();
  printer.say(0x1a);
  expect(await inTime(clock, next)).toMatchObject({ online: true, paper: 'ok', cover: 'closed' });
});

test('the Hwasung profile reads its own bits, and asks what that printer knows', async () => {
  const bench = await connected(
    (printer) => {
      printer.answers[2] = 0x08;
    },
    { profile: 'hmk-830' },
  );
  expect(bench.events[0]).toMatchObject({ paper: 'low', cover: 'closed', online: true });
  expect(await inTime(bench.clock, bench.device.print(JOB))).toEqual({ ok: true });
  for (const [byte, status] of [
    [0x01, { paper: 'out' }],
    [0x02, { cover: 'open' }],
    [0x04, { error: 'mechanical' }],
    [0x10, { paper: 'ok', cover: 'closed' }],
    [0x20, { error: 'cutter' }],
  ] as const) {
    bench.printer.answers[2] = byte;
    expect(await inTime(bench.clock, bench.device.status())).toMatchObject(status);
  }
  expect(new Set(bench.printer.questions)).toEqual(new Set([1, 2]));
});
