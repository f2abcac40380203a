import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LabelRecord } from '../../edge/core/events.ts';
import { labelLines } from '../../edge/counter/label-paper.ts';
import type { PrintedLabel } from '../../simulator/twins/label.ts';
import { type LabelFault, startPrinterTspl } from '../../simulator/twins/printer-tspl.ts';
import { type ManualClock, manualClock } from '../clock-for-tests.ts';
import { conforms, type Twin } from '../conformance.ts';
import type { ByteWire, DeviceEvent, PrinterStatus, PrintJob, PrintLine } from '../contract.ts';
import { parseGolden } from '../golden.ts';
import { toHex } from '../hex.ts';
import { pickBelow } from '../random-for-tests.ts';
import { supervise } from '../supervise.ts';
import { memoryPair } from '../wire/memory.ts';
import { inTime } from './printer-for-tests.ts';
import { tspl } from './tspl.ts';
import type { LabelPaper } from './tspl-codes.ts';
import { renderLabels } from './tspl-render.ts';

const GOLDEN = new URL('./golden/tspl.txt', import.meta.url).pathname;
const LABEL: LabelPaper = { widthMm: 60, heightMm: 50, gapMm: 2, dotsPerMm: 8, cutter: false };
const seed = Number(process.env.SEED ?? 20261128);

const FAULTS: (LabelFault | undefined)[] = [
  'cover-open',
  'paper-out',
  'silence',
  'odd-status',
  'paused',
  'jam',
  'ribbon-out',
  undefined,
  undefined,
];

function twinOn(
  far: ByteWire,
  clock: ManualClock,
  fault: () => LabelFault | undefined,
  dotsPerMm = 8,
) {
  const port = {
    onBytes: far.onBytes,
    write: (bytes: Uint8Array) => void far.write(bytes).catch(() => undefined),
  };
  const labels: PrintedLabel[] = [];
  const time = { ...clock, wallMs: clock.monoMs, wallQuality: () => 'trusted' as const };
  const onLabel = (label: PrintedLabel) => void labels.push(label);
  return { twin: startPrinterTspl(port, { clock: time, fault, onLabel, dotsPerMm }), labels };
}

/** What the status must say while the printer has a fault. */
const TRUE_OF: Record<string, (status: PrinterStatus) => boolean> = {
  'cover-open': ({ cover, online }) => cover === 'open' && !online,
  'paper-out': ({ paper, online }) => paper === 'out' && !online,
  paused: ({ online, paper }) => !online && paper === 'ok',
  jam: ({ error }) => error === 'mechanical',
  'ribbon-out': ({ error }) => error === 'mechanical',
  'odd-status': ({ online, paper, cover }) => !online && paper === 'unknown' && cover === 'unknown',
  well: ({ online, paper, cover, error }) =>
    online && paper === 'ok' && cover === 'closed' && error === undefined,
};

function livingTwin(clock: ManualClock): Twin {
  let fault: LabelFault | undefined;
  let lately: { fault: string; untilMs: number }[] = [];
  let running: { close(): void } | undefined;
  return {
    plug(far) {
      running?.close();
      running = twinOn(far, clock, () => fault).twin;
    },
    step(random) {
      lately = [...lately, { fault: fault ?? 'well', untilMs: clock.monoMs() }].slice(-12);
      fault = FAULTS[pickBelow(random, FAULTS.length)];
    },
    wrong(event: DeviceEvent) {
      if (event.kind !== 'printer-status') return 'no printer event';
      const recent = lately.filter((old) => clock.monoMs() - old.untilMs <= 200);
      const causes = [fault ?? 'well', ...recent.map((old) => old.fault)];
      if (causes.some((cause) => TRUE_OF[cause]?.(event))) return undefined;
      return `${JSON.stringify(event)} while ${causes.join()}`;
    },
    heal() {
      fault = undefined;
    },
    close: () => running?.close(),
  };
}

conforms(tspl, GOLDEN, { twin: livingTwin });

// ---- documents ----------------------------------------------------------------------------------

const golden = parseGolden(readFileSync(GOLDEN, 'utf8'));
const documents = golden.lines.filter((line) => line.meaning[0]?.lines !== undefined);

test.each(documents.map((line) => [JSON.stringify(line.meaning[0]), line] as const))(
  'document %s becomes its golden bytes',
  (_, { bytes, meaning }) => {
    const job = { jobId: 'job', ...meaning[0] } as PrintJob;
    expect(toHex(renderLabels(job, LABEL))).toBe(toHex(bytes));
  },
);

async function bench(options: Partial<LabelPaper> = {}) {
  const clock = manualClock();
  const [near, far] = memoryPair();
  let fault: LabelFault | undefined;
  const { twin, labels } = twinOn(far, clock, () => fault, options.dotsPerMm);
  const events: DeviceEvent[] = [];
  const counts: Record<string, number> = {};
  const letGo = new AbortController();
  const context = {
    clock,
    log: { debug: () => {}, warn: () => {} },
    signal: letGo.signal,
    connection: 1,
    alive: () => {},
    emit: (event: DeviceEvent) => void events.push(event),
    warn: () => {},
    count: (name: string, by = 1) => {
      counts[name] = (counts[name] ?? 0) + by;
    },
  };
  const device = await inTime(clock, tspl.connect(near, options, context));
  const setFault = (next?: LabelFault): void => {
    fault = next;
    twin.faultChanged();
  };
  const print = (lines: PrintLine[], copy = false) =>
    inTime(clock, device.print({ jobId: 'j', lines, copy }));
  return { clock, device, print, twin, labels, setFault, counts, events, letGo, far };
}

const weighed: LabelRecord = JSON.parse(
  JSON.stringify({
    name: { zh: '五常大米（特级）', en: 'Wuchang rice, first grade' },
    weighing: { netGrams: 1234, tareGrams: 15, unitPriceFen: 1990, priceBasis: '500g' },
    amountFen: 4911,
    ean13: '2100041049117',
    elementString: '01020041310000013103001234392249112110000041',
    plu: '41',
    labelNumber: 'A-0007',
  }),
);

describe('the price label of a counter', () => {
  const lines = labelLines(weighed, '2026-11-28 09:30');

  test('stands whole on one label, its codes beside each other', async () => {
    const { print, labels, twin, counts } = await bench();
    expect(await print(lines)).toEqual({ ok: true });
    expect(twin.unknown()).toEqual([]);
    expect(labels).toHaveLength(1);
    expect(labels[0]).toMatchObject({
      outside: [],
      codes: [weighed.ean13, weighed.elementString],
      widthMm: 60,
      heightMm: 60,
    });
    const text = labels[0]?.lines.join('\n');
    for (const word of ['五常大米（特级）', '1.234 千克', '19.90 元/500克', '￥49.11', 'A-0007'])
      expect(text).toContain(word);
    expect(counts).toMatchObject({ BarcodePrintedCount: 2, PaperCutCount: 1 });
    expect(counts.M_UnseenPrintCount).toBeUndefined();
  });

  test.each<Partial<LabelPaper>>([
    { widthMm: 40, heightMm: 30 },
    { widthMm: 60, heightMm: 40 },
    { widthMm: 58, gapMm: 0 },
    { widthMm: 30, heightMm: 20 },
    { widthMm: 100, heightMm: 100, dotsPerMm: 12 },
  ])('on a label of %j nothing is drawn over an edge and nothing is lost', async (size) => {
    const { print, labels } = await bench({ ...size });
    expect(await print(lines, true)).toEqual({ ok: true });
    expect(labels.flatMap((label) => label.outside)).toEqual([]);
    const all = labels
      .flatMap((label) => label.lines)
      .join('')
      .replaceAll(/\s/g, '');
    for (const word of [
      'COPY',
      '五常大米（特级）',
      '19.90元/500克',
      weighed.ean13,
      weighed.elementString,
    ])
      expect(all).toContain(word);
  });
});

test('however hostile a text, it is print on the label and no command', async () => {
  const { print, labels, twin } = await bench({ gapMm: 0 });
  const nasty = [
    '"',
    '\\[R]',
    '\\["]',
    '~!T',
    '\u001b!?',
    '\r\nCUT\r\n',
    '",1',
    '𠮷',
    '‮',
    '誠[R]',
    'x"',
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...nasty, '苹果', 'a '), { maxLength: 8 }),
      async (parts) => {
        const text = `好${parts.join('')}`;
        labels.length = 0;
        expect(await print([{ text }, { qr: text }, { ean13: text }, { text: '完' }])).toEqual({
          ok: true,
        });
        expect(twin.unknown()).toEqual([]);
        expect(labels).toHaveLength(1);
        expect(labels[0]?.lines.at(-1)).toBe('完');
      },
    ),
    { seed, numRuns: 60 },
  );
});

test('an address keeps its meaning in a QR, whatever stands in it', async () => {
  const { print, labels } = await bench();
  await print([{ qr: 'https://e.cn/~a?q="x"\\' }]);
  expect(labels[0]?.codes).toEqual(['https://e.cn/%7Ea?q=%22x%22%5C']);
});

// ---- printing -----------------------------------------------------------------------------------

test.each([
  ['paper-out', 'paper-out'],
  ['cover-open', 'cover-open'],
  ['paused', 'offline'],
  ['jam', 'error'],
  ['ribbon-out', 'error'],
  ['odd-status', 'error'],
  ['silence', 'no-answer'],
] as const)('with %s nothing is sent, and the reason is %s', async (fault, reason) => {
  const { print, labels, setFault, clock } = await bench();
  setFault(fault);
  expect(await print([{ text: '合计' }])).toEqual({ ok: false, reason, sent: false });
  setFault();
  await clock.advance(3000);
  expect(labels).toEqual([]);
});

test('paper that ends between two labels is no printed job', async () => {
  const { device, clock, labels, setFault } = await bench();
  const lines = Array.from({ length: 40 }, (_, at) => ({ text: `行 ${at}` }));
  const going = device.print({ jobId: 'j', lines });
  for (let passed = 0; labels.length === 0 && passed < 5000; passed += 50) await clock.advance(50);
  setFault('paper-out');
  expect(await inTime(clock, going)).toEqual({ ok: false, reason: 'paper-out', sent: true });
  expect(labels.length).toBeLessThan(4);
});

test('it beeps its golden beep where it stands, out of paper too, and prints nothing', async () => {
  const { clock, device, twin, labels, setFault, letGo } = await bench();
  setFault('paper-out');
  expect(await inTime(clock, device.locate?.() ?? Promise.reject())).toEqual({ ok: true });
  expect([twin.beeps(), twin.unknown(), labels]).toEqual([3, [], []]);
  setFault('silence');
  const unheard = await inTime(clock, device.locate?.() ?? Promise.reject());
  expect(unheard).toEqual({ ok: false, reason: 'NO_REPLY' });
  letGo.abort();
});

test('a cutter cuts at a cut only, and only where it is fitted', () => {
  const job: PrintJob = { jobId: 'j', lines: [{ text: 'a' }, { text: 'b' }, { cut: true }] };
  const text = (cutter: boolean) =>
    Buffer.from(renderLabels(job, { ...LABEL, cutter })).toString('latin1');
  expect(text(false)).not.toContain('CUT');
  expect(text(true)).toMatch(/PRINT 1,1\r\nCUT\r\n$/);
});

test('a printer that never says it prints is waited for, and counted', async () => {
  const clock = manualClock();
  const [near, far] = memoryPair();
  far.onBytes((bytes) => {
    if (toHex(bytes) === '1B 21 3F') void far.write(Uint8Array.of(0));
  });
  const counts: string[] = [];
  const nothing = (): void => undefined;
  const context = {
    clock,
    log: { debug: nothing, warn: nothing },
    signal: new AbortController().signal,
    connection: 1,
    alive: nothing,
    emit: nothing,
    warn: nothing,
    count: (name: string) => void counts.push(name),
  };
  const device = await inTime(clock, tspl.connect(near, {}, context));
  const startMs = clock.monoMs();
  expect(await inTime(clock, device.print({ jobId: 'j', lines: [{ text: 'a' }] }))).toEqual({
    ok: true,
  });
  expect(clock.monoMs() - startMs).toBeGreaterThanOrEqual(2000);
  expect(counts).toContain('M_UnseenPrintCount');
});

test('what answers with another byte is the WRONG_DEVICE, over HTTP the WRONG_WIRE', async () => {
  const clock = manualClock();
  const [near, far] = memoryPair();
  far.onBytes(() => void far.write(Uint8Array.of(0x12)));
  const states: string[] = [];
  const kept = supervise({
    driver: tspl,
    address: 'memory:x',
    open: async () => near,
    options: {},
    clock,
    log: { debug: () => undefined, warn: () => undefined },
    random: () => 0.5,
    onEvent: () => undefined,
    onStatus: ({ reason }) => void states.push(reason ?? ''),
  });
  await clock.advance(100);
  expect(states).toContain('WRONG_DEVICE');
  await kept.close();
});
