/**
 * Price-computing checkout scales of Checkout-Dialog 06 (records in dialog-06-codec.ts): Bizerba,
 * Mettler-Toledo, Ohaus, Dibal, Cely. 9600 7O1 with the parity kept by software. The store
 * computes its own prices, so the scale is given one nominal price: at 10.00 a kilogram its total
 * says the grams a second time. After power-up, errors and 50 weighings the scale wants the
 * software's checksum proved by a polynomial that only maker and approval holder know.
 */
import { type Static, Type } from 'typebox';
import { defineDriver, type Scale } from '../contract.ts';
import { say } from '../say.ts';
import {
  ASK_RESULT,
  checksumKey,
  checksumRecord,
  dialogDecoder,
  WORDS_06,
} from './dialog-06-codec.ts';
import { connectDialog, priceOptions, tell, type Weighing } from './dialog-talk.ts';
import type { PolledAnswer } from './polled.ts';

const options = Type.Object(
  {
    ...priceOptions,
    checksum: Type.String({
      default: '',
      pattern: '^([0-9A-Fa-f]{4})?$',
      about: say('计价程序校验和', 'CS of the approved pricing software, four hex digits'),
    }),
    polynomial: Type.String({
      default: '',
      pattern: '^([0-9A-Fa-f]{4,5})?$',
      about: say('密钥库中的多项式', 'Polynomial from the keystore, hex with its top bit; secret'),
    }),
    pollMs: Type.Integer({
      default: 150,
      minimum: 100,
      maximum: 1000,
      about: say('询问间隔（毫秒）', 'Milliseconds from one question to the next'),
    }),
  },
  { additionalProperties: false },
);
type Options = Static<typeof options>;

/** CS and KW by the scale's random number. A scale that is not convinced gives no weight. */
async function prove(
  talk: Weighing,
  { checksum, polynomial }: Options,
  random: string,
): Promise<PolledAnswer | undefined> {
  if (checksum === '' || polynomial === '') return { kind: 'fault', fault: 'no-approval-key' };
  const cs = Number.parseInt(checksum, 16);
  const key = checksumKey(cs, Number.parseInt(polynomial, 16));
  const taken = await tell(talk, checksumRecord(cs, key, random));
  if (taken?.kind !== 'ack') return taken && { kind: 'refused', said: '10' };
  const verdict = await tell(talk, ASK_RESULT);
  if (verdict?.kind !== 'proved') return verdict && { kind: 'refused', said: '11' };
  return verdict.valid ? undefined : { kind: 'fault', fault: 'approval-refused' };
}

function weighing(given: Options, line: Weighing['line']): Weighing {
  const { unitPriceFen, priceDigits } = given;
  const fresh = { priced: false, waits: 0, last: undefined };
  const talk: Weighing = { unitPriceFen, priceDigits, words: WORDS_06, line, ...fresh };
  talk.prove = (random) => prove(talk, given, random);
  return talk;
}

export const dialog06 = defineDriver<Scale>({
  name: 'dialog-06',
  kind: 'scale',
  links: ['serial', 'pty', 'tcp', 'memory'],
  title: {
    zh: 'Checkout-Dialog 06 计价秤：碧彩、梅特勒-托利多、奥豪斯、Dibal',
    en: 'Checkout-Dialog 06 price-computing scales: Bizerba, Mettler-Toledo, Ohaus, Dibal',
  },
  options,
  line: { baudRate: 9600, dataBits: 7, parity: 'odd' },
  silenceMs: 2500,
  decoder: () => dialogDecoder(),
  connect(wire, given, context) {
    const options = given as Options;
    return connectDialog(wire, context, options.pollMs, (line) => weighing(options, line));
  },
});
