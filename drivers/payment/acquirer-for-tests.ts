/** An acquirer in memory that answers with golden bytes, and what each answer must be taken for. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { manualClock } from '../clock-for-tests.ts';
import {
  type DriverContext,
  type PaymentTerminal,
  type ReasonCode,
  WireError,
  type WireRequest,
} from '../contract.ts';
import { memoryRequestWire } from '../wire/request.ts';
import { codePay } from './code-pay.ts';

export const OPTIONS = {
  key: '0123456789abcdef0123456789abcdef',
  appId: 'wxd930ea5d5a258f4f',
  merchantId: '10000100',
  alipayAppId: '2021000000000001',
};
export const WECHAT_ORDER = 'W202611230001';
export const ALIPAY_ORDER = 'A202611230001';
export const WECHAT_CODE = '130000000000000018';
export const ALIPAY_CODE = '280000000000000017';
const DESCRIPTION = '一刻 便利店 <1>';

export interface GoldenLine {
  direction: 'rx' | 'tx';
  bytes: Uint8Array;
  meaning: Record<string, string>;
  /** The comment above: what the answer must be taken for. */
  takenFor: string;
}

export const GOLDEN_PATH = fileURLToPath(new URL('./golden/code-pay.txt', import.meta.url));

/** Every line of a golden file, with the comment above it. */
export function goldenOf(path: string): GoldenLine[] {
  let comment = '';
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line): GoldenLine[] => {
      if (line.startsWith('#')) comment = line.slice(1).trim();
      const match = /^(rx|tx) ([0-9a-f]+) ; (.*) ; [^;]+$/.exec(line);
      if (match === null) return [];
      const [, way, hex = '', meaning = '{}'] = match;
      return [
        {
          direction: way === 'rx' ? 'rx' : 'tx',
          bytes: new Uint8Array(Buffer.from(hex, 'hex')),
          meaning: JSON.parse(meaning) as Record<string, string>,
          takenFor: comment,
        },
      ];
    });
}

export const golden = goldenOf(GOLDEN_PATH);

/** What the acquirer answers: a body, an HTTP status, nothing, or a hang-up. */
export type Answers = (request: WireRequest) => Uint8Array | 'silence' | 'hang up' | number;

/** The golden answer to the call `from` that must be taken for `takenFor`. */
export const answerFor = (channel: 'W' | 'A', takenFor: string, from: string): Uint8Array => {
  const kind = channel === 'W' ? 'wechat-answer' : 'alipay-answer';
  const start = golden.findIndex((line) => line.direction === 'tx' && line.takenFor === from);
  const found = golden
    .slice(start)
    .find((line) => line.meaning.kind === kind && line.takenFor.startsWith(takenFor));
  if (found === undefined) throw new Error(`no golden answer ${channel} ${takenFor} after ${from}`);
  return found.bytes;
};

/** Nobody ever heard of that order. */
export const nobody: Answers = (request) =>
  request.path === '/gateway'
    ? answerFor('A', 'not-found', 'Alipay query')
    : answerFor('W', 'not-found', 'WeChat query');

/** A driver connected to an acquirer in memory, which answers as told, at start and afterwards. */
export async function store(afterwards: Answers = nobody, atStart: Answers = nobody) {
  const clock = manualClock();
  const requests: WireRequest[] = [];
  const warnings: (ReasonCode | undefined)[] = [];
  const logged: string[] = [];
  const counts: string[] = [];
  let alive = 0;
  let answers = atStart;
  const wire = memoryRequestWire((request) => {
    requests.push(request);
    const body = answers(request);
    if (body === 'silence') return new Promise(() => {});
    if (body === 'hang up') throw new WireError('CLOSED', 'hung up');
    if (typeof body === 'number') return { status: body, headers: {}, body: new Uint8Array() };
    return { status: 200, headers: {}, body };
  }, clock);
  const log = (fields: object, message: string): void => {
    logged.push(JSON.stringify({ ...fields, message }));
  };
  const letGo = new AbortController();
  const context: DriverContext = {
    clock,
    log: { debug: log, warn: log },
    signal: letGo.signal,
    connection: 1,
    alive: () => {
      alive += 1;
    },
    emit: () => {},
    warn: (reason) => warnings.push(reason),
    count: (statistic) => counts.push(statistic),
  };
  const connecting = codePay.connect(wire, OPTIONS, context);
  const terminal = await connecting;
  answers = afterwards;
  requests.length = 0;
  return { terminal, clock, requests, warnings, logged, counts, letGo, alive: () => alive };
}

export const payment = (channel: 'W' | 'A') =>
  channel === 'W'
    ? {
        orderNo: WECHAT_ORDER,
        amountFen: 1234,
        payerCode: WECHAT_CODE,
        description: DESCRIPTION,
      }
    : {
        orderNo: ALIPAY_ORDER,
        amountFen: 1234,
        payerCode: ALIPAY_CODE,
        description: DESCRIPTION,
      };

export type Words = { kind: string; amountFen?: number; retry?: boolean };

/** An outcome in the words of the golden file's comments. */
export function inWords(outcome: Words): string {
  if (outcome.kind === 'captured') return `captured ${outcome.amountFen}`;
  if (outcome.kind === 'refused') return outcome.retry ? 'refused, try again' : 'refused, for good';
  return outcome.kind;
}

const REFUND = { refundNo: 'refund-1-1', amountFen: 500, paidFen: 1234 };

/** Each request of the golden file, by the comment above it. */
export const CALLS: Record<string, (terminal: PaymentTerminal) => Promise<Words>> = {
  'WeChat pay: 12.34 yuan, code 130000000000000018': (t) => t.pay(payment('W')),
  'WeChat query': (t) => t.status(WECHAT_ORDER),
  'WeChat reverse': (t) => t.reverse(WECHAT_ORDER),
  'Alipay pay: 12.34 yuan, code 280000000000000017': (t) => t.pay(payment('A')),
  'Alipay query': (t) => t.status(ALIPAY_ORDER),
  'Alipay cancel': (t) => t.reverse(ALIPAY_ORDER),
  'WeChat refund': (t) => t.refund({ ...REFUND, orderNo: WECHAT_ORDER }),
  'Alipay refund': (t) => t.refund({ ...REFUND, orderNo: ALIPAY_ORDER }),
};
