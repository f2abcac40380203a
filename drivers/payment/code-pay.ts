/**
 * Payment by the payer's code (付款码): the shopper holds up a code, we post it to the acquirer.
 * WeChat's codes go by wechat-v2.ts, Alipay's by alipay.ts; the order number's first letter says
 * which (W, A), so that status and reversal need nothing but the number.
 *
 * One call is one request: nothing is repeated here. Only an answer with a good signature counts;
 * silence, a broken connection and everything not understood is `unknown`, for the caller to ask.
 * The payer's code stays in the request's bytes: it is neither kept nor logged.
 * Bytes: golden/code-pay.txt.
 */
import { createHash } from 'node:crypto';
import { Type } from 'typebox';
import {
  type DecodedItem,
  type Decoder,
  type DriverContext,
  DriverError,
  defineDriver,
  type PaymentTerminal,
  type RequestWire,
  type Wire,
  WireError,
} from '../contract.ts';
import { framer, type Piece, type Recognise, startingWith } from '../framing.ts';
import { alipay, objectLength, parseAlipayJson } from './alipay.ts';
import {
  type Account,
  type Answer,
  type Call,
  type Channel,
  channelOfOrder,
  channelOfPayerCode,
  type Dialect,
  ORDER_LETTER,
  utf8,
  withoutCardNumbers,
} from './dialect.ts';
import { parseWechatXml, wechatV2 } from './wechat-v2.ts';

export { channelOfPayerCode } from './dialect.ts';

const DIALECTS: Record<Channel, Dialect> = { wechat: wechatV2, alipay };

/** An order number the store never gives out: asking for it is harmless and must be answered. */
const PROBE_ORDER = '0-is-anybody-there';

const options = Type.Object(
  {
    appId: Type.String({ default: '', maxLength: 32, description: '微信 appid WeChat appid' }),
    merchantId: Type.String({ default: '', maxLength: 32, description: '商户号 WeChat mch_id' }),
    alipayAppId: Type.String({ default: '', maxLength: 32, description: '支付宝 app_id' }),
    key: Type.String({ default: '', maxLength: 128, description: '签名密钥 Signing key (secret)' }),
    terminalIp: Type.String({
      default: '127.0.0.1',
      maxLength: 45,
      description: '终端 IP Till IP',
    }),
    timeoutMs: Type.Integer({
      default: 10_000,
      minimum: 1000,
      maximum: 60_000,
      description: '每次请求的时限 Deadline of one request',
    }),
    heartbeatMs: Type.Integer({
      default: 30_000,
      minimum: 5000,
      maximum: 60_000,
      description: '空闲时查询收单方的间隔 How often an idle acquirer is asked whether it is there',
    }),
  },
  { additionalProperties: false },
);

interface Settings extends Account {
  timeoutMs: number;
  heartbeatMs: number;
}

export const codePay = defineDriver<PaymentTerminal>({
  name: 'code-pay',
  kind: 'payment',
  links: ['http', 'https', 'memory'],
  title: '付款码支付（微信、支付宝） Payment by the payer’s code (WeChat Pay v2, Alipay)',
  options,
  silenceMs: 90_000,
  decoder: answerDecoder,
  connect,
});

async function connect(
  wire: Wire,
  given: Record<string, unknown>,
  context: DriverContext,
): Promise<PaymentTerminal> {
  if (wire.kind !== 'request') {
    throw new DriverError(
      'WRONG_WIRE',
      `${wire.address}: 需要 http 地址 Needs an http address`,
      false,
    );
  }
  const settings = settingsOf(given);
  const session = openSession(wire, settings, context);
  await session.probe();
  context.alive();
  let cancel = (): void => {};
  const beat = (): void => {
    cancel = context.clock.after(settings.heartbeatMs, () => {
      session.probe().catch((error: unknown) => {
        context.log.warn({ reason: String(error) }, '收单方没有回答 The acquirer does not answer');
      });
      beat();
    });
  };
  beat();
  const stop = (): void => cancel();
  context.signal.addEventListener('abort', stop, { once: true });
  return {
    ...session.terminal,
    async close() {
      stop();
      context.signal.removeEventListener('abort', stop);
      await wire.close();
    },
  };
}

function settingsOf(given: Record<string, unknown>): Settings {
  const settings: Settings = {
    appId: '',
    merchantId: '',
    alipayAppId: '',
    key: '',
    terminalIp: '127.0.0.1',
    timeoutMs: 10_000,
    heartbeatMs: 30_000,
    ...given,
  };
  if (settings.key === '') {
    throw new DriverError('BAD_OPTIONS', 'key: 没有签名密钥 The signing key is missing', false);
  }
  return settings;
}

interface Session {
  /** Resolves when both channels gave a signed answer; rejects with DriverError or WireError. */
  probe(): Promise<void>;
  terminal: Omit<PaymentTerminal, 'close'>;
}

type Reply = { fields: Record<string, string> } | { reason: string; error?: unknown };

function openSession(wire: RequestWire, settings: Settings, context: DriverContext): Session {
  let calls = 0;
  /** Never the same twice, and unguessable without the key; needs no randomness of its own. */
  const nonce = (): string => {
    calls += 1;
    const seed = [settings.key, context.connection, context.clock.monoMs(), calls].join('|');
    return createHash('sha256').update(seed).digest('hex').slice(0, 32).toUpperCase();
  };
  /** One request; an answer that proves itself, or why there is none. */
  const ask = async (
    dialect: Dialect,
    orderNo: string,
    call: (nonce: string) => Call,
  ): Promise<Reply> => {
    const reply = await exchange(wire, call(nonce()), dialect, settings);
    if ('fields' in reply) {
      context.alive();
      context.warn(undefined);
      return reply;
    }
    context.count('CommunicationErrorCount');
    if (reply.reason === 'SIGNATURE' || reply.reason === 'AUTH_REFUSED') {
      context.warn('AUTH_REFUSED', reply.reason);
    }
    context.log.warn({ orderNo, reason: reply.reason }, '支付没有可信的回答 No answer to rely on');
    return reply;
  };

  return {
    async probe() {
      for (const channel of ['wechat', 'alipay'] as const) {
        const dialect = DIALECTS[channel];
        const orderNo = ORDER_LETTER[channel] + PROBE_ORDER;
        const reply = await ask(dialect, orderNo, (n) => dialect.query(orderNo, settings, n));
        if ('reason' in reply) throw probeError(wire, reply);
      }
    },
    terminal: {
      kind: 'payment',
      async pay(request) {
        const channel = channelOfPayerCode(request.payerCode);
        // Nothing was sent in these two cases, so the order can never succeed.
        if (channel === undefined) return { kind: 'declined', reason: 'PAYER_CODE_UNKNOWN' };
        if (channelOfOrder(request.orderNo) !== channel) {
          return { kind: 'declined', reason: 'ORDER_NO_INVALID' };
        }
        const dialect = DIALECTS[channel];
        const reply = await ask(dialect, request.orderNo, (n) => dialect.pay(request, settings, n));
        if ('reason' in reply) return { kind: 'unknown', reason: reply.reason };
        return dialect.payOutcome(reply.fields, request.orderNo);
      },
      async status(orderNo) {
        const channel = channelOfOrder(orderNo);
        // `pay` sends no such number, so nobody has ever heard of it.
        if (channel === undefined) return { kind: 'not-found' };
        const dialect = DIALECTS[channel];
        const reply = await ask(dialect, orderNo, (n) => dialect.query(orderNo, settings, n));
        if ('reason' in reply) return { kind: 'unknown', reason: reply.reason };
        return dialect.statusOutcome(reply.fields, orderNo);
      },
      async reverse(orderNo) {
        const channel = channelOfOrder(orderNo);
        if (channel === undefined) {
          return { kind: 'refused', reason: 'ORDER_NO_INVALID', retry: false };
        }
        const dialect = DIALECTS[channel];
        const reply = await ask(dialect, orderNo, (n) => dialect.reverse(orderNo, settings, n));
        if ('reason' in reply) return { kind: 'unknown', reason: reply.reason };
        return dialect.reversalOutcome(reply.fields);
      },
    },
  };
}

async function exchange(
  wire: RequestWire,
  call: Call,
  dialect: Dialect,
  settings: Settings,
): Promise<Reply> {
  let answer: Answer | undefined;
  try {
    const response = await wire.request({
      method: 'POST',
      path: call.path,
      headers: { 'content-type': call.contentType },
      body: call.body,
      timeoutMs: settings.timeoutMs,
    });
    if (response.status !== 200) return { reason: `HTTP_${response.status}` };
    answer = dialect.read(response.body, settings);
  } catch (error) {
    if (error instanceof WireError) return { reason: error.code, error };
    throw error;
  }
  if (answer === undefined) return { reason: 'NOT_UNDERSTOOD' };
  if (answer.trust === 'refused') return { reason: 'AUTH_REFUSED' };
  if (answer.trust === 'unsigned') return { reason: 'SIGNATURE' };
  return { fields: withoutCardNumbers(answer.fields) };
}

function probeError(wire: RequestWire, reply: { reason: string; error?: unknown }): Error {
  const { reason, error } = reply;
  if (error instanceof WireError && error.code !== 'REQUEST_TIMEOUT') return error;
  if (['AUTH_REFUSED', 'SIGNATURE', 'HTTP_401', 'HTTP_403'].includes(reason)) {
    return new DriverError('AUTH_REFUSED', `${wire.address}: 密钥或商户号不符 ${reason}`);
  }
  return new DriverError('NO_REPLY', `${wire.address}: 没有可用的回答 No usable answer: ${reason}`);
}

// ---- decoder: bodies of answers as they come, for `yike decode` and the golden file --------------

const XML = new TextEncoder().encode('<xml>');
const XML_END = new TextEncoder().encode('</xml>');
const JSON_HEAD = new TextEncoder().encode('{"alipay_trade_');

function answerDecoder(): Decoder {
  const frames = framer(startingWith({ 60: xmlFrame, 123: jsonFrame }));
  const items = (pieces: Piece[]): DecodedItem[] => pieces.map(itemOf);
  return { push: (bytes) => items(frames.push(bytes)), end: () => items(frames.end()) };
}

const xmlFrame: Recognise = (held) => {
  const end = bufferOf(held).indexOf(XML_END);
  const length = end < 0 ? undefined : end + XML_END.length;
  return frameOf(held, XML, length, (frame) => itemOfXml(frame) !== undefined);
};

const jsonFrame: Recognise = (held) =>
  frameOf(held, JSON_HEAD, objectLength(held), (frame) => parseAlipayJson(frame) !== undefined);

/** A body from its head to its end; where another one begins before that, the first was cut off. */
function frameOf(
  held: Uint8Array,
  head: Uint8Array,
  length: number | undefined,
  valid: (frame: Uint8Array) => boolean,
): ReturnType<Recognise> {
  if (!beginsLike(held, head)) return { skip: 1 };
  for (const other of [XML, JSON_HEAD]) {
    const again = bufferOf(held).indexOf(other, 1);
    if (again > 0 && again < (length ?? held.length)) return { skip: again };
  }
  if (length === undefined) return 'wait';
  return valid(held.subarray(0, length)) ? { take: length } : { skip: 1 };
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function beginsLike(held: Uint8Array, head: Uint8Array): boolean {
  const length = Math.min(held.length, head.length);
  return head.subarray(0, length).every((byte, index) => held[index] === byte);
}

function itemOf(piece: Piece): DecodedItem {
  if ('discarded' in piece) {
    return { kind: 'discarded', hex: Buffer.from(piece.discarded).toString('hex') };
  }
  const json = parseAlipayJson(piece.frame);
  if (json === undefined) return itemOfXml(piece.frame)!;
  return { ...withoutCardNumbers(json.fields), kind: 'alipay-answer', node: json.node };
}

/** Without signature and nonce: they mean nothing to a reader. */
function itemOfXml(bytes: Uint8Array): DecodedItem | undefined {
  const text = utf8(bytes);
  const fields = text === undefined ? undefined : parseWechatXml(text);
  if (fields === undefined) return undefined;
  const { sign: _sign, nonce_str: _nonce, ...rest } = fields;
  return { ...withoutCardNumbers(rest), kind: 'wechat-answer' };
}
