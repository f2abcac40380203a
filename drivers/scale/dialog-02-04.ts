/**
 * Price-computing checkout scales of Checkout-Dialog 02 (2400 7O1) and 04 (4800 7O1): the records
 * of Dialog 06 (dialog-06-codec.ts) without the proof of checksums.
 *
 *   POS    [EOT] STX 01 ESC p5..p0 ESC ETX    price        ENQ, without EOT    result?
 *          [EOT] STX 08 ETX    status?
 *   scale  06 ACK · 15 NAK: empty, moving, below zero or over its top · STX 02 … · STX 09 …
 *
 * Drawings show EOT before a record; a service that works in shops sends none: `eot` says which.
 * Sources: Ohaus Aviator 7000 service manual pp.36-50; the parity is kept by software.
 */
import { type Static, Type } from 'typebox';
import { defineDriver, type Scale } from '../contract.ts';
import { say } from '../say.ts';
import { dialogDecoder, RESET, WORDS_06 } from './dialog-06-codec.ts';
import { connectDialog, type DialogWords, priceOptions, type Weighing } from './dialog-talk.ts';

const options = Type.Object(
  {
    ...priceOptions,
    eot: Type.Boolean({
      default: true,
      about: say('记录前和应答后发送 EOT', 'EOT before records and after answers'),
    }),
    status: Type.Boolean({
      default: true,
      about: say(
        '秤能回答状态记录 08；否则 NAK 只当作“没有重量”',
        'The scale answers record 08; else a NAK says only "no weight now"',
      ),
    }),
    pollMs: Type.Integer({
      default: 250,
      minimum: 200,
      maximum: 1000,
      about: say('询问间隔（毫秒）', 'Milliseconds from one question to the next'),
    }),
  },
  { additionalProperties: false },
);
type Options = Static<typeof options>;

const ASK_RESULT = Uint8Array.of(0x05);

/** The sentences of Dialog 02 and 04: those of 06 but for ENQ, with or without their EOT. */
export function words0204(eot: boolean): DialogWords {
  const said = (bytes: Uint8Array): Uint8Array => (eot ? bytes : bytes.subarray(1));
  return {
    price: (digits) => said(WORDS_06.price(digits)),
    askResult: ASK_RESULT,
    askStatus: said(WORDS_06.askStatus),
    reset: eot ? RESET : undefined,
  };
}

function weighing({ unitPriceFen, priceDigits, eot, status }: Options, line: Weighing['line']) {
  const fresh = { priced: false, waits: 0, last: undefined };
  const words = words0204(eot);
  // Empty, moving, below zero or over its top: no weight, and no word which of them.
  const quiet = status ? {} : { nak: { kind: 'moving' as const } };
  return { unitPriceFen, priceDigits, words, line, ...fresh, ...quiet };
}

export const dialog0204 = defineDriver<Scale>({
  name: 'dialog-02-04',
  kind: 'scale',
  links: ['serial', 'pty', 'tcp', 'memory'],
  title: {
    zh: 'Checkout-Dialog 02/04 计价秤：碧彩、梅特勒-托利多、奥豪斯、Epos',
    en: 'Checkout-Dialog 02/04 price-computing scales: Bizerba, Mettler-Toledo, Ohaus, Epos',
  },
  options,
  line: { baudRate: 4800, dataBits: 7, parity: 'odd' },
  silenceMs: 2500,
  decoder: () => dialogDecoder(),
  connect(wire, given, context) {
    const options = given as Options;
    return connectDialog(wire, context, options.pollMs, (line) => weighing(options, line));
  },
});
