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
  type DriverContext,
  DriverError,
  defineDriver,
  type PaymentTerminal,
  type RequestWire,
  type Wire,
  WireError,
} from '../contract.ts';
import { say, type Text } from '../say.ts';
import { alipay } from './alipay.ts';
import { alipayHolds } from './alipay-auth.ts';
import { answerDecoder } from './answers.ts';
import { eitherHolds } from './code-holds.ts';
import {
  type Account,
  type Answer,
  type Call,
  type Channel,
  channelOfOrder,
  channelOfPayerCode,
  type Dialect,
  ORDER_LETTER,
  withoutCardNumbers,
} from './dialect.ts';
import { wechatHolds } from './wechat-deposit.ts';
import { wechatV2 } from './wechat-v2.ts';

export { channelOfPayerCode } from './dialect.ts';

const DIALECTS: Record<Channel, Dialect> = { wechat: wechatV2, alipay };

/** An order number the store never gives out: asking for it is harmless and must be answered. */
const PROBE_ORDER = '0-is-anybody-there';

const named = (about: Text) => Type.String({ default: '', maxLength: 32, about });
const secret = (about: Text) => Type.String({ default: '', maxLength: 128, about });

const options = Type.Object(
  {
    appId: named(say('微信 appid', 'WeChat appid')),
    merchantId: named(say('商户号', 'WeChat mch_id')),
    alipayAppId: named(say('支付宝 app_id', 'Alipay app_id')),
    key: secret(say('签名密钥', 'Signing key (secret)')),
    terminalIp: Type.String({
      default: '127.0.0.1',
      maxLength: 45,
      about: say('终端 IP', 'Till IP'),
    }),
    timeoutMs: Type.Integer({
      default: 10_000,
      minimum: 1000,
      maximum: 60_000,
      about: say('每次请求的时限', 'Deadline of one request'),
    }),
    heartbeatMs: Type.Integer({
      default: 30_000,
      minimum: 5000,
      maximum: 60_000,
      about: say(
        '空闲时查询收单方的间隔',
        'How often an idle acquirer is asked whether it is there',
      ),
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
  can: ['pay', 'status', 'reverse', 'refund'],
  title: {
    zh: '付款码支付（微信、支付宝）',
    en: 'Payment by the payer’s code (WeChat Pay v2, Alipay)',
  },
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
      say(`${wire.address}: 需要 http 地址`, `${wire.address}: Needs an http address`),
      false,
    );
  }
  const settings = settingsOf(given);
  const ask = asker(wire, settings, context);
  await probe(ask, wire.address, settings);
  context.alive();
  let cancel = (): void => {};
  const beat = (): void => {
    cancel = context.clock.after(settings.heartbeatMs, () => {
      probe(ask, wire.address, settings).catch((error: unknown) => {
        context.log.warn({ reason: String(error) }, 'The acquirer does not answer');
      });
      beat();
    });
  };
  beat();
  const stop = (): void => cancel();
  context.signal.addEventListener('abort', stop, { once: true });
  return {
    ...terminalOf(ask, settings),
    holds: eitherHolds(
      wechatHolds((orderNo, call) => ask(wechatV2, orderNo, call), settings),
      alipayHolds((orderNo, call) => ask(alipay, orderNo, call), settings),
    ),
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
    throw new DriverError(
      'BAD_OPTIONS',
      say('key: 没有签名密钥', 'key: The signing key is missing'),
      false,
    );
  }
  return settings;
}

type Reply = { fields: Record<string, string> } | { reason: string; error?: unknown };

/** One request; an answer that proves itself, or why there is none. */
type Ask = (dialect: Dialect, orderNo: string, call: (nonce: string) => Call) => Promise<Reply>;

function asker(wire: RequestWire, settings: Settings, context: DriverContext): Ask {
  let calls = 0;
  let refused = false;
  /** Never the same twice, and unguessable without the key; needs no randomness of its own. */
  const nonce = (): string => {
    calls += 1;
    const seed = [settings.key, context.connection, context.clock.monoMs(), calls].join('|');
    return createHash('sha256').update(seed).digest('hex').slice(0, 32).toUpperCase();
  };
  return async (dialect, orderNo, call) => {
    const reply = await exchange(wire, call(nonce()), dialect, settings);
    if ('fields' in reply) {
      context.alive();
      if (refused) context.warn(undefined);
      refused = false;
      return reply;
    }
    context.count('CommunicationErrorCount');
    if (reply.reason === 'SIGNATURE' || reply.reason === 'AUTH_REFUSED') {
      refused = true;
      context.warn('AUTH_REFUSED', reply.reason);
    }
    context.log.warn({ orderNo, reason: reply.reason }, 'No answer to rely on');
    return reply;
  };
}

/** Resolves when both channels gave a signed answer; rejects with DriverError or WireError. */
async function probe(ask: Ask, address: string, settings: Settings): Promise<void> {
  for (const channel of ['wechat', 'alipay'] as const) {
    const dialect = DIALECTS[channel];
    const orderNo = ORDER_LETTER[channel] + PROBE_ORDER;
    const reply = await ask(dialect, orderNo, (nonce) => dialect.query(orderNo, settings, nonce));
    if ('reason' in reply) throw probeError(address, reply);
  }
}

function terminalOf(ask: Ask, settings: Settings): Omit<PaymentTerminal, 'close'> {
  return {
    kind: 'payment',
    async pay(request) {
      const { orderNo, payerCode = '' } = request;
      const channel = channelOfPayerCode(payerCode);
      // Nothing was sent in these two cases, so the order can never succeed.
      if (channel === undefined) return { kind: 'declined', reason: 'PAYER_CODE_UNKNOWN' };
      if (channelOfOrder(orderNo) !== channel) {
        return { kind: 'declined', reason: 'ORDER_NO_INVALID' };
      }
      const dialect = DIALECTS[channel];
      const scanned = { ...request, payerCode };
      const reply = await ask(dialect, orderNo, (nonce) => dialect.pay(scanned, settings, nonce));
      if ('reason' in reply) return { kind: 'unknown', reason: reply.reason };
      return dialect.payOutcome(reply.fields, orderNo);
    },
    async status(orderNo) {
      const channel = channelOfOrder(orderNo);
      // `pay` sends no such number, so nobody has ever heard of it.
      if (channel === undefined) return { kind: 'not-found' };
      const dialect = DIALECTS[channel];
      const reply = await ask(dialect, orderNo, (nonce) => dialect.query(orderNo, settings, nonce));
      if ('reason' in reply) return { kind: 'unknown', reason: reply.reason };
      return dialect.statusOutcome(reply.fields, orderNo);
    },
    async reverse(orderNo) {
      const channel = channelOfOrder(orderNo);
      if (channel === undefined) {
        return { kind: 'refused', reason: 'ORDER_NO_INVALID', retry: false };
      }
      const dialect = DIALECTS[channel];
      const call = (nonce: string): Call => dialect.reverse(orderNo, settings, nonce);
      const reply = await ask(dialect, orderNo, call);
      if ('reason' in reply) return { kind: 'unknown', reason: reply.reason };
      return dialect.reversalOutcome(reply.fields);
    },
    async refund(request) {
      const channel = channelOfOrder(request.orderNo);
      if (channel === undefined) return { kind: 'refused', reason: 'ORDER_NO_INVALID' };
      const dialect = DIALECTS[channel];
      const call = (nonce: string): Call => dialect.refund(request, settings, nonce);
      const reply = await ask(dialect, request.refundNo, call);
      if ('reason' in reply) return { kind: 'unknown', reason: reply.reason };
      return dialect.refundOutcome(reply.fields, request);
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

function probeError(address: string, reply: { reason: string; error?: unknown }): Error {
  const { reason, error } = reply;
  if (error instanceof WireError && error.code !== 'REQUEST_TIMEOUT') return error;
  if (['AUTH_REFUSED', 'SIGNATURE', 'HTTP_401', 'HTTP_403'].includes(reason)) {
    return new DriverError(
      'AUTH_REFUSED',
      say(
        `${address}: 密钥或商户号不符：${reason}`,
        `${address}: Key or merchant number is not accepted: ${reason}`,
      ),
    );
  }
  return new DriverError(
    'NO_REPLY',
    say(`${address}: 没有可用的回答：${reason}`, `${address}: No usable answer: ${reason}`),
  );
}
