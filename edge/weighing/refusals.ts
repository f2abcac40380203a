/** Why a weight cannot be taken yet, in the shopper's words (ux: P0–P2). */
import type { Refusal, Text } from '../core/ports.ts';
import type { WeighRefusal } from '../core/weigh/weigh.ts';

const say = (zh: string, en: string): Text => ({ zh, en });
const again = say('放稳后再点一次', 'Tap again when it is still');

const TABLE = {
  WEIGHT_MOVING: [say('请放稳，手不要扶', 'Keep it still, hands off'), again],
  WEIGHT_OVER: [
    say('太重了，请分两次称', 'Too heavy. Please weigh in two lots'),
    say('先拿下一部分', 'Take some of it off first'),
  ],
  WEIGHT_UNDER: [
    say('秤盘没有放好', 'The plate is not seated'),
    say('请清空秤盘并放平', 'Clear the plate and set it level'),
  ],
  WEIGHT_TOO_LIGHT: [
    say('太轻了，称不准', 'Too light to weigh'),
    say('请多放一些', 'Please add some more'),
  ],
  PLATE_EMPTY: [
    say('请放上商品', 'Place your item'),
    say('放上后再选择', 'Choose once it lies on the plate'),
  ],
  PLATE_NOT_CLEARED: [
    say('请先清空秤盘', 'Please clear the plate'),
    say('拿走刚才的商品，再放下一种', 'Take the last goods off, then place the next'),
  ],
  SCALE_SILENT: [
    say('秤没有回应，暂时不能称重', 'The scale does not answer'),
    say('请用另一台秤，或呼叫店员', 'Use another scale, or call staff'),
  ],
  SCALE_FAULT: [
    say('秤有故障，暂时不能称重', 'The scale reports a fault'),
    say('请用另一台秤，或呼叫店员', 'Use another scale, or call staff'),
  ],
  LOOK_AGAIN: [
    say('摄像头也许看错了：看着像「{seen}」', 'The camera may be wrong: it looks like “{seen}”'),
    say('没选错，再点一次就好', 'If your choice is right, just tap it again'),
  ],
  TARE_INVALID: [
    say('去皮重量不对', 'The tare does not fit'),
    say('请选择列表里的包装', 'Choose a container from the list'),
  ],
} satisfies Record<string, [Text, Text]>;

export type WeighRefusalCode = keyof typeof TABLE;
export const WEIGH_REFUSALS = Object.keys(TABLE) as WeighRefusalCode[];

export function weighRefusal(code: WeighRefusalCode, detail?: Refusal['detail']): Refusal {
  const [message, next] = TABLE[code];
  return { code, message, next, ...(detail && { detail }) };
}

const OF_WAIT: Record<WeighRefusal | 'released', WeighRefusalCode> = {
  moving: 'WEIGHT_MOVING',
  'too-few': 'WEIGHT_MOVING',
  stale: 'SCALE_SILENT',
  overload: 'WEIGHT_OVER',
  underload: 'WEIGHT_UNDER',
  fault: 'SCALE_FAULT',
  'below-min': 'WEIGHT_TOO_LIGHT',
  'not-multiple': 'SCALE_FAULT',
  empty: 'PLATE_EMPTY',
  'bad-tare': 'TARE_INVALID',
  'net-below-min': 'WEIGHT_TOO_LIGHT',
  'bad-price': 'SCALE_FAULT',
  released: 'PLATE_NOT_CLEARED',
};

/** The weigh-core's one-word reason as a refusal a shopper can act on. */
export function refusalOfWait(reason: WeighRefusal | 'released'): { ok: false; refusal: Refusal } {
  return { ok: false, refusal: weighRefusal(OF_WAIT[reason], { reason }) };
}
