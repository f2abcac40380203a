import { describe, expect, test } from 'vitest';
import {
  type CardBehaviour,
  type TerminalFault,
  terminalFrame,
} from '../../simulator/twins/terminal-zvt.ts';
import { manualClock, settle } from '../clock-for-tests.ts';
import { toHex } from '../hex.ts';
import { pickBelow, seededRandom, testSeed } from '../random-for-tests.ts';
import { memoryRequestWire } from '../wire/request.ts';
import { bench, connected } from './zvt.fixture.ts';
import { zvt } from './zvt.ts';

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
