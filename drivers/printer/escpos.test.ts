import { expect, test } from 'vitest';
import { settle } from '../clock-for-tests.ts';
import type { PrintJob } from '../contract.ts';
import { connected, inTime, JOB, pass } from './printer-for-tests.ts';

// ---- printing -----------------------------------------------------------------------------------

test('a job is printed when the printer said so, and its paper is counted', async () => {
  const { device, printer, clock, counts } = await connected();
  printer.questions.length = 0;
  expect(await inTime(clock, device.print(JOB))).toEqual({ ok: true });
  expect(printer.questions).toEqual([1, 2, 4, 1, 2, 4]);
  expect(Buffer.from(printer.paper).toString('hex')).toMatch(/^1b401c26.*1d564200$/);
  expect(counts).toMatchObject({
    ReceiptLinePrintedCount: 1,
    BarcodePrintedCount: 1,
    PaperCutCount: 1,
  });
});

test('is found by the paper that it feeds, and says where it cannot', async () => {
  const { device, printer, clock } = await connected();
  expect(await inTime(clock, device.locate?.() ?? Promise.reject())).toEqual({ ok: true });
  expect(Buffer.from(printer.paper).toString('hex')).toContain('1b6404');
  Object.assign(printer.answers, { 1: 0x1a, 2: 0x32, 4: 0x72 });
  const without = await inTime(clock, device.locate?.() ?? Promise.reject());
  expect(without).toEqual({ ok: false, reason: 'paper-out' });
});

test('two jobs at once are printed one after the other', async () => {
  const { device, printer, clock } = await connected();
  const both = Promise.all([device.print(JOB), device.print({ ...JOB, copy: true })]);
  expect(await inTime(clock, both)).toEqual([{ ok: true }, { ok: true }]);
  const hex = Buffer.from(printer.paper).toString('hex');
  expect(hex.split('1b401c26')).toHaveLength(1 + 2);
  expect(hex.endsWith('1d564200')).toBe(true);
});

test('paper that runs out in the middle of a job is not a printed job', async () => {
  const { device, printer, clock } = await connected();
  printer.onPaper = () => {
    printer.sensor = undefined;
    Object.assign(printer.answers, { 1: 0x1a, 2: 0x32, 4: 0x72 });
  };
  const outcome = await inTime(clock, device.print(JOB));
  expect(outcome).toEqual({ ok: false, reason: 'paper-out', sent: true });
});

test('a printer that takes everything and then says nothing has not printed for certain', async () => {
  const { device, printer, clock } = await connected();
  printer.onPaper = () => {
    printer.sensor = undefined;
    printer.answers = { 1: undefined, 2: undefined, 3: undefined, 4: undefined };
  };
  const outcome = await inTime(clock, device.print(JOB));
  expect(outcome).toEqual({ ok: false, reason: 'no-answer', sent: true });
});

test('a slow printer is waited for while it says it is well', async () => {
  const { device, printer, clock } = await connected();
  printer.sensor = undefined;
  const printing = device.print(JOB);
  await pass(clock, 9000);
  printer.say(0x00);
  expect(await inTime(clock, printing)).toEqual({ ok: true });
});

test('a printer that never answers in turn is given up after its time', async () => {
  const { device, printer, clock } = await connected(() => {}, { printTimeoutMs: 4000 });
  printer.sensor = undefined;
  const outcome = await inTime(clock, device.print(JOB));
  expect(outcome).toEqual({ ok: false, reason: 'no-answer', sent: true });
});

test('the answer owed to a job that was stopped does not confirm the next one', async () => {
  const { device, printer, clock } = await connected(() => {}, { printTimeoutMs: 4000 });
  const well = { ...printer.answers };
  printer.sensor = undefined;
  printer.onPaper = () => void Object.assign(printer.answers, { 2: 0x32, 4: 0x72 });
  const stopped = await inTime(clock, device.print(JOB));
  expect(stopped).toEqual({ ok: false, reason: 'paper-out', sent: true });
  Object.assign(printer.answers, well);
  const next = device.print(JOB);
  await pass(clock, 1000);
  printer.say(0x00);
  expect(await inTime(clock, next)).toEqual({ ok: false, reason: 'no-answer', sent: true });
  printer.sensor = 0x00;
  expect(await inTime(clock, device.print(JOB))).toEqual({ ok: true });
});

test('where the model knows no answer in turn, status alone confirms', async () => {
  const { device, printer, clock } = await connected(() => {}, { confirm: 'status' });
  printer.sensor = undefined;
  expect(await inTime(clock, device.print(JOB))).toEqual({ ok: true });
});

test('a pulled cable before the job sends nothing; in the middle of it, something', async () => {
  const before = await connected();
  await before.far.close();
  await settle();
  const nothing = await inTime(before.clock, before.device.print(JOB));
  expect(nothing).toEqual({ ok: false, reason: 'no-answer', sent: false });

  const during = await connected();
  during.printer.onPaper = () => void during.far.close();
  const long: PrintJob = { jobId: 'long', lines: Array(60).fill({ text: '一二三四五六七八' }) };
  const part = await inTime(during.clock, during.device.print(long));
  expect(part).toEqual({ ok: false, reason: 'no-answer', sent: true });
});

// ---- coming and going ---------------------------------------------------------------------------

test('silence on the line is NO_REPLY, a scale on the line is the WRONG_DEVICE', async () => {
  const nobody = connected((printer) => {
    printer.answers[1] = undefined;
  });
  await expect(nobody).rejects.toMatchObject({ code: 'NO_REPLY', retry: true });
  const scale = connected((printer) => {
    printer.answers[1] = 0x06;
  });
  await expect(scale).rejects.toMatchObject({ code: 'WRONG_DEVICE' });
});

test('a printer that is switched on late is found at the second question', async () => {
  const { printer, warnings } = await connected((one) => {
    const answer = () => (one.questions.length > 1 ? 0x12 : undefined);
    Object.defineProperty(one.answers, 1, { get: answer });
  });
  expect(printer.questions).toEqual([1, 1, 1, 2, 4]);
  expect(warnings).toEqual([undefined]);
});

test('closing leaves no timer, ends what waits, and prints nothing afterwards', async () => {
  const { device, printer, clock, letGo } = await connected();
  printer.sensor = undefined;
  const waiting = device.print(JOB);
  await pass(clock, 1500);
  await device.close();
  letGo.abort();
  expect(await inTime(clock, waiting)).toEqual({ ok: false, reason: 'no-answer', sent: true });
  printer.paper.length = 0;
  const refused = await inTime(clock, device.print(JOB));
  expect(refused).toEqual({ ok: false, reason: 'no-answer', sent: false });
  expect(printer.paper).toEqual([]);
  expect(clock.timers()).toBe(0);
});
