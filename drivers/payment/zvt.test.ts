import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  type CardBehaviour,
  startTerminalZvt,
  type TerminalFault,
  type TerminalTransaction,
  terminalFrame,
} from '../../simulator/twins/terminal-zvt.ts';
import { type ManualClock, manualClock, settle } from '../clock-for-tests.ts';
import { conforms } from '../conformance.ts';
import type { ByteWire, DeviceNotes, PaymentTerminal } from '../contract.ts';
import { fromHex, toHex } from '../hex.ts';
import { mendedLine } from '../mended-for-tests.ts';
import { checkOptions } from '../options.ts';
import { pickBelow, seededRandom, testSeed } from '../random-for-tests.ts';
import { type Supervised, supervise } from '../supervise.ts';
import { memoryPair } from '../wire/memory.ts';
import { memoryRequestWire } from '../wire/request.ts';
import { zvt } from './zvt.ts';
import { apdu, bcd, type Framing, kermit, onWire, zvtDecoder } from './zvt-frames.ts';

const golden = (name: string): string => join(import.meta.dirname, 'golden', name);

conforms(zvt, golden('zvt.txt'), { messages: true });
conforms(zvt, golden('zvt-serial.txt'));

describe('bytes of a terminal', () => {
  test('the check value of the CRC is the published one', () => {
    expect(kermit(new TextEncoder().encode('123456789'))).toBe(0x2189);
  });

  test('a 10 in the amount is doubled on a serial line and bare on TCP', () => {
    const pay = apdu(0x0601, [0x04, ...bcd(1000, 6)]);
    expect(toHex(onWire('tcp', pay))).toBe('06 01 07 04 00 00 00 00 10 00');
    expect(toHex(onWire('serial', pay))).toBe('10 02 06 01 07 04 00 00 00 00 10 10 00 10 03 62 91');
  });

  test('a length of 255 and more takes three bytes, low first', () => {
    expect([...apdu(0x06d3, new Array(256).fill(0)).subarray(0, 5)]).toEqual([6, 0xd3, 255, 0, 1]);
  });

  test('APDUs arrive whole however TCP cuts them', () => {
    const bytes = fromHex('80 00 00 04 FF 01 0A 06 0F 00') ?? new Uint8Array();
    for (let cut = 0; cut <= bytes.length; cut++) {
      const decoder = zvtDecoder('tcp');
      const items = [...decoder.push(bytes.subarray(0, cut)), ...decoder.push(bytes.subarray(cut))];
      expect(items.map((item) => item.kind)).toEqual(['accepted', 'intermediate', 'completion']);
    }
  });

  test('no digit of a card number leaves the parser', () => {
    const pan = '6762001234567893';
    const text = [...new TextEncoder().encode(`PAN ${pan}`)];
    const status = [0x27, 0, 0x22, 0xf0, 0xf8, ...(fromHex(pan) ?? []), 0x3c, 0xf0, 0xf2, 0xf0];
    const said = zvtDecoder('tcp').push(
      Uint8Array.of(
        ...apdu(0x040f, [...status, ...text]),
        ...apdu(0x06d1, [0x40, ...text]),
        ...apdu(0x06d3, text),
      ),
    );
    expect(said).toEqual([
      { kind: 'status', result: '00', text: 'PAN ****' },
      { kind: 'print', text: 'PAN ****' },
      { kind: 'print', text: '' },
    ]);
  });

  test('a damaged serial frame hides no answer inside it', () => {
    const frame = onWire('serial', apdu(0x040f, [0x04, ...bcd(1500, 6), 0x27, 0x06]));
    const cut = Uint8Array.from(frame);
    cut[frame.length - 1] = (cut[frame.length - 1] ?? 0) ^ 1;
    expect(
      zvtDecoder('serial')
        .push(cut)
        .map((item) => item.kind),
    ).toEqual(['discarded']);
  });

  test('damaged frames are never another amount', () => {
    const random = seededRandom(testSeed('zvt fuzz'));
    const rounds = process.env.YIKE_DEEP === '1' ? 1_000_000 : 20_000;
    let decoder = zvtDecoder('serial');
    const wrong: string[] = [];
    // A frame that lost its last byte may be completed by the first of the next.
    let before = 0;
    const mended = mendedLine('zvt');
    for (let round = 0; round < rounds; round++) {
      const fen = pickBelow(random, 1_000_000);
      const whole = onWire('serial', apdu(0x040f, [0x27, 0, 0x04, ...bcd(fen, 6)]));
      const bytes = [...whole];
      const at = pickBelow(random, bytes.length);
      if (round % 3 === 0) bytes.splice(at, 1);
      else if (round % 3 === 1) bytes.splice(at, 0, pickBelow(random, 256));
      else bytes[at] = (bytes[at] ?? 0) ^ (1 + pickBelow(random, 255));
      for (const item of decoder.push(Uint8Array.from(bytes))) {
        const said = item.kind === 'status' ? item.amountFen : undefined;
        if (said !== undefined && said !== fen && said !== before) wrong.push(`${said} for ${fen}`);
      }
      before = fen;
      mended.after(round, () =>
        decoder.push(whole).some((item) => item.kind === 'status' && item.amountFen === fen),
      );
      if (round % 1000 === 0) decoder = zvtDecoder('serial');
    }
    mended.expectRead();
    expect(wrong).toEqual([]);
  });
});

/** A till, a cable and the simulator's terminal, whose journal outlives every cable. */
function bench(framing: Framing = 'tcp', notes?: DeviceNotes) {
  const clock: ManualClock = manualClock();
  const journal: TerminalTransaction[] = [];
  const heard: Uint8Array[] = [];
  const at = {
    behaviour: 'pays' as CardBehaviour,
    fault: undefined as TerminalFault | undefined,
    far: undefined as ByteWire | undefined,
  };
  let running: { close(): void } | undefined;
  const time = { ...clock, wallMs: clock.monoMs, wallQuality: () => 'trusted' as const };
  const checked = checkOptions(zvt, { framing });
  if (!checked.ok) throw new Error(checked.problem);
  const kept: Supervised<PaymentTerminal> = supervise({
    driver: zvt,
    address: 'memory:terminal',
    open: async () => {
      const [near, far] = memoryPair('memory:terminal');
      running?.close();
      at.far = far;
      far.onBytes((bytes) => void heard.push(bytes));
      const port = {
        onBytes: far.onBytes,
        write: (out: Uint8Array) => void far.write(out).catch(() => undefined),
      };
      const { behaviour, fault } = { behaviour: () => at.behaviour, fault: () => at.fault };
      running = startTerminalZvt(port, { clock: time, framing, behaviour, fault, journal });
      return near;
    },
    options: checked.value,
    ...(notes && { notes }),
    clock,
    log: { debug: () => undefined, warn: () => undefined },
    random: () => 0.5,
    onEvent: () => undefined,
    onStatus: () => undefined,
  });
  const soon = async <T>(going: Promise<T> | undefined, ms = 200_000): Promise<T> => {
    if (going === undefined) throw new Error('the terminal is not connected');
    let result: { value: T } | undefined;
    void going.then((value) => {
      result = { value };
    });
    for (let passed = 0; result === undefined && passed < ms; passed += 50) await clock.advance(50);
    if (result === undefined) throw new Error(`nothing within ${ms} ms`);
    return result.value;
  };
  const payments = (): number =>
    heard.filter((bytes) => toHex(bytes).includes('06 01 07 04')).length;
  const pay = (orderNo: string, amountFen: number) =>
    soon(kept.device()?.pay({ orderNo, amountFen, description: '一刻' }));
  const status = (orderNo: string) => soon(kept.device()?.status(orderNo));
  const reverse = (orderNo: string) => soon(kept.device()?.reverse(orderNo));
  return { clock, journal, heard, at, kept, soon, pay, status, reverse, payments };
}

function durableNotes(): DeviceNotes {
  const kept = new Map<string, string>();
  const set = (key: string, value: string): void => void kept.set(key, value);
  return { durable: true, get: (key) => kept.get(key), set };
}

async function connected(framing: Framing = 'tcp', notes?: DeviceNotes) {
  const all = bench(framing, notes);
  await all.clock.advance(1000);
  expect(all.kept.status().state).toBe('ok');
  return all;
}

describe.each(['tcp', 'serial'] as const)('a card payment over %s', (framing) => {
  test('is captured with receipt and trace, and found again', async () => {
    const { pay, status, kept, journal } = await connected(framing);
    const captured = { kind: 'captured', amountFen: 1010, providerRef: '0001/000101' };
    expect(await pay('C1', 1010)).toEqual(captured);
    expect(await status('C1')).toEqual(captured);
    expect(journal).toHaveLength(1);
    await kept.close();
  });

  test('is given back by its receipt, once', async () => {
    const { pay, status, reverse, kept, journal } = await connected(framing);
    await pay('C1', 1000);
    expect(await reverse('C1')).toEqual({ kind: 'reversed' });
    expect(await reverse('C1')).toEqual({ kind: 'reversed' });
    expect(await status('C1')).toEqual({ kind: 'reversed' });
    expect(journal).toMatchObject([{ amountFen: 1000, reversed: true }]);
    await kept.close();
  });
});

describe.each(['tcp', 'serial'] as const)('a card refund over %s', (framing) => {
  const asked = { refundNo: 'R1', orderNo: 'C1', amountFen: 1000, paidFen: 1500 };

  test('goes to the terminal as the golden bytes say, and once under its number', async () => {
    const { pay, soon, kept, journal, heard } = await connected(framing);
    await pay('C1', 1500);
    const refund = () => soon(kept.device()?.refund(asked));
    expect(await refund()).toEqual({ kind: 'refunded', providerRef: '0002/000102' });
    expect(await refund()).toEqual({ kind: 'refunded', providerRef: '0002/000102' });
    expect(journal.map(({ amountFen, refund }) => [amountFen, refund])).toEqual([
      [1500, undefined],
      [1000, true],
    ]);
    const line = golden('zvt.txt');
    const bytes =
      readFileSync(line, 'utf8')
        .match(/^tx (06 31[0-9A-F ]+) ;/m)?.[1]
        ?.trim() ?? '';
    const doubled = framing === 'serial' ? bytes.replace(' 10 00', ' 10 10 00') : bytes;
    expect(heard.some((one) => toHex(one).includes(doubled))).toBe(true);
    await kept.close();
  });

  test('nobody hears the end of is found by asking; a declined one is refused for good', async () => {
    const { pay, soon, kept, journal, at } = await connected(framing);
    await pay('C1', 1500);
    at.behaviour = 'paid-unheard';
    const refund = (refundNo: string) =>
      soon(kept.device()?.refund({ ...asked, refundNo }), 600_000);
    expect((await refund('R1')).kind).toBe('unknown');
    at.behaviour = 'pays';
    expect((await refund('R1')).kind).toBe('refunded');
    expect(journal).toHaveLength(2);
    at.behaviour = 'cancels';
    expect(await refund('R2')).toEqual({ kind: 'refused', reason: 'CANCELLED' });
    expect(await refund('R2')).toEqual({ kind: 'refused', reason: 'CANCELLED' });
    expect(journal).toHaveLength(2);
    await kept.close();
  });
});

describe('a card payment', () => {
  test.each([
    ['card-unreadable', 'CARD_NOT_READABLE'],
    ['cancels', 'CANCELLED'],
    ['walks-away', 'CANCELLED'],
  ] as const)('with a shopper who %s is declined in a word', async (behaviour, reason) => {
    const { at, pay, status, kept, journal } = await connected();
    at.behaviour = behaviour;
    expect(await pay('C1', 1000)).toEqual({ kind: 'declined', reason });
    expect(await status('C1')).toEqual({ kind: 'declined', reason });
    expect(journal).toEqual([]);
    await kept.close();
  });

  test('whose end nobody heard is found by the last receipt, and never sent again', async () => {
    const { at, pay, status, kept, payments } = await connected();
    at.behaviour = 'paid-unheard';
    expect(await pay('C1', 1000)).toEqual({ kind: 'unknown', reason: 'NO_REPLY' });
    expect(await status('C1')).toMatchObject({ kind: 'captured', amountFen: 1000 });
    expect(await pay('C1', 1000)).toMatchObject({ kind: 'captured', amountFen: 1000 });
    expect(payments()).toBe(1);
    await kept.close();
  });

  test('that was not charged is known by the receipt that did not change', async () => {
    const { at, pay, status, kept } = await connected();
    await pay('C1', 1000);
    at.behaviour = 'declined-unheard';
    expect(await pay('C2', 1000)).toEqual({ kind: 'unknown', reason: 'NO_REPLY' });
    expect(await status('C2')).toEqual({ kind: 'declined', reason: 'NOT_CHARGED' });
    await kept.close();
  });

  test('asked about twice at once and reversed in between stays reversed', async () => {
    const { at, clock, pay, soon, status, reverse, kept } = await connected();
    at.behaviour = 'declined-unheard';
    await pay('C1', 1000);
    const device = kept.device();
    const [first, second] = [device?.status('C1'), device?.status('C1')];
    let known: unknown;
    void first?.then((outcome) => {
      known = outcome;
    });
    for (let passed = 0; known === undefined && passed < 500; passed++) await clock.advance(1);
    expect(known).toEqual({ kind: 'declined', reason: 'NOT_CHARGED' });
    expect(await device?.reverse('C1')).toEqual({ kind: 'reversed' });
    await soon(second);
    expect(await status('C1')).toEqual({ kind: 'reversed' });
    expect(await reverse('C1')).toEqual({ kind: 'reversed' });
    await kept.close();
  });

  test('that was the first of all and not charged is known as well', async () => {
    const { at, pay, status, reverse, kept } = await connected();
    at.behaviour = 'declined-unheard';
    expect((await pay('C1', 1000)).kind).toBe('unknown');
    expect(await status('C1')).toEqual({ kind: 'declined', reason: 'NOT_CHARGED' });
    expect(await reverse('C1')).toEqual({ kind: 'reversed' });
    await kept.close();
  });

  test('cut off in the middle is settled over the next cable', async () => {
    const { at, clock, soon, status, kept, journal } = await connected();
    const paying = kept.device()?.pay({ orderNo: 'C1', amountFen: 1000, description: '' });
    for (let passed = 0; journal.length === 0 && passed < 2000; passed++) await clock.advance(1);
    await at.far?.close();
    expect(await soon(paying)).toEqual({ kind: 'unknown', reason: 'NO_REPLY' });
    await clock.advance(3000);
    expect(await status('C1')).toMatchObject({ kind: 'captured', amountFen: 1000 });
    await kept.close();
  });

  test.each([
    ['the very next receipt over a part of it is ours', 0, { kind: 'captured', amountFen: 500 }],
    ['a later one may be anybody’s', 1, { kind: 'unknown', reason: 'NOT_OUR_TRANSACTION' }],
  ] as const)('cut off with half of it charged: %s', async (_, others, found) => {
    const { at, clock, soon, pay, status, kept, journal } = await connected();
    await pay('C1', 300);
    at.behaviour = 'pays-half';
    const paying = kept.device()?.pay({ orderNo: 'C2', amountFen: 1000, description: '' });
    for (let passed = 0; journal.length === 1 && passed < 2000; passed++) await clock.advance(1);
    await at.far?.close();
    expect(await soon(paying)).toEqual({ kind: 'unknown', reason: 'NO_REPLY' });
    if (others > 0) journal.push({ receipt: 3, trace: 103, amountFen: 400, reversed: false });
    await clock.advance(3000);
    expect(await status('C2')).toMatchObject(found);
    await kept.close();
  });

  test('is stopped on the terminal when the shopper changes their mind', async () => {
    const { at, clock, soon, status, reverse, kept, journal } = await connected();
    at.behaviour = 'walks-away';
    const paying = kept.device()?.pay({ orderNo: 'C1', amountFen: 1000, description: '' });
    await clock.advance(200);
    expect(await status('C1')).toEqual({ kind: 'waiting', reason: 'ON_TERMINAL' });
    const other = kept.device()?.pay({ orderNo: 'C2', amountFen: 1, description: '' });
    expect(await soon(other)).toEqual({ kind: 'declined', reason: 'TERMINAL_BUSY' });
    const askedMs = clock.monoMs();
    expect(await reverse('C1')).toEqual({ kind: 'reversed' });
    expect(clock.monoMs() - askedMs).toBeLessThan(1000);
    expect(await soon(paying)).toEqual({ kind: 'declined', reason: 'CANCELLED' });
    expect(journal).toEqual([]);
    await kept.close();
  });

  test('waits for the one before it to be settled', async () => {
    const { at, pay, kept, payments } = await connected();
    at.behaviour = 'paid-unheard';
    await pay('C1', 1000);
    at.fault = 'busy';
    expect(await pay('C2', 500)).toEqual({ kind: 'declined', reason: 'EARLIER_UNRESOLVED' });
    expect(payments()).toBe(1);
    await kept.close();
  });

  test.each([
    ['64', 'CARD_NOT_READABLE'],
    ['65', 'CARD_NOT_READABLE'],
    ['66', 'CARD_NOT_READABLE'],
    ['6C', 'CANCELLED'],
    ['78', 'CARD_EXPIRED'],
    ['9C', 'TERMINAL_BUSY'],
    ['A0', 'TERMINAL_BUSY'],
    ['C5', 'NOT_SUPPORTED'],
    ['CC', 'TERMINAL_NO_PAPER'],
    ['05', 'TERMINAL_05'],
  ])('that ends with the code %s is declined as %s', async (code, reason) => {
    const { at, pay, kept, journal } = await connected();
    at.behaviour = `abort-${code}`;
    expect(await pay('C1', 1000)).toEqual({ kind: 'declined', reason });
    expect(journal).toEqual([]);
    await kept.close();
  });

  test('over another amount than asked is unknown, and then what it was', async () => {
    const { at, pay, status, reverse, kept } = await connected();
    at.behaviour = 'charges-less';
    expect(await pay('C1', 1000)).toEqual({ kind: 'unknown', reason: 'AMOUNT_MISMATCH' });
    expect(await status('C1')).toMatchObject({ kind: 'captured', amountFen: 999 });
    expect(await reverse('C1')).toEqual({ kind: 'reversed' });
    await kept.close();
  });

  test('that was said to be paid and then aborted is asked about', async () => {
    const { at, pay, status, kept } = await connected();
    at.behaviour = 'contradicts';
    expect(await pay('C1', 1000)).toEqual({ kind: 'unknown', reason: 'CONTRADICTION' });
    expect(await status('C1')).toMatchObject({ kind: 'captured', amountFen: 1000 });
    await kept.close();
  });

  test('unheard, with somebody else’s receipt after it, stays unknown', async () => {
    const { at, pay, status, reverse, kept, journal } = await connected();
    at.behaviour = 'declined-unheard';
    await pay('C1', 1000);
    journal.push({ receipt: 9, trace: 900, amountFen: 777, reversed: false });
    expect(await status('C1')).toEqual({ kind: 'unknown', reason: 'NOT_OUR_TRANSACTION' });
    expect(await reverse('C1')).toEqual({ kind: 'unknown', reason: 'NOT_OUR_TRANSACTION' });
    expect(await pay('C2', 500)).toEqual({ kind: 'declined', reason: 'EARLIER_UNRESOLVED' });
    expect(kept.device()?.unsettled?.()).toBe('C1');
    kept.device()?.letGo?.('C1');
    at.behaviour = 'pays';
    expect(await status('C1')).toEqual({ kind: 'declined', reason: 'SETTLED_BY_HAND' });
    expect(await pay('C3', 500)).toMatchObject({ kind: 'captured', amountFen: 500 });
    expect(kept.device()?.unsettled?.()).toBeUndefined();
    await kept.close();
  });

  test('is not begun on a terminal that could never say what became of it', async () => {
    const { at, pay, kept, payments } = await connected();
    at.fault = 'no-repeat';
    expect(await pay('C1', 1000)).toEqual({ kind: 'declined', reason: 'TERMINAL_NOT_READY' });
    expect(payments()).toBe(0);
    await kept.close();
  });

  test('that the terminal will not give back is refused for good, while busy only for now', async () => {
    const { at, pay, status, reverse, kept } = await connected();
    await pay('C1', 1000);
    at.fault = 'not-reversible';
    const refused = { kind: 'refused', reason: 'TERMINAL_B5', retry: false };
    expect(await reverse('C1')).toEqual(refused);
    at.fault = 'busy';
    expect(await reverse('C1')).toEqual({ kind: 'refused', reason: 'TERMINAL_BUSY', retry: true });
    at.fault = 'silence';
    expect(await reverse('C1')).toEqual({ kind: 'unknown', reason: 'NO_REPLY' });
    expect(await status('C1')).toMatchObject({ kind: 'captured' });
    await kept.close();
  });

  test('cancelled before it reached the terminal never does', async () => {
    const { soon, kept, payments, journal } = await connected();
    const device = kept.device();
    const paying = device?.pay({ orderNo: 'C1', amountFen: 1000, description: '' });
    const reversing = device?.reverse('C1');
    expect(await soon(paying)).toEqual({ kind: 'declined', reason: 'CANCELLED' });
    expect(await soon(reversing)).toEqual({ kind: 'reversed' });
    expect(payments()).toBe(0);
    expect(journal).toEqual([]);
    await kept.close();
  });

  test('remembered by the store outlives the controller; one never sent is known as such', async () => {
    const notes = durableNotes();
    const before = await connected('tcp', notes);
    before.at.behaviour = 'paid-unheard';
    await before.pay('C1', 1000);
    await before.kept.close();
    const after = bench('tcp', notes);
    after.journal.push(...before.journal);
    await after.clock.advance(1000);
    expect(await after.status('C1')).toMatchObject({ kind: 'captured', amountFen: 1000 });
    expect(await after.status('C2')).toEqual({ kind: 'not-found' });
    expect(await after.reverse('C2')).toEqual({ kind: 'reversed' });
    expect(await after.pay('C2', 500)).toEqual({ kind: 'declined', reason: 'REVERSED' });
    expect(after.payments()).toBe(0);
    await after.kept.close();
  });

  test('of no amount is never sent', async () => {
    const { pay, kept, payments } = await connected();
    expect(await pay('C1', 0)).toEqual({ kind: 'declined', reason: 'AMOUNT_INVALID' });
    expect(payments()).toBe(0);
    await kept.close();
  });

  test('that nobody here remembers is neither paid nor unpaid', async () => {
    const { status, reverse, kept } = await connected();
    expect(await status('X9')).toEqual({ kind: 'unknown', reason: 'ORDER_NOT_KEPT' });
    expect(await reverse('X9')).toMatchObject({ kind: 'refused', retry: false });
    await kept.close();
  });
});

describe('the terminal', () => {
  test.each([
    ['wrong-password', 'AUTH_REFUSED'],
    ['busy', 'NO_REPLY'],
    ['silence', 'NO_REPLY'],
    ['wrong-check', 'WRONG_DEVICE'],
  ] as const)('with the fault %s is not connected, for that reason', async (fault, reason) => {
    const { at, clock, kept } = bench('serial');
    at.fault = fault;
    await clock.advance(5500);
    expect(kept.status()).toMatchObject({ reason });
    at.fault = undefined;
    await clock.advance(40_000);
    expect(kept.status().state).toBe('ok');
    await kept.close();
  });

  test('gone mute while idle is noticed within a minute', async () => {
    const { at, clock, kept } = await connected();
    at.fault = 'silence';
    await clock.advance(60_000);
    expect(kept.status().state).toBe('offline');
    await kept.close();
  });

  test('hears every one of its commands answered, the unknown ones too', async () => {
    const { at, heard, kept } = await connected();
    heard.length = 0;
    await at.far?.write(Uint8Array.of(0x06, 0x77, 0x00, 0x06, 0xd1, 0x01, 0x40));
    await settle();
    expect(heard.map(toHex)).toEqual(['84 83 00', '80 00 00']);
    await kept.close();
  });

  test('that took a damaged question hears it again, but a payment never', async () => {
    const { at, clock, soon, heard, kept } = await connected('serial');
    const nak = Uint8Array.of(0x15);
    const paid = () => heard.filter((bytes) => toHex(bytes).startsWith('10 02 06 01'));
    // Mute from the payment on: not even the link says that it came.
    const get = (): TerminalFault | undefined => (paid().length > 0 ? 'silence' : undefined);
    Object.defineProperty(at, 'fault', { get });
    heard.length = 0;
    const paying = kept.device()?.pay({ orderNo: 'C1', amountFen: 1500, description: '' });
    for (let passed = 0; paid().length === 0 && passed < 2000; passed++) await clock.advance(1);
    const before = heard.length;
    await at.far?.write(nak);
    await clock.advance(10);
    expect(heard).toHaveLength(before);
    expect(paid()).toHaveLength(1);
    await soon(paying);
    Object.defineProperty(at, 'fault', { get: () => 'silence' });
    heard.length = 0;
    const asking = kept.device()?.status('C1');
    await clock.advance(10);
    await at.far?.write(nak);
    await clock.advance(10);
    const asked = toHex(terminalFrame('serial', [0x06, 0x20, 0x03, 0, 0, 0]));
    expect(heard.map(toHex)).toEqual([asked, asked]);
    await soon(asking);
    await kept.close();
  });

  test('cannot be reached over HTTP', async () => {
    const clock = manualClock();
    const wire = memoryRequestWire(
      () => ({ status: 200, headers: {}, body: new Uint8Array() }),
      clock,
    );
    const nothing = (): void => undefined;
    const { signal } = new AbortController();
    const log = { debug: nothing, warn: nothing };
    const context = { clock, log, signal, connection: 1 };
    const calls = { alive: nothing, emit: nothing, warn: nothing, count: nothing };
    const connecting = zvt.connect(wire, {}, { ...context, ...calls });
    await expect(connecting).rejects.toMatchObject({ code: 'WRONG_WIRE', retry: false });
  });
});

const BEHAVIOURS: CardBehaviour[] = [
  'pays',
  'pays',
  'card-unreadable',
  'cancels',
  'walks-away',
  'paid-unheard',
  'declined-unheard',
];
const FAULTS: (TerminalFault | undefined)[] = [undefined, undefined, undefined, 'busy', 'silence'];

test.each(['tcp', 'serial'] as const)(
  'a thousand steps over %s: whoever is told they paid has paid, and nobody pays twice',
  async (framing) => {
    const random = seededRandom(testSeed(`zvt ${framing} steps`));
    const { at, clock, kept, journal, payments } = bench(framing);
    const begun: { orderNo: string; amountFen: number }[] = [];
    const told: string[] = [];
    const hear = (orderNo: string, amountFen: number, outcome: { kind: string }): void => {
      // Every payment here has its own amount, so the journal says whose it is.
      const booked = journal.filter((each) => each.amountFen === amountFen);
      if (booked.length > 1) told.push(`${orderNo} was charged twice`);
      const [one] = booked;
      if (outcome.kind === 'captured' && (!one || one.reversed)) told.push(`${orderNo} paid not`);
      if (outcome.kind === 'declined' && one && !one.reversed) told.push(`${orderNo} did pay`);
      if (outcome.kind === 'reversed' && one && !one.reversed) told.push(`${orderNo} not back`);
    };
    for (let step = 0; step < 1000; step++) {
      at.behaviour = BEHAVIOURS[pickBelow(random, BEHAVIOURS.length)] ?? 'pays';
      if (step % 5 === 0) at.fault = FAULTS[pickBelow(random, FAULTS.length)];
      const device = kept.device();
      const old = begun[begun.length - 1 - pickBelow(random, 3)];
      const dice = pickBelow(random, 10);
      if (dice < 5) {
        const next = { orderNo: `C${step}`, amountFen: 1000 + step };
        begun.push(next);
        void device
          ?.pay({ ...next, description: '' })
          .then((outcome) => hear(next.orderNo, next.amountFen, outcome));
      } else if (old && dice < 8) {
        void device?.status(old.orderNo).then((said) => hear(old.orderNo, old.amountFen, said));
      } else if (old && dice === 8) {
        void device?.reverse(old.orderNo).then((said) => hear(old.orderNo, old.amountFen, said));
      } else if (pickBelow(random, 5) === 0) await at.far?.close();
      await clock.advance(pickBelow(random, 3) === 0 ? 70_000 : 20 + pickBelow(random, 900));
    }
    expect(told).toEqual([]);
    expect(journal.length).toBeGreaterThan(10);
    expect(payments()).toBeGreaterThan(20);
    at.fault = undefined;
    at.behaviour = 'pays';
    await clock.advance(300_000);
    expect(kept.status().state).toBe('ok');
    await kept.close();
  },
);
