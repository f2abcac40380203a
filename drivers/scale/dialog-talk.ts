/**
 * The conversation of the Checkout-Dialogs 02, 04 and 06: price, result, status. What each says
 * it in comes as `DialogWords`. A scale gives one result for one price, and none while the goods
 * were not moved; what still lies there is then the last result.
 */
import { Type } from 'typebox';
import type { Asking } from '../asking.ts';
import type { DriverContext, Scale, Wire } from '../contract.ts';
import { say } from '../say.ts';
import { type DialogItem, dialogDecoder } from './dialog-06-codec.ts';
import { connectPolled, type PolledAnswer } from './polled.ts';

const REPLY_MS = 1000;
/** The scale may be spoken to again this long after EOT; it answers within 5 ms. */
const TURN_MS = 10;
/** "No result yet" so often: the price is told again. */
const WAITS_A_PRICE = 3;

export const priceOptions = {
  unitPriceFen: Type.Integer({
    default: 1000,
    minimum: 1,
    maximum: 99_999,
    about: say(
      '送给秤的名义单价（分/公斤）',
      'Nominal unit price given to the scale; 1000 is best',
    ),
  }),
  priceDigits: Type.Union([Type.Literal(5), Type.Literal(6)], {
    default: 6,
    about: say('单价位数', 'Digits of the unit price, as the scale is set up'),
  }),
};

/** The sentences of one dialog. */
export interface DialogWords {
  /** Of the price record, without its digits. */
  price: (digits: string) => Uint8Array;
  askResult: Uint8Array;
  askStatus: Uint8Array;
  /** Gives the line back after every answer; undefined where a dialog has no such thing. */
  reset: Uint8Array | undefined;
}

export type Stable = Extract<DialogItem, { grams?: number }>;

export interface Weighing {
  unitPriceFen: number;
  priceDigits: number;
  words: DialogWords;
  line: Asking<DialogItem>;
  /** The scale holds the price, and has given no result for it yet. */
  priced: boolean;
  /** Answers "no result yet" in a row. */
  waits: number;
  /** The last result: what still lies there while the scale says "not moved since". */
  last: Stable | undefined;
  /** Answers a scale that wants proof; the refusal, or undefined where it is convinced. */
  prove?: (random: string) => Promise<PolledAnswer | undefined>;
  /** What a NAK says where the scale has no status to ask for. */
  nak?: PolledAnswer;
}

/** Says one thing, hears the answer, and gives the line back with EOT. */
export async function tell(talk: Weighing, bytes: Uint8Array): Promise<DialogItem | undefined> {
  const { line } = talk;
  const take = (item: DialogItem) => (item.kind === 'discarded' ? undefined : item);
  const said = await line.ask(bytes, take, REPLY_MS);
  if (said !== undefined)
    await line.ask(talk.words.reset ?? new Uint8Array(), () => undefined, TURN_MS);
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

/** A NAK and no word why: the last weight may be gone, the price may be forgotten. */
function withoutStatus(talk: Weighing, nak: PolledAnswer): PolledAnswer {
  talk.waits++;
  talk.priced = talk.waits % WAITS_A_PRICE > 0;
  talk.last = undefined;
  return nak;
}

async function understand(talk: Weighing, said: DialogItem): Promise<PolledAnswer | undefined> {
  if (said.kind === 'status') return answerOfStatus(talk, said.code);
  if (said.kind === 'nak') {
    if (talk.nak !== undefined) return withoutStatus(talk, talk.nak);
    const status = await tell(talk, talk.words.askStatus);
    if (status?.kind === 'status') return answerOfStatus(talk, status.code);
    return status && { kind: 'refused', said: '08' };
  }
  if (said.kind !== 'stable' && said.kind !== 'fault') return { kind: 'refused', said: said.kind };
  talk.priced = false;
  // The result of another price is the answer to another question.
  if (said.kind === 'stable' && said.unitPriceFen !== talk.unitPriceFen) return undefined;
  talk.last = said;
  return said;
}

/** Price, proof where it is wanted, result. */
async function inquire(talk: Weighing): Promise<PolledAnswer | undefined> {
  const { unitPriceFen, priceDigits, words } = talk;
  const price = words.price(String(unitPriceFen).padStart(priceDigits, '0'));
  for (let proofs = 0; !talk.priced; proofs++) {
    const said = await tell(talk, price);
    if (said === undefined) return undefined;
    if (said.kind === 'ack') talk.priced = true;
    // A result is no answer to a price: it comes late, from the question before.
    else if (said.kind === 'stable') return undefined;
    else if (said.kind !== 'prove' || talk.prove === undefined) return understand(talk, said);
    else {
      // One proof is enough; the price is told again after it, whatever came of it.
      const refusal = await talk.prove(said.random);
      if (refusal !== undefined || proofs > 0) return refusal ?? { kind: 'not-ready' };
    }
  }
  const said = await tell(talk, words.askResult);
  if (said === undefined) talk.priced = false;
  return said && understand(talk, said);
}

/** A scale of one dialog; `begin` says how it is spoken to. Rejects as `connectPolled` does. */
export async function connectDialog(
  wire: Wire,
  context: DriverContext,
  pollMs: number,
  begin: (line: Asking<DialogItem>) => Weighing,
): Promise<Scale> {
  let talk: Weighing | undefined;
  const { close } = await connectPolled<DialogItem>(wire, context, {
    decoder: dialogDecoder(),
    pollMs,
    replyMs: REPLY_MS,
    answer: (item) => (item.kind === 'stable' ? item : undefined),
    question(line) {
      talk ??= begin(line);
      return inquire(talk);
    },
  });
  return { kind: 'scale', close };
}
