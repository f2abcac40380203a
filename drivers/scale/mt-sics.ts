/**
 * Scales that speak MT-SICS (lines in mt-sics-codec.ts): Mettler-Toledo and compatible bench
 * scales. 9600 8N1; the host asks `SI` about seven times a second, because `S` blocks inside the
 * scale until it stands still. Whether a tare is subtracted is not on the wire: no reading says
 * `net`.
 */
import { type Static, Type } from 'typebox';
import type { Asking } from '../asking.ts';
import {
  type DeviceOutcome,
  type DriverContext,
  DriverError,
  defineDriver,
  type Scale,
} from '../contract.ts';
import { say } from '../say.ts';
import { type SicsItem, sicsDecoder } from './mt-sics-codec.ts';
import {
  connectPolled,
  LATE_MS,
  type Polled,
  type PolledAnswer,
  type PolledProtocol,
} from './polled.ts';

/** The display says this so long, so that a person finds the scale; then it weighs again. */
const HERE = 'D "HERE"';
const HERE_MS = 5000;
/** A scale may take this long for any answer. */
const REPLY_MS = 1000;

const options = Type.Object(
  {
    serialBy: Type.Union([Type.Literal('I4'), Type.Literal('@')], {
      default: 'I4',
      about: say('读序列号的命令', 'How to ask for the serial number; @ also cancels a tare'),
    }),
    serialNumber: Type.String({
      default: '',
      about: say('只接受这台秤（空为任意）', 'Accept this scale only; empty for any'),
    }),
    valueWidth: Type.Integer({
      default: 10,
      minimum: 6,
      maximum: 16,
      about: say('重量字段宽度', 'Characters of the value field'),
    }),
    fractions: Type.Union([Type.Literal('refuse'), Type.Literal('round')], {
      default: 'refuse',
      about: say('不足一克：拒绝，或四舍五入（不用于交易）', 'Finer than a gram: refuse, or round'),
    }),
    pollMs: Type.Integer({
      default: 140,
      minimum: 50,
      maximum: 1000,
      about: say('询问间隔（毫秒）', 'Milliseconds from one question to the next'),
    }),
  },
  { additionalProperties: false },
);
type Options = Static<typeof options>;

const asLine = (text: string): Uint8Array => new TextEncoder().encode(`${text}\r\n`);

function answer(item: SicsItem): PolledAnswer | undefined {
  if (item.kind === 'discarded' || item.kind === 'identity' || item.kind === 'reply') {
    return undefined;
  }
  if (item.kind !== 'error') return item;
  // EL: understood, but not now. ES and ET: not understood.
  return item.error === 'EL' ? { kind: 'not-ready' } : { kind: 'refused', said: item.error };
}

/** The serial number; `unknown` where the scale does not tell, undefined where it is silent. */
function askSerial(line: Asking<SicsItem>, command: string): Promise<string | undefined> {
  const take = (item: SicsItem): string | undefined => {
    if (item.kind === 'identity') return item.serial;
    const refused = item.kind === 'reply' && item.command === command;
    return refused || item.kind === 'error' ? 'unknown' : undefined;
  };
  return line.ask(asLine(command), take, REPLY_MS);
}

/** Every reply to a command in words: done, or why not. */
const REFUSALS: Readonly<Record<string, string>> = {
  I: 'NOT_NOW',
  L: 'BAD_VALUE',
  '+': 'OUT_OF_RANGE',
  '-': 'OUT_OF_RANGE',
  // Done while the load moved: the zero point or tare is anybody's guess.
  D: 'MOVING',
  ES: 'NO_SUCH_COMMAND',
  ET: 'GARBLED',
  EL: 'NOT_NOW',
};

async function command(
  line: Asking<SicsItem>,
  text: string,
  wantedGrams?: number,
): Promise<DeviceOutcome> {
  const [name = ''] = text.split(' ', 1);
  const done = await line.ask(
    asLine(text),
    (item): DeviceOutcome | undefined => {
      if (item.kind === 'error') return { ok: false, reason: REFUSALS[item.error] ?? item.error };
      if (item.kind !== 'reply' || item.command !== name) return undefined;
      const reason = REFUSALS[item.status];
      if (reason !== undefined) return { ok: false, reason };
      const other = wantedGrams !== undefined && item.grams !== wantedGrams;
      return other ? { ok: false, reason: 'OTHER_VALUE' } : { ok: true };
    },
    REPLY_MS,
  );
  return done ?? { ok: false, reason: 'NO_REPLY' };
}

function scaleOf(
  { line, last, command: run, close }: Polled<SicsItem>,
  { clock, signal }: DriverContext,
): Scale {
  const atRest = (text: string): Promise<DeviceOutcome> =>
    run(async () => (last() === 'moving' ? { ok: false, reason: 'MOVING' } : command(line, text)));
  return {
    kind: 'scale',
    zero: () => atRest('ZI'),
    tare(grams) {
      if (grams === undefined) return atRest('TI');
      if (grams === 0) return run(() => command(line, 'TAC'));
      return run(() => command(line, `TA ${grams} g`, grams));
    },
    async locate() {
      const said = await run(() => command(line, HERE));
      if (!said.ok) return said;
      const cancel = clock.after(HERE_MS, () => void run(() => command(line, 'DW')));
      signal.addEventListener('abort', cancel, { once: true });
      return said;
    },
    close,
  };
}

export const mtSics = defineDriver<Scale>({
  name: 'mt-sics',
  kind: 'scale',
  links: ['serial', 'pty', 'tcp', 'memory'],
  can: ['zero', 'tare', 'locate'],
  title: {
    zh: '梅特勒-托利多等 MT-SICS 台秤',
    en: 'Mettler-Toledo and compatible bench scales (MT-SICS)',
  },
  options,
  line: { baudRate: 9600, dataBits: 8, parity: 'none' },
  silenceMs: 2500,
  decoder: (given) => sicsDecoder(given as Options),
  async connect(wire, given, context) {
    const { serialBy, serialNumber, pollMs } = given as Options;
    const { address } = wire;
    const protocol: PolledProtocol<SicsItem> = {
      decoder: sicsDecoder(given as Options),
      question: asLine('SI'),
      replyMs: REPLY_MS,
      pollMs,
      answer,
      async introduce(line) {
        const serial = await askSerial(line, serialBy);
        context.log.debug({ address, serial }, 'serial number');
        // A late `ES` must not pass for the answer to the first question.
        if (serial === undefined) await line.rest(LATE_MS);
        if (serial !== undefined && serial !== 'unknown') {
          context.identify?.({ serialNumber: serial });
        }
        if (serialNumber === '' || serial === serialNumber) return undefined;
        if (serial === undefined) {
          return new DriverError(
            'NO_REPLY',
            say(`${address}: 没有序列号应答`, `${address}: No serial number came`),
          );
        }
        const text = say(
          `${address}: 换了一台秤：${serial}，不是 ${serialNumber}`,
          `${address}: Another scale: ${serial}, not ${serialNumber}`,
        );
        return new DriverError('WRONG_DEVICE', text);
      },
      // Replies come in order: once the serial number is here, no older weight can follow.
      resynchronise: async (line) => (await askSerial(line, 'I4')) !== undefined,
    };
    return scaleOf(await connectPolled(wire, context, protocol), context);
  },
});
