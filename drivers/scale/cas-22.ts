/**
 * CAS indicators that send their 22-byte format by themselves (layout in cas-22-codec.ts): CI, NT
 * and PDI series, and the many that copy them. 9600 8N1; seven data bits would cut the lamp byte.
 * They take no commands in this mode.
 */
import { type Static, Type } from 'typebox';
import { defineDriver, type Scale } from '../contract.ts';
import { say } from '../say.ts';
import { cas22Decoder } from './cas-22-codec.ts';
import { connectStreamed } from './streamed.ts';

const options = Type.Object(
  {
    deviceId: Type.Integer({
      default: 0,
      minimum: 0,
      maximum: 78,
      about: say('仪表编号（0 为任意）', 'Device number set in the indicator; 0 takes any'),
    }),
  },
  { additionalProperties: false },
);
type Options = Static<typeof options>;

const ADVICE = say(
  '有数据但不是 CAS 22 字节格式，请核对 8 位数据位、波特率与仪表编号',
  'Bytes, but no CAS frames: check eight data bits, line speed and device number',
);

export const cas22 = defineDriver<Scale>({
  name: 'cas-22',
  kind: 'scale',
  links: ['serial', 'pty', 'tcp', 'memory'],
  title: {
    zh: 'CAS CI/NT/PDI 仪表，22 字节连续输出',
    en: 'CAS CI/NT/PDI indicators, 22-byte continuous output',
  },
  options,
  line: { baudRate: 9600, dataBits: 8, parity: 'none' },
  silenceMs: 2000,
  decoder: (given) => cas22Decoder((given as Options).deviceId),
  async connect(wire, given, context) {
    const { close } = await connectStreamed(wire, context, {
      decoder: cas22Decoder((given as Options).deviceId),
      reading: (item) => (item.kind === 'discarded' ? undefined : item),
      advice: ADVICE,
    });
    return { kind: 'scale', close };
  },
});
