/**
 * Cashless readers of vending machines (MDB/ICP 10h or 60h) behind an MDB-to-serial bridge: MDB's
 * ninth bit cannot be sent by a serial port, and its answers must come within 5 ms. Frames:
 * mdb-frames.ts; one sale: mdb-session.ts; what became of orders: mdb-orders.ts.
 *
 * Up: RESET 10 → POLL 12: just reset → SETUP 11 00 → configuration → SETUP 11 01 (prices) →
 * EXPANSION 17 00 → id. The reader has no refund and no reversal once the money is taken.
 */
import { type Static, Type } from 'typebox';
import { asking } from '../asking.ts';
import {
  type ByteWire,
  type DriverContext,
  DriverError,
  defineDriver,
  type PaymentOutcome,
  type PaymentTerminal,
  type ReversalOutcome,
} from '../contract.ts';
import { say } from '../say.ts';
import { type MdbItem, type MdbReply, mdbDecoder, mdbFrame } from './mdb-frames.ts';
import { type MdbOrders, mdbOrders, outcomeOf } from './mdb-orders.ts';
import { insist, type Reader, type Sale, sell } from './mdb-session.ts';

const ANSWER_MS = 500;
const POLL_MS = 150;
/** A reader may take seconds from RESET to "just reset". */
const RESET_POLLS = 20;
/** Polls in a row without an answer before a reader counts as gone. */
const SILENT_POLLS = 8;

const options = Type.Object(
  {
    address: Type.Union([Type.Literal(0x10), Type.Literal(0x60)], {
      default: 0x10,
      about: say('读卡器地址：16 为第一台，96 为第二台', 'Reader: 16 the first, 96 the second'),
    }),
    currency: Type.Integer({
      default: 156,
      minimum: 1,
      maximum: 999,
      about: say(
        '货币代码（ISO 4217 数字）',
        'Numeric currency code; the reader must have the same',
      ),
    }),
    payTimeoutMs: Type.Integer({
      default: 60_000,
      minimum: 5000,
      maximum: 180_000,
      about: say('等卡、等批准的最长时间', 'Longest wait for a card, and for its approval'),
    }),
  },
  { additionalProperties: false },
);
type Options = Static<typeof options>;

type Config = Extract<MdbReply, { say: 'config' }>;
type Id = Extract<MdbReply, { say: 'id' }>;
/** The sale at hand and who waits for it. */
type Job = Sale & { done: (outcome: PaymentOutcome) => void };

interface Terminal {
  wire: ByteWire;
  options: Options;
  context: DriverContext;
  reader: Reader;
  orders: MdbOrders;
  config: Config | undefined;
  id: Id | undefined;
  job: Job | undefined;
  noise: () => number;
  end: () => void;
}

export const mdbBridge = defineDriver<PaymentTerminal>({
  name: 'mdb-bridge',
  kind: 'payment',
  links: ['serial', 'pty', 'tcp', 'memory'],
  can: ['pay', 'status', 'reverse', 'refund'],
  title: {
    zh: 'MDB 无现金读卡器（经转接盒 wizarPOS Q3v）',
    en: 'MDB cashless readers behind a bridge (wizarPOS Q3v)',
  },
  options,
  line: { baudRate: 115_200, dataBits: 8, parity: 'none' },
  silenceMs: 5000,
  decoder: () => mdbDecoder(),
  async connect(wire, given, context) {
    if (wire.kind !== 'bytes') {
      const text = say(`${wire.address}: 转接盒要串口`, `${wire.address}: A byte wire is needed`);
      throw new DriverError('WRONG_WIRE', text, false);
    }
    const terminal = terminalOn(wire, given as Options, context);
    const refusal = await introduce(terminal);
    if (refusal !== undefined) {
      terminal.end();
      throw refusal;
    }
    void serve(terminal);
    return handle(terminal);
  },
});

function terminalOn(wire: ByteWire, given: Options, context: DriverContext): Terminal {
  const unasked = (): void => context.count('M_UnaskedAnswerCount');
  const line = asking<MdbItem>(wire, context, mdbDecoder(), unasked);
  wire.onClose(() => line.end());
  const offset = given.address - 0x10;
  const terminal: Terminal = {
    wire,
    options: given,
    context,
    orders: mdbOrders(context.notes),
    config: undefined,
    id: undefined,
    job: undefined,
    noise: line.noise,
    end: line.end,
    reader: {
      clock: context.clock,
      async say([command = 0, ...rest]) {
        const take = (item: MdbItem) => (item.kind === 'echo' ? undefined : item);
        const item = await line.ask(mdbFrame([command + offset, ...rest]), take, ANSWER_MS);
        if (item?.kind === 'ack' || item?.kind === 'replies') context.alive();
        else context.count('CommunicationErrorCount');
        return item;
      },
      rest: () => line.rest(POLL_MS),
      ended: line.ended,
      reset: () => bringUp(terminal),
      unitFen: () => unitFen(terminal.config),
      serialNumber: () => terminal.id?.serialNumber ?? '',
    },
  };
  return terminal;
}

/** Fen of one unit of the reader; it may be no whole number. */
const unitFen = (config: Config | undefined): number =>
  config === undefined ? 0 : config.scale * 10 ** (2 - config.decimals);

/** RESET and everything after it; whatever was only asked for before took no money. */
async function bringUp(terminal: Terminal): Promise<boolean> {
  const { reader, orders } = terminal;
  if ((await insist(reader, [0x10])) === undefined) return false;
  let up = false;
  for (let polls = 0; polls < RESET_POLLS && !up && !reader.ended(); polls++) {
    const item = await reader.say([0x12]);
    up = item?.kind === 'replies' && item.replies.some(({ say }) => say === 'just-reset');
    if (!up) await reader.rest();
  }
  if (!up) return false;
  orders.wasReset();
  terminal.config = await hear<Config>(reader, [0x11, 0x00, 0x03, 0x00, 0x00, 0x00], 'config');
  if (terminal.config === undefined) return false;
  await insist(reader, [0x11, 0x01, 0xff, 0xff, 0x00, 0x00]);
  const us = [...Buffer.from('YIK000000000001YIKE-EDGE   ', 'latin1'), 0x01, 0x00];
  terminal.id ??= await hear<Id>(reader, [0x17, 0x00, ...us], 'id');
  return true;
}

/** Says it and polls until the reply comes; undefined where it does not. */
async function hear<R extends MdbReply>(
  reader: Reader,
  block: readonly number[],
  say: R['say'],
): Promise<R | undefined> {
  let replies = await insist(reader, block);
  for (let polls = 0; polls < RESET_POLLS && replies !== undefined; polls++) {
    const found = replies.find((reply): reply is R => reply.say === say);
    if (found !== undefined || reader.ended()) return found;
    await reader.rest();
    replies = await insist(reader, [0x12]);
  }
  return undefined;
}

/** Why this is no reader we can sell with, or undefined. */
async function introduce(terminal: Terminal): Promise<DriverError | undefined> {
  const { wire, context, options: wanted } = terminal;
  const up = await bringUp(terminal);
  const { config, id } = terminal;
  if (!up || config === undefined) {
    const strange = terminal.noise() > 0;
    const text = strange
      ? say(`${wire.address}: 有数据但不是 MDB 转接盒`, `${wire.address}: Something else answers`)
      : say(`${wire.address}: 读卡器没有应答`, `${wire.address}: The reader does not answer`);
    return new DriverError(strange ? 'WRONG_DEVICE' : 'NO_REPLY', text);
  }
  if (config.currency !== `1${String(wanted.currency).padStart(3, '0')}`) {
    const text = say(
      `${wire.address}: 读卡器货币 ${config.currency}，应为 1${wanted.currency}`,
      `${wire.address}: The reader has currency ${config.currency}, not 1${wanted.currency}`,
    );
    return new DriverError('WRONG_DEVICE', text);
  }
  if (!(unitFen(config) > 0)) {
    return new DriverError(
      'WRONG_DEVICE',
      say(`${wire.address}: 读卡器比例为零`, `${wire.address}: Its scale factor is 0`),
    );
  }
  if (id !== undefined) {
    const { manufacturer, model, serialNumber, version } = id;
    context.identify?.({ manufacturer, model, serialNumber, firmware: version });
  }
  return undefined;
}

/** Polls for ever, sells when asked, brings a reader that was reset up again. */
async function serve(terminal: Terminal): Promise<void> {
  const { reader, orders, context } = terminal;
  let silent = 0;
  while (!reader.ended()) {
    const { job } = terminal;
    if (job !== undefined) {
      const outcome = await sell(reader, orders, job, context.connection);
      terminal.job = undefined;
      job.done(outcome);
      continue;
    }
    const item = await reader.say([0x12]);
    silent = item === undefined ? silent + 1 : 0;
    const replies = item?.kind === 'replies' ? item.replies : [];
    if (replies.some(({ say }) => say === 'just-reset')) await bringUp(terminal);
    // A session nobody asked for: the card goes back to its owner.
    else if (replies.some(({ say }) => say === 'session')) await insist(reader, [0x13, 0x04]);
    if (silent >= SILENT_POLLS) await terminal.wire.close();
    await reader.rest();
  }
  terminal.job?.done({ kind: 'declined', reason: 'READER_SILENT' });
  terminal.job = undefined;
}

function handle(terminal: Terminal): PaymentTerminal {
  const { orders, reader } = terminal;
  return {
    kind: 'payment',
    pay({ orderNo, amountFen }) {
      const known = orders.find(orderNo);
      if (terminal.job?.orderNo === orderNo) {
        return Promise.resolve({ kind: 'waiting', reason: 'AT_READER' });
      }
      if (known !== undefined) return Promise.resolve(outcomeOf(known));
      const busy = terminal.job === undefined ? undefined : 'TERMINAL_BUSY';
      const refusal = busy ?? (reader.ended() ? 'READER_SILENT' : undefined);
      if (refusal !== undefined) return Promise.resolve({ kind: 'declined', reason: refusal });
      const { payTimeoutMs } = terminal.options;
      return new Promise((done) => {
        terminal.job = { orderNo, amountFen, payTimeoutMs, cancelled: false, done };
      });
    },
    async status(orderNo) {
      if (terminal.job?.orderNo === orderNo) return { kind: 'waiting', reason: 'AT_READER' };
      const known = orders.find(orderNo);
      if (known === undefined) return { kind: 'not-found' };
      return known.state === 'reversed' ? { kind: 'reversed' } : outcomeOf(known);
    },
    reverse: (orderNo) => reverse(terminal, orderNo),
    refund: async () => ({ kind: 'refused', reason: 'NO_REFUND_AT_READER' }),
    async close() {
      terminal.end();
      await terminal.wire.close();
    },
  };
}

/** Money that was taken stays taken; anything before that is cancelled for good. */
async function reverse(terminal: Terminal, orderNo: string): Promise<ReversalOutcome> {
  const { orders, job, context } = terminal;
  if (job?.orderNo === orderNo) {
    job.cancelled = true;
    return { kind: 'unknown', reason: 'CANCELLING' };
  }
  const known = orders.find(orderNo);
  if (known?.state === 'captured') {
    return { kind: 'refused', reason: 'NO_REVERSAL_AT_READER', retry: false };
  }
  if (known?.state === 'asked') return { kind: 'unknown', reason: 'NO_REPLY' };
  if (known?.state === 'given') return { kind: 'unknown', reason: 'SUCCESS_UNCONFIRMED' };
  // A number that was never asked for must not be asked for later.
  const order = known ?? { orderNo, amountFen: 0, connection: context.connection };
  orders.put({ ...order, state: 'reversed' });
  return { kind: 'reversed' };
}
