/**
 * Yaohua (耀华) XK3190 indicators with continuous output, set to tF=0. Sent unasked, 9600 8N1.
 *
 *   STX sign D D D D D D point XH XL ETX                                          12 bytes
 *       +|-  six digits     0-4 decimals
 *
 *   XH XL   XOR of the eight bytes from the sign to the point, two upper-case hex digits
 *
 * There is no word about stability, and the unit is not on the wire. So no reading is ever called
 * stable: everything is `moving`, zero too, and the scale is not for trade. Where a site weighs
 * for its own use, N equal frames may stand for rest (`deriveStability`), which says nothing of
 * what the indicator itself would have said.
 * Source: Yaohua XK3190-A23 manual.
 */
import { type Static, Type } from 'typebox';
import { type DriverClock, defineDriver, type Scale } from '../contract.ts';
import { fixed, framer, type Piece, startingWith } from '../framing.ts';
import { toHex } from '../hex.ts';
import { say } from '../say.ts';
import type { WireReading } from './polled.ts';
import { connectStreamed } from './streamed.ts';
import { wholeGrams } from './whole-grams.ts';

const STX = 0x02;
const FRAME_BYTES = 12;
/** Equal frames before and after a pause of this length do not add up. */
const LONGEST_GAP_MS = 500;
/** Frames that come closer together are a backlog: together they are one look at the plate. */
const BACKLOG_MS = 20;

const options = Type.Object(
  {
    notForTrade: Type.Literal(true, {
      default: true,
      about: say(
        '不得用于贸易结算：秤不报稳定',
        'Not for trade: the indicator never says that it is at rest',
      ),
    }),
    unit: Type.Union([Type.Literal('kg'), Type.Literal('g')], {
      default: 'kg',
      about: say('仪表设定的单位，线上不传', 'Unit set on the indicator; it is not on the wire'),
    }),
    deriveStability: Type.Union([Type.Literal('off'), Type.Literal('on')], {
      default: 'off',
      about: say('连续相同即视为稳定（仅内部使用）', 'Take equal frames for rest; own use only'),
    }),
    stableFrames: Type.Integer({
      default: 10,
      minimum: 3,
      maximum: 100,
      about: say('deriveStability 所需相同帧数', 'Equal frames that deriveStability wants'),
    }),
  },
  { additionalProperties: false },
);
type Options = Static<typeof options>;

export type YaohuaItem = WireReading | { kind: 'discarded'; hex: string };

export interface YaohuaDecoder {
  push(bytes: Uint8Array): YaohuaItem[];
  end(): YaohuaItem[];
}

/** One frame, read; undefined for anything that is not wholly right. */
function readFrame(frame: Uint8Array, unit: Options['unit']): WireReading | undefined {
  const text = String.fromCharCode(...frame);
  const match = /^\x02([+-])(\d{6})([0-4])([0-9A-F]{2})\x03$/.exec(text);
  if (match === null) return undefined;
  const [, sign, digits = '', point = '', check = ''] = match;
  const xor = frame.subarray(1, 9).reduce((all, byte) => all ^ byte, 0);
  if (Number.parseInt(check, 16) !== xor) return undefined;
  const at = digits.length - Number(point);
  const grams = wholeGrams(digits.slice(0, at), digits.slice(at), unit);
  if (grams === undefined) return { kind: 'fault', fault: 'unit' };
  return sign === '-' && grams !== 0 ? { kind: 'underload' } : { kind: 'moving', grams };
}

/** Frames: `moving`, `underload`, `fault` (`unit`), `discarded`; never a stable one. */
export function yaohuaDecoder(unit: Options['unit']): YaohuaDecoder {
  const right = (frame: Uint8Array): boolean => readFrame(frame, unit) !== undefined;
  // A frame is given up at its first impossible byte, so that the next one is not missed.
  const may = (prefix: Uint8Array): boolean =>
    /^\x02([+-](\d{1,6}$|\d{6}([0-4]([0-9A-F]{0,2}$|[0-9A-F]{2}\x03$)|$)|$)|$)/.test(
      String.fromCharCode(...prefix),
    );
  const frames = framer(startingWith({ [STX]: fixed(FRAME_BYTES, right, may) }));
  const item = (piece: Piece): YaohuaItem => {
    const known = 'frame' in piece ? readFrame(piece.frame, unit) : undefined;
    const bytes = 'frame' in piece ? piece.frame : piece.discarded;
    return known ?? { kind: 'discarded', hex: toHex(bytes) };
  };
  return {
    push: (bytes) => frames.push(bytes).map(item),
    end: () => frames.end().map(item),
  };
}

/**
 * Calls a weight stable, or zero, once `frames` frames in a row said the same. Noise, a pause, and
 * anything that is no weight begin anew; a backlog counts once.
 */
export function stabilityFrom(
  clock: DriverClock,
  frames: number,
): (item: YaohuaItem) => WireReading | undefined {
  let last: number | undefined;
  let run = 0;
  let atMs = 0;
  return (item) => {
    const reading = item.kind === 'discarded' ? undefined : item;
    const sinceMs = clock.monoMs() - atMs;
    const grams = reading?.grams;
    if (grams === undefined || grams !== last || sinceMs > LONGEST_GAP_MS) run = 1;
    else if (sinceMs >= BACKLOG_MS) run++;
    last = grams;
    atMs = clock.monoMs();
    if (grams === undefined || run < frames) return reading;
    return { kind: grams === 0 ? 'zero' : 'stable', grams };
  };
}

export const yaohua = defineDriver<Scale>({
  name: 'yaohua',
  kind: 'scale',
  links: ['serial', 'pty', 'tcp', 'memory'],
  title: {
    zh: '耀华 XK3190 连续输出（非贸易结算）',
    en: 'Yaohua XK3190 continuous output (not for trade)',
  },
  options,
  line: { baudRate: 9600, dataBits: 8, parity: 'none' },
  silenceMs: 2000,
  decoder: (given) => yaohuaDecoder((given as Options).unit),
  async connect(wire, given, context) {
    const { unit, deriveStability, stableFrames } = given as Options;
    const stream = await connectStreamed(wire, context, {
      decoder: yaohuaDecoder(unit),
      reading:
        deriveStability === 'on'
          ? stabilityFrom(context.clock, stableFrames)
          : (item) => (item.kind === 'discarded' ? undefined : item),
      advice: say(
        '有数据但不是耀华格式，请核对 tF=0 与波特率',
        'Bytes, but no XK3190 frames: check tF=0 and line speed',
      ),
    });
    return { kind: 'scale', close: stream.close };
  },
});
