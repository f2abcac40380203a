/**
 * Indicators with the Toledo continuous output (layout in toledo-continuous-codec.ts): 8142, 8530,
 * Jaguar, and many Chinese ones in "MT format". 4800 or 9600 7E1, eight to twenty frames a second,
 * never asked. Forms without CHK have parity and the rule of three equal frames only.
 */
import { type Static, Type } from 'typebox';
import { type DeviceOutcome, defineDriver, type Scale } from '../contract.ts';
import { say } from '../say.ts';
import { connectStreamed, type Streamed } from './streamed.ts';
import { toledoContinuousDecoder } from './toledo-continuous-codec.ts';

const options = Type.Object(
  {
    form: Type.Union(
      [Type.Literal('18'), Type.Literal('17'), Type.Literal('12'), Type.Literal('11')],
      {
        default: '18',
        about: say(
          '每帧字节数',
          'Bytes in a frame: 18 (tare, check), 17 (tare), 12 (check), 11; prefer 18 or 12',
        ),
      },
    ),
    increment: Type.Union([Type.Literal('check'), Type.Literal('ignore')], {
      default: 'check',
      about: say(
        '分度值',
        'Weights off the increment are a fault; ignore where SWA says otherwise',
      ),
    }),
    commands: Type.Union([Type.Literal('none'), Type.Literal('plain'), Type.Literal('crlf')], {
      default: 'none',
      about: say('置零去皮命令', 'Zero and tare by command: none, one letter, or letter and CR LF'),
    }),
  },
  { additionalProperties: false },
);
type Options = Static<typeof options>;

function scaleOf(stream: Streamed, commands: Options['commands']): Scale {
  if (commands === 'none') return { kind: 'scale', close: stream.close };
  const letter = (text: string) => Buffer.from(commands === 'crlf' ? `${text}\r\n` : text);
  const noSuch: DeviceOutcome = { ok: false, reason: 'NO_SUCH_COMMAND' };
  return {
    kind: 'scale',
    zero: () => stream.command(letter('Z'), ({ kind, net }) => kind === 'zero' && !net),
    // The scale takes what lies on it, or forgets it; it cannot be told a tare in grams.
    async tare(grams) {
      if (grams === undefined) {
        return stream.command(letter('T'), ({ kind, net }) => kind === 'zero' && net === true);
      }
      return grams === 0 ? stream.command(letter('C'), ({ net }) => !net) : noSuch;
    },
    close: stream.close,
  };
}

export const toledoContinuous = defineDriver<Scale>({
  name: 'toledo-continuous',
  kind: 'scale',
  links: ['serial', 'pty', 'tcp', 'memory'],
  can: ['zero', 'tare'],
  title: {
    zh: '托利多 8142/8530/Jaguar 连续输出、MT 格式仪表',
    en: 'Toledo 8142/8530/Jaguar continuous output, MT format indicators',
  },
  options,
  line: { baudRate: 9600, dataBits: 7, parity: 'even' },
  silenceMs: 2000,
  decoder: (given) => {
    const { form, increment } = given as Options;
    return toledoContinuousDecoder(form, increment === 'check');
  },
  async connect(wire, given, context) {
    const { form, increment, commands } = given as Options;
    const stream = await connectStreamed(wire, context, {
      decoder: toledoContinuousDecoder(form, increment === 'check'),
      reading: (item) => (item.kind === 'discarded' ? undefined : item),
      advice: say(
        `有数据但不是 ${form} 字节的托利多格式，请核对 form 与波特率`,
        `Bytes, but no Toledo frames of ${form}: check form and line speed`,
      ),
    });
    return scaleOf(stream, commands);
  },
});
