import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { conforms } from '../conformance.ts';
import { toHex } from '../hex.ts';
import { bench, connected, durableNotes } from './zvt.fixture.ts';
import { zvt } from './zvt.ts';

const golden = (name: string): string => join(import.meta.dirname, 'golden', name);

conforms(zvt, golden('zvt.txt'), { messages: true });
conforms(zvt, golden('zvt-serial.txt'));

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
