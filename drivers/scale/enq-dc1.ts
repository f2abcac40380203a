/**
 * Scales of the ENQ/ACK/DC1 family (layout in enq-dc1-codec.ts): CAS PD-II type 6, AP-1, SW-II;
 * ACLaS; Pinnacle OS2; Gram ZFOC; Ohaus Aviator "CAS". 9600 8N1, half duplex, the host asks about
 * nine times a second, every answer has 500 ms. An OS2 in active mode pushes frames unasked.
 */
import { type Static, Type } from 'typebox';
import { type DeviceOutcome, DriverError, defineDriver, type Scale } from '../contract.ts';
import { say } from '../say.ts';
import { enqDc1Decoder, OS2_TARE, OS2_ZERO } from './enq-dc1-codec.ts';
import { setPrice } from './enq-dc1-price.ts';
import { converse, finishCommand, startTalk, type Talk } from './enq-dc1-talk.ts';

const options = Type.Object(
  {
    dialect: Type.Union(
      [Type.Literal('auto'), Type.Literal('cas'), Type.Literal('os2'), Type.Literal('gram')],
      {
        default: 'auto',
        about: say(
          '方言：cas（校验从状态位起）、os2（从 SOH 起）、gram（同 cas，可收单价）、auto（听出是哪种）',
          'Dialect: cas (BCC from the status on), os2 (from SOH on), gram (as cas, takes a price), auto (as it is heard)',
        ),
      },
    ),
    ask: Type.Union([Type.Literal('weight'), Type.Literal('price')], {
      default: 'weight',
      about: say(
        '只问重量，或连单价和金额',
        'Ask for the weight, or for price and amount as well (DC2)',
      ),
    }),
    mode: Type.Union([Type.Literal('poll'), Type.Literal('active')], {
      default: 'poll',
      about: say('询问或由秤主动发送', 'Ask the scale, or it sends by itself'),
    }),
    pollMs: Type.Integer({
      default: 110,
      minimum: 50,
      maximum: 1000,
      about: say('询问间隔（毫秒）', 'Milliseconds from one question to the next'),
    }),
  },
  { additionalProperties: false },
);
type Options = Static<typeof options>;

function scaleOf(talk: Talk): Scale {
  const command = (bytes: Uint8Array): Promise<DeviceOutcome> => {
    if (talk.ended || talk.context.signal.aborted) {
      return Promise.resolve({ ok: false, reason: 'CLOSED' });
    }
    if (talk.command !== undefined) return Promise.resolve({ ok: false, reason: 'BUSY' });
    return new Promise((done) => {
      talk.command = { bytes, done };
    });
  };
  const close = async (): Promise<void> => {
    talk.ended = true;
    talk.abandon?.();
    finishCommand(talk, { ok: false, reason: 'CLOSED' });
  };
  if (talk.options.dialect === 'gram')
    return { kind: 'scale', price: (fen) => setPrice(talk, fen), close };
  const zero = (): Promise<DeviceOutcome> => command(OS2_ZERO);
  // The scale takes what lies on it; it knows no command for a tare given in grams.
  const tare = (grams?: number): Promise<DeviceOutcome> =>
    grams === undefined
      ? command(OS2_TARE)
      : Promise.resolve({ ok: false, reason: 'NO_SUCH_COMMAND' });
  const isOs2 = (): boolean => talk.dialect === 'os2';
  return {
    kind: 'scale',
    // With `auto` the answers tell what it is, on a bad line some time after it connected.
    get zero() {
      return isOs2() ? zero : undefined;
    },
    get tare() {
      return isOs2() ? tare : undefined;
    },
    close,
  };
}

export const enqDc1 = defineDriver<Scale>({
  name: 'enq-dc1',
  kind: 'scale',
  links: ['serial', 'pty', 'tcp', 'memory'],
  can: ['zero', 'tare', 'price'],
  title: {
    zh: 'CAS PD-II/AP-1/SW-II、顶尖、品尼科 OS2、Gram ZFOC 电子秤',
    en: 'CAS PD-II/AP-1/SW-II, ACLaS, Pinnacle OS2 and Gram ZFOC scales',
  },
  options,
  line: { baudRate: 9600, dataBits: 8, parity: 'none' },
  silenceMs: 2500,
  decoder: (given) => enqDc1Decoder((given as Options).dialect),
  async connect(wire, given, context) {
    if (wire.kind !== 'bytes') {
      throw new DriverError(
        'WRONG_WIRE',
        say(`${wire.address}: 电子秤要串口`, `${wire.address}: A byte wire is needed`),
        false,
      );
    }
    const talk = startTalk(wire, given as Options, context);
    return new Promise((resolve, reject) => {
      converse(talk, (verdict) => {
        if (verdict === 'scale') resolve(scaleOf(talk));
        else reject(verdict);
      }).then(
        () =>
          reject(
            new DriverError(
              'NO_REPLY',
              say(`${wire.address}: 连接已断`, `${wire.address}: The wire closed`),
            ),
          ),
        reject,
      );
    });
  },
});
