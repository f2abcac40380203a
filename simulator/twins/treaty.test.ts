/**
 * Drivers and twins meet here for the first time: neither knows the other, both know the golden
 * bytes. What a driver says of a twin must be what is true of it.
 */
import { describe, expect, it } from 'vitest';
import type {
  ByteWire,
  Device,
  DeviceEvent,
  Driver,
  DriverContext,
  PaymentTerminal,
  Printer,
  Wire,
} from '../../drivers/contract.ts';
import { WireError } from '../../drivers/contract.ts';
import { codePay } from '../../drivers/payment/code-pay.ts';
import { escpos } from '../../drivers/printer/escpos.ts';
import { serialScanner } from '../../drivers/scanner/serial-scanner.ts';
import { memoryRequestWire } from '../../drivers/wire/request.ts';
import type { Fault } from '../faults.ts';
import { demoGoods } from '../goods.ts';
import type { MemoryCable } from '../port.ts';
import type { SimulatedClock } from '../simulated-clock.ts';
import { createSimulatedClock } from '../simulated-clock.ts';
import { createMemoryStore } from '../store.ts';
import { BEHAVIOURS } from './acquirer-behaviours.ts';

/** A wire on a cable in memory. */
function wireOn(cable: MemoryCable | undefined): ByteWire {
  const host = cable?.connect();
  if (!host) throw new Error('the cable is out');
  let open = true;
  return {
    kind: 'bytes',
    address: 'memory:',
    async write(bytes) {
      if (!open) throw new WireError('CLOSED', 'closed');
      host.write(bytes);
    },
    onBytes: host.onBytes,
    onClose: (listener) =>
      host.onUnplug(() => {
        open = false;
        listener('unplugged');
      }),
    async close() {
      open = false;
    },
  };
}

async function soon<T>(clock: SimulatedClock, going: Promise<T>, ms = 60_000): Promise<T> {
  let over = false;
  const end = () => {
    over = true;
  };
  going.then(end, end);
  if (!(await clock.run(ms, () => over))) throw new Error(`nothing within ${ms} ms`);
  return going;
}

function bench() {
  const clock = createSimulatedClock();
  const store = createMemoryStore({ goods: demoGoods(), seed: 8, clock });
  const events: DeviceEvent[] = [];
  const abort = new AbortController();
  const silent = () => undefined;
  const context: DriverContext = {
    clock,
    log: { debug: silent, warn: silent },
    signal: abort.signal,
    connection: 1,
    alive: silent,
    emit: (event) => events.push(event),
    warn: silent,
    count: silent,
  };
  const connect = <D extends Device>(driver: Driver<D>, wire: Wire, id: string): Promise<D> => {
    const device = store.devices.find((it) => it.id === id);
    const defaults = Object.entries<{ default?: unknown }>(driver.options.properties);
    const usual = Object.fromEntries(defaults.map(([name, option]) => [name, option.default]));
    return soon(clock, driver.connect(wire, { ...usual, ...device?.options }, context));
  };
  return { clock, store, events, connect, close: () => abort.abort() };
}

const receipt = {
  jobId: 'job-1',
  lines: [
    { text: '一刻便利店', align: 'centre' as const, size: 2 as const },
    { text: '合计 ¥12.34', bold: true },
    { qr: 'https://e.cn/r/1' },
    { ean13: '9521234543213' },
    { cut: true as const },
  ],
};

describe('the receipt printer and its driver', () => {
  async function printing() {
    const at = bench();
    const wire = wireOn(at.store.cables.get('printer-1'));
    const printer: Printer = await at.connect(escpos, wire, 'printer-1');
    const fault = (name?: Fault) => at.store.world.fault('printer-1', name);
    const print = () => soon(at.clock, printer.print(receipt));
    const papers = () => at.store.world.receipts().map((paper) => paper.lines.filter(Boolean));
    return { ...at, printer, fault, print, papers };
  }

  it('agree that a receipt was printed, and what stands on it', async () => {
    const { print, papers, store } = await printing();
    expect(await print()).toEqual({ ok: true });
    expect(papers()).toEqual([
      [
        `${' '.repeat(14)}一刻便利店`,
        '合计 ￥12.34',
        '[QR https://e.cn/r/1]',
        '[EAN-13 9521234543213]',
      ],
    ]);
    expect(store.world.receipts()[0]?.codes).toEqual(['https://e.cn/r/1', '9521234543213']);
  });

  it.each([
    ['paper-out', { ok: false, reason: 'paper-out' }, 0],
    ['cover-open', { ok: false, reason: 'cover-open' }, 0],
    ['silence', { ok: false, reason: 'no-answer' }, 0],
    ['paper-low', { ok: true }, 1],
  ] as const)('agree when the printer has the fault %s', async (name, outcome, papers) => {
    const it = await printing();
    it.fault(name);
    expect(await it.print()).toMatchObject(outcome);
    expect(it.papers()).toHaveLength(papers);
  });

  it('agree that a jammed cutter is no printed receipt', async () => {
    const { fault, print } = await printing();
    fault('cutter');
    expect(await print()).toMatchObject({ ok: false });
  });
});

describe('the scanner and its driver', () => {
  it('agree on every kind of code', async () => {
    const { clock, store, events, connect } = bench();
    await connect(serialScanner, wireOn(store.cables.get('scanner-1')), 'scanner-1');
    const codes = ['6901234567892', '95200002', 'https://e.cn/r/1', '0109521234543213\x1d21001'];
    for (const code of codes) {
      store.world.scan('scanner-1', code);
      await clock.run(500);
    }
    const read = events.map((event) => (event.kind === 'code' ? [event.aimId, event.text] : []));
    expect(read).toEqual([
      [']E0', codes[0]],
      [']E4', codes[1]],
      [']Q1', codes[2]],
      [']Q3', codes[3]],
    ]);
  });
});

/** What a lane may conclude right after the charge, and what it finds when it asks. */
const CONCLUSIONS: Record<string, [pay: string, status: string]> = {
  pays: ['captured 1234', 'captured 1234'],
  password: ['waiting', 'waiting'],
  'never-confirms': ['waiting', 'waiting'],
  'system-error-paid': ['unknown', 'captured 1234'],
  'timeout-paid': ['unknown', 'captured 1234'],
  'timeout-unpaid': ['unknown', 'declined'],
  'no-money': ['declined', 'declined'],
  'code-expired': ['declined', 'declined'],
  'code-used': ['declined', 'declined'],
  'amount-mismatch': ['unknown', 'captured 1200'],
  'reverse-stubborn': ['waiting', 'waiting'],
  'paid-after-reverse': ['waiting', 'waiting'],
};

describe('the acquirer and its driver', () => {
  async function paying() {
    const at = bench();
    const wire = memoryRequestWire((request) => at.store.acquirer.handle(request), at.clock);
    const terminal: PaymentTerminal = await at.connect(codePay, wire, 'payment-1');
    return { ...at, terminal };
  }
  const said = (outcome: { kind: string; amountFen?: number }) =>
    outcome.amountFen === undefined ? outcome.kind : `${outcome.kind} ${outcome.amountFen}`;

  it('have a conclusion here for every wallet', () => {
    expect(Object.keys(CONCLUSIONS)).toEqual(BEHAVIOURS.map(({ name }) => name));
  });

  for (const channel of ['wechat', 'alipay'] as const) {
    it.each(Object.entries(CONCLUSIONS))(
      `${channel}: agree on the wallet %s`,
      async (name, told) => {
        const { clock, store, terminal } = await paying();
        const orderNo = channel === 'wechat' ? 'W1' : 'A1';
        const payerCode = store.wallets.codeOf(channel, name);
        const charge = { orderNo, amountFen: 1234, payerCode, description: '一刻' };
        const paid = await soon(clock, terminal.pay(charge));
        const asked = await soon(clock, terminal.status(orderNo));
        const sure = channel === 'alipay' && asked.kind === 'reversed' ? 'declined' : said(asked);
        expect([said(paid), sure]).toEqual(told);
      },
    );

    it.each(BEHAVIOURS.map(({ name }) => name))(
      `${channel}: a reversal of the wallet %s leaves nobody charged`,
      async (name) => {
        const { clock, store, terminal } = await paying();
        const orderNo = channel === 'wechat' ? 'W1' : 'A1';
        const payerCode = store.wallets.codeOf(channel, name);
        await soon(
          clock,
          terminal.pay({ orderNo, amountFen: 1234, payerCode, description: '一刻' }),
        );
        let reversed = 'not yet';
        for (let i = 0; i < 4 && reversed !== 'reversed'; i++)
          reversed = (await soon(clock, terminal.reverse(orderNo))).kind;
        expect(reversed).toBe('reversed');
        const balance = store.acquirer
          .journal()
          .reduce((sum, it) => sum + (it.what === 'captured' ? it.amountFen : -it.amountFen), 0);
        expect(balance).toBe(0);
      },
    );
  }

  it.each(['silence', 'wrong-sign', 'server-error'] as const)(
    'agree that nothing is known with the fault %s',
    async (fault) => {
      const { clock, store, terminal } = await paying();
      store.world.fault('payment-1', fault);
      const payerCode = store.wallets.codeOf('wechat', 'pays');
      const charge = { orderNo: 'W1', amountFen: 1234, payerCode, description: '一刻' };
      expect((await soon(clock, terminal.pay(charge))).kind).toBe('unknown');
    },
  );
});
