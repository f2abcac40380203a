/**
 * Scales of the Mettler-Toledo 8213/8217 checkout protocol (layout in toledo-8217-codec.ts):
 * Ariva-S, Viva, Magellan scanner scales (DIVA), Rice Lake BenchPro. 9600 7E1 without a check sum:
 * the wire keeps the parity by software (`check=none` in the address where a USB adapter sends
 * plain seven bits), and only three equal frames make a weight.
 */
import { type Static, Type } from 'typebox';
import {
  type DeviceOutcome,
  type DriverContext,
  DriverError,
  defineDriver,
  type Scale,
} from '../contract.ts';
import { say } from '../say.ts';
import { connectPolled, type Polled, type WireReading } from './polled.ts';
import { type Toledo8217Item, toledo8217Decoder } from './toledo-8217-codec.ts';
import {
  answersWeight,
  carryOut,
  carryOutToZero,
  command,
  examine,
  identify,
  REPLY_MS,
  resynchronise,
} from './toledo-8217-talk.ts';

const MAX_TARE_GRAMS = 99_999;

const options = Type.Object(
  {
    dialect: Type.Union([Type.Literal('mettler'), Type.Literal('rice-lake')], {
      default: 'mettler',
      about: say('状态字节', 'Status byte: mettler, or rice-lake (bit 5 always 1)'),
    }),
    unit: Type.Union([Type.Literal('kg'), Type.Literal('lb')], {
      default: 'kg',
      about: say(
        '秤设定的单位，线上不传',
        'Unit set on the scale, not on the wire; only kg is sold by',
      ),
    }),
    identify: Type.Union([Type.Literal('echo'), Type.Literal('weight')], {
      default: 'echo',
      about: say('如何认出秤', 'How the scale is told: echo test, or weight where it has no echo'),
    }),
    confidenceTest: Type.Union([Type.Literal('on'), Type.Literal('off')], {
      default: 'on',
      about: say('连接时自检', 'Ask for its self-test on connecting; off where it has none'),
    }),
    pollMs: Type.Integer({
      default: 200,
      minimum: 100,
      maximum: 1000,
      about: say('询问间隔（毫秒）', 'Milliseconds from one question to the next'),
    }),
  },
  { additionalProperties: false },
);
type Options = Static<typeof options>;

/** What an item says of the load; a scale with something `broken` inside weighs nothing. */
function readingOf(item: Toledo8217Item, broken: readonly string[]): WireReading | undefined {
  const { kind } = item;
  if (kind === 'status' || kind === 'ack' || kind === 'echo' || kind === 'discarded') {
    return undefined;
  }
  if (broken.length > 0) return { kind: 'fault', fault: `self-test: ${broken.join(', ')}` };
  const { status, ...reading } = item;
  return reading;
}

function scaleOf(
  scale: Polled<Toledo8217Item>,
  context: DriverContext,
  take: (item: Toledo8217Item) => WireReading | undefined,
): Scale {
  const { line } = scale;
  const toZero = (text: string) =>
    scale.command(() => carryOutToZero(scale, context.clock, text, take));
  const told = (text: string) => scale.command(() => carryOut(line, text));
  const impossible: DeviceOutcome = { ok: false, reason: 'OUT_OF_RANGE' };
  return {
    kind: 'scale',
    zero: () => toZero('Z'),
    async tare(grams) {
      if (grams === undefined) return toZero('T\r');
      if (!Number.isInteger(grams) || grams < 0 || grams > MAX_TARE_GRAMS) return impossible;
      return told(grams === 0 ? 'C' : `T${String(grams).padStart(5, '0')}\r`);
    },
    close: scale.close,
  };
}

export const toledo8217 = defineDriver<Scale>({
  name: 'toledo-8217',
  kind: 'scale',
  links: ['serial', 'pty', 'tcp', 'memory'],
  can: ['zero', 'tare'],
  title: {
    zh: '梅特勒-托利多 8213/8217、Ariva、DIVA，Rice Lake BenchPro 收银秤',
    en: 'Mettler-Toledo 8213/8217, Ariva, DIVA and Rice Lake BenchPro checkout scales',
  },
  options,
  line: { baudRate: 9600, dataBits: 7, parity: 'even' },
  silenceMs: 2500,
  decoder: (given) => {
    const { dialect, unit } = given as Options;
    return toledo8217Decoder(dialect, unit);
  },
  async connect(wire, given, context) {
    const chosen = given as Options;
    if (chosen.unit !== 'kg') {
      const text = say(
        `${wire.address}: 请把秤设为公斤`,
        `${wire.address}: Set the scale to kilograms: nothing is sold by the pound here`,
      );
      throw new DriverError('BAD_OPTIONS', text, false);
    }
    let broken: readonly string[] = [];
    let answers = 0;
    const take = (item: Toledo8217Item) => readingOf(item, broken);
    const scale = await connectPolled(wire, context, {
      decoder: toledo8217Decoder(chosen.dialect, chosen.unit),
      question: command('W'),
      replyMs: REPLY_MS,
      pollMs: chosen.pollMs,
      answer(item) {
        if (answersWeight(item)) answers++;
        // No flag at all, and no weight either.
        return item.kind === 'status' ? { kind: 'not-ready' } : take(item);
      },
      ...(chosen.identify === 'echo' && { resynchronise }),
      async introduce(line) {
        const stranger = await identify(line, wire.address, chosen.identify, () => answers > 0);
        if (stranger !== undefined || chosen.confidenceTest === 'off') return stranger;
        const failed = await examine(line, wire.address, chosen.dialect);
        if (failed instanceof DriverError) return failed;
        broken = failed;
        return undefined;
      },
    });
    return scaleOf(scale, context, take);
  },
});
