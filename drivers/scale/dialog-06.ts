/**
 * Price-computing checkout scales of Checkout-Dialog 06 (records in dialog-06-codec.ts): Bizerba,
 * Mettler-Toledo, Ohaus, Dibal, Cely. 9600 7O1 with the parity kept by software. The store
 * computes its own prices, so the scale is given one nominal price: at 10.00 a kilogram its total
 * says the grams a second time. After power-up, errors and 50 weighings the scale wants the
 * software's checksum proved by a polynomial that only maker and approval holder know.
 */
import { type Static, Type } from 'typebox';
import { defineDriver, type Scale } from '../contract.ts';
import type { Asking } from './asking.ts';
import {
  ASK_RESULT,
  ASK_STATUS,
  checksumKey,
  checksumRecord,
  type DialogItem,
  dialogDecoder,
  priceRecord,
  RESET,
} from './dialog-06-codec.ts';
import { connectPolled, type PolledAnswer } from './polled.ts';

const REPLY_MS = 1000;
/** The scale may be spoken to again this long after EOT; it answers within 5 ms. */
const TURN_MS = 10;
/** "No result yet" so often: the price is told again. */
const WAITS_A_PRICE = 3;

const options = Type.Object(
  {
    unitPriceFen: Type.Integer({
      default: 1000,
      minimum: 1,
      maximum: 99_999,
      description:
        '送给秤的名义单价（分/公斤） Nominal unit price given to the scale; 1000 is best',
    }),
    priceDigits: Type.Union([Type.Literal(5), Type.Literal(6)], {
      default: 6,
      description: '单价位数 Digits of the unit price, as the scale is set up',
    }),
    checksum: Type.String({
      default: '',
      pattern: '^([0-9A-Fa-f]{4})?$',
      description: '计价程序校验和 CS of the approved pricing software, four hex digits',
    }),
    polynomial: Type.String({
      default: '',
      pattern: '^([0-9A-Fa-f]{4,5})?$',
      description: '密钥库中的多项式 Polynomial from the keystore, hex with its top bit; secret',
    }),
    pollMs: Type.Integer({
      default: 150,
      minimum: 100,
      maximum: 1000,
      description: '询问间隔（毫秒） Milliseconds from one question to the next',
    }),
  },
  { additionalProperties: false },
);
type Options = Static<typeof options>;
type Stable = Extract<DialogItem, { grams?: number }>;

interface Weighing {
  options: Options;
  line: Asking<DialogItem>;
  /** The scale holds the price, and has given no result for it yet. */
  priced: boolean;
  /** Answers "no result yet" in a row. */
  waits: number;
  /** The last result: what still lies there while the scale says "not moved since". */
  last: Stable | undefined;
}

/** Says one thing, hears the answer, and gives the line back with EOT. */
async function tell(talk: Weighing, bytes: Uint8Array): Promise<DialogItem | undefined> {
  const { line } = talk;
  const take = (item: DialogItem) => (item.kind === 'discarded' ? undefined : item);
  const said = await line.ask(bytes, take, REPLY_MS);
  if (said !== undefined) await line.ask(RESET, () => undefined, TURN_MS);
  // The scale may have given a result nobody heard: what it calls the last is not ours.
  else talk.last = undefined;
  return said;
}

/** What record 09 says of the load. Codes of the Ohaus manual; unknown ones are refusals. */
function answerOfStatus(talk: Weighing, code: string): PolledAnswer {
  // Moving, or no result yet: the price still stands, unless the scale forgot it in a power cut.
  talk.waits = code === '22' ? talk.waits + 1 : 0;
  talk.priced = code === '20' || talk.waits % WAITS_A_PRICE > 0;
  if (code === '00' || code === '22') return { kind: 'not-ready' };
  // Not moved since the last result: that weight still lies there.
  if (code === '21') return talk.last ?? { kind: 'not-ready' };
  talk.last = undefined;
  if (code === '20') return { kind: 'moving' };
  // Below the minimum nothing can be sold: the plate counts as empty.
  if (code === '30') return { kind: 'zero', grams: 0 };
  if (code === '31') return { kind: 'underload' };
  if (code === '32') return { kind: 'overload' };
  return { kind: 'refused', said: `09 ${code}` };
}

/** CS and KW by the scale's random number. A scale that is not convinced gives no weight. */
async function prove(talk: Weighing, random: string): Promise<PolledAnswer | undefined> {
  const { checksum, polynomial } = talk.options;
  if (checksum === '' || polynomial === '') return { kind: 'fault', fault: 'no-approval-key' };
  const cs = Number.parseInt(checksum, 16);
  const key = checksumKey(cs, Number.parseInt(polynomial, 16));
  const taken = await tell(talk, checksumRecord(cs, key, random));
  if (taken?.kind !== 'ack') return taken && { kind: 'refused', said: '10' };
  const verdict = await tell(talk, ASK_RESULT);
  if (verdict?.kind !== 'proved') return verdict && { kind: 'refused', said: '11' };
  return verdict.valid ? undefined : { kind: 'fault', fault: 'approval-refused' };
}

async function understand(talk: Weighing, said: DialogItem): Promise<PolledAnswer | undefined> {
  if (said.kind === 'status') return answerOfStatus(talk, said.code);
  if (said.kind === 'nak') {
    const status = await tell(talk, ASK_STATUS);
    if (status?.kind === 'status') return answerOfStatus(talk, status.code);
    return status && { kind: 'refused', said: '08' };
  }
  if (said.kind !== 'stable' && said.kind !== 'fault') return { kind: 'refused', said: said.kind };
  talk.priced = false;
  // The result of another price is the answer to another question.
  if (said.kind === 'stable' && said.unitPriceFen !== talk.options.unitPriceFen) return undefined;
  talk.last = said;
  return said;
}

/** Price, proof where it is wanted, result. */
async function inquire(talk: Weighing): Promise<PolledAnswer | undefined> {
  const { unitPriceFen, priceDigits } = talk.options;
  const price = priceRecord(unitPriceFen, priceDigits);
  for (let proofs = 0; !talk.priced; proofs++) {
    const said = await tell(talk, price);
    if (said === undefined) return undefined;
    if (said.kind === 'ack') talk.priced = true;
    // A result is no answer to a price: it comes late, from the question before.
    else if (said.kind === 'stable') return undefined;
    else if (said.kind !== 'prove') return understand(talk, said);
    else {
      // One proof is enough; the price is told again after it, whatever came of it.
      const refusal = await prove(talk, said.random);
      if (refusal !== undefined || proofs > 0) return refusal ?? { kind: 'not-ready' };
    }
  }
  const said = await tell(talk, ASK_RESULT);
  if (said === undefined) talk.priced = false;
  return said && understand(talk, said);
}

export const dialog06 = defineDriver<Scale>({
  name: 'dialog-06',
  kind: 'scale',
  links: ['serial', 'pty', 'tcp', 'memory'],
  title: 'Checkout-Dialog 06 计价秤 price-computing scales: Bizerba, Mettler-Toledo, Ohaus, Dibal',
  options,
  line: { baudRate: 9600, dataBits: 7, parity: 'odd' },
  silenceMs: 2500,
  decoder: () => dialogDecoder(),
  async connect(wire, given, context) {
    let talk: Weighing | undefined;
    const { close } = await connectPolled<DialogItem>(wire, context, {
      decoder: dialogDecoder(),
      question: ASK_RESULT,
      replyMs: REPLY_MS,
      pollMs: (given as Options).pollMs,
      answer: (item) => (item.kind === 'stable' ? item : undefined),
      inquire(line) {
        talk ??= { options: given as Options, line, priced: false, waits: 0, last: undefined };
        return inquire(talk);
      },
    });
    return { kind: 'scale', close };
  },
});
