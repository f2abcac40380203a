/**
 * Card terminals that speak ZVT (Germany, Austria, Switzerland): layout in zvt-frames.ts, serial
 * 9600 8N2 (say `stop=2` in the address) or TCP port 20007. The till registers (06 00) and asks
 * every 45 seconds (05 01) whether the terminal is still there.
 */
import { type Static, Type } from 'typebox';
import {
  type ByteWire,
  type DeviceNotes,
  type DriverContext,
  DriverError,
  defineDriver,
  type PaymentTerminal,
} from '../contract.ts';
import { say } from '../say.ts';
import { apdu, bcd, type Framing, zvtDecoder } from './zvt-frames.ts';
import { ordersIn } from './zvt-orders.ts';
import {
  BUSY_CODES,
  letGo,
  question,
  reasonOf,
  refund,
  reverse,
  startPayment,
  status,
  type Terminal,
} from './zvt-payments.ts';
import { QUESTION_MS, startTalk } from './zvt-talk.ts';

const HEARTBEAT_MS = 45_000;
/** Revision 13.09, registration: the till prints, gets intermediate status, starts payments. */
const CONFIGURATION = 0x80 | 0x10 | 0x08 | 0x02;
const options = Type.Object(
  {
    framing: Type.Union([Type.Literal('auto'), Type.Literal('serial'), Type.Literal('tcp')], {
      default: 'auto',
      about: say('帧格式', 'Framing: auto (tcp: bare, else serial), serial, tcp'),
    }),
    password: Type.String({
      default: '000000',
      pattern: '^\\d{6}$',
      about: say('收银密码（6 位）', 'The terminal’s till password, six digits (secret)'),
    }),
    currency: Type.Integer({
      default: 978,
      minimum: 1,
      maximum: 999,
      about: say('货币代码', 'ISO 4217 number: 978 EUR, 756 CHF, 156 CNY'),
    }),
  },
  { additionalProperties: false },
);
type Options = Static<typeof options>;

/** Registers the till; rejects with DriverError in the terminal's own reason. */
async function register(wire: ByteWire, terminal: Terminal, currency: number): Promise<void> {
  const { talk, password } = terminal;
  const data = [...password, CONFIGURATION, ...bcd(currency, 2)];
  const { how, code } = await talk.run(apdu(0x0600, data), QUESTION_MS);
  if (how === 'completed') return;
  const { address } = wire;
  if ((how === 'aborted' || how === 'refused') && !BUSY_CODES.has(code ?? '')) {
    throw new DriverError(
      'AUTH_REFUSED',
      say(
        `${address}: 终端拒绝登记：${reasonOf(code)}`,
        `${address}: The terminal refuses to register: ${reasonOf(code)}`,
      ),
    );
  }
  if (how === 'silent' && talk.noise() > 0) {
    throw new DriverError(
      'WRONG_DEVICE',
      say(`${address}: 有数据但不是 ZVT 终端`, `${address}: Something else answers`),
    );
  }
  throw new DriverError(
    'NO_REPLY',
    say(`${address}: 终端没有应答`, `${address}: The terminal does not answer`),
  );
}

function terminalOf(terminal: Terminal, close: () => Promise<void>): PaymentTerminal {
  return {
    kind: 'payment',
    pay: ({ orderNo, amountFen }) => startPayment(terminal, orderNo, amountFen),
    status: (orderNo) => status(terminal, orderNo),
    reverse: (orderNo) => reverse(terminal, orderNo),
    refund: (request) => refund(terminal, request),
    unsettled: () => terminal.orders.open()?.orderNo,
    letGo: (orderNo) => letGo(terminal, orderNo),
    close,
  };
}

/** Where nobody keeps notes for us: they last as long as this connection. */
function ownNotes(): DeviceNotes {
  const kept = new Map<string, string>();
  return {
    durable: false,
    get: (key) => kept.get(key),
    set: (key, value) => void kept.set(key, value),
  };
}

/** Asks an idle terminal whether it is there; a wire nobody answers on is given up. */
function heartbeat(wire: ByteWire, terminal: Terminal, context: DriverContext): () => void {
  let cancel = (): void => undefined;
  const ask = async (): Promise<void> => {
    if (!terminal.talk.busy() && (await question(terminal, 0x0501)).how === 'silent') {
      context.log.warn({ address: wire.address }, 'The terminal does not answer');
      await wire.close();
    }
  };
  const beat = (): void => {
    if (context.signal.aborted) return;
    cancel = context.clock.after(HEARTBEAT_MS, () => void ask().then(beat));
  };
  beat();
  return () => cancel();
}

export const zvt = defineDriver<PaymentTerminal>({
  name: 'zvt',
  kind: 'payment',
  links: ['serial', 'pty', 'tcp', 'memory'],
  can: ['pay', 'status', 'reverse', 'refund', 'unsettled', 'letGo'],
  title: {
    zh: 'ZVT 银行卡终端（德国、奥地利、瑞士）',
    en: 'Card terminals that speak ZVT (Germany, Austria, Switzerland)',
  },
  options,
  line: { baudRate: 9600, dataBits: 8, parity: 'none' },
  // Longer than a shopper may take to find their card and their number.
  silenceMs: 200_000,
  decoder: (given) => zvtDecoder((given as Options).framing === 'tcp' ? 'tcp' : 'serial'),
  async connect(wire, given, context) {
    if (wire.kind !== 'bytes') {
      const text = say(
        `${wire.address}: 终端要串口或 TCP`,
        `${wire.address}: A byte wire is needed`,
      );
      throw new DriverError('WRONG_WIRE', text, false);
    }
    const { framing: chosen, password, currency } = given as Options;
    const auto: Framing = wire.address.startsWith('tcp:') ? 'tcp' : 'serial';
    const terminal: Terminal = {
      talk: startTalk(wire, chosen === 'auto' ? auto : chosen, context),
      orders: ordersIn(context.notes ?? ownNotes()),
      password: bcd(Number(password), 3),
      paying: undefined,
    };
    await register(wire, terminal, currency);
    context.alive();
    const stop = heartbeat(wire, terminal, context);
    context.signal.addEventListener('abort', stop, { once: true });
    return terminalOf(terminal, async () => {
      stop();
      await wire.close();
    });
  },
});
