/**
 * One sale at an MDB cashless reader: enabled only while somebody pays, so that no card is taken
 * without an order.
 *
 *   READER ENABLE 14 01 → … BEGIN SESSION 03 → VEND REQUEST 13 00 → APPROVED 05 | DENIED 06
 *   APPROVED → VEND SUCCESS 13 02 (now the money is taken) | FAILURE 13 03 (it goes back)
 *   → SESSION COMPLETE 13 04 → END SESSION 07 → READER DISABLE 14 00
 *
 * A VEND REQUEST is never sent twice. VEND SUCCESS may be: it belongs to the one request.
 */
import type { DriverClock, PaymentOutcome } from '../contract.ts';
import type { MdbItem, MdbReply } from './mdb-frames.ts';
import type { MdbOrder, MdbOrders } from './mdb-orders.ts';

const POLL = [0x12];
/** The reader must end its session within this many polls, or it is reset. */
const END_POLLS = 25;
const TRIES = 3;
/** After VEND CANCEL the reader still says approved or denied. */
const AFTER_CANCEL_MS = 5000;
const MOST_UNITS = 0xfffe;

export interface Reader {
  clock: DriverClock;
  /** Sends one block, hears one answer; undefined where there was none. */
  say(block: readonly number[]): Promise<MdbItem | undefined>;
  rest(): Promise<void>;
  ended(): boolean;
  /** Resets the reader and brings it up again; false where it does not answer. */
  reset(): Promise<boolean>;
  /** Fen of one of the reader's units. */
  unitFen(): number;
  serialNumber(): string;
}

export interface Sale {
  orderNo: string;
  amountFen: number;
  payTimeoutMs: number;
  cancelled: boolean;
}

const declined = (reason: string): PaymentOutcome => ({ kind: 'declined', reason });
const has = (said: readonly MdbReply[], ...wanted: MdbReply['say'][]): MdbReply | undefined =>
  said.find(({ say }) => wanted.includes(say));

/** Replies of one answer; undefined where it did not answer or not understand. */
function repliesOf(item: MdbItem | undefined): MdbReply[] | undefined {
  if (item?.kind === 'ack') return [];
  return item?.kind === 'replies' ? item.replies : undefined;
}

/** Sent until the reader took it; for what may be heard twice without harm. */
export async function insist(
  reader: Reader,
  block: readonly number[],
): Promise<MdbReply[] | undefined> {
  for (let attempt = 0; attempt < TRIES && !reader.ended(); attempt++) {
    const replies = repliesOf(await reader.say(block));
    if (replies !== undefined) return replies;
    await reader.rest();
  }
  return undefined;
}

/** The whole sale. `declined`: no money was taken, and none will be. */
export async function sell(
  reader: Reader,
  orders: MdbOrders,
  sale: Sale,
  connection: number,
): Promise<PaymentOutcome> {
  const units = sale.amountFen / reader.unitFen();
  if (!Number.isInteger(units) || units < 1 || units > MOST_UNITS)
    return declined('AMOUNT_NOT_POSSIBLE');
  const start = await waitForCard(reader, sale);
  if (start !== undefined) {
    await insist(reader, [0x14, 0x00]);
    return start;
  }
  const order: MdbOrder = {
    orderNo: sale.orderNo,
    amountFen: sale.amountFen,
    state: 'asked',
    connection,
  };
  orders.put(order);
  const approval = await askApproval(reader, sale, units);
  const end = (state: MdbOrder['state'], facts: Partial<MdbOrder> = {}): void =>
    orders.put({ ...order, state, ...facts });
  if (approval === 'silent') return { kind: 'unknown', reason: 'NO_REPLY' };
  if (approval !== 'approved') {
    end('declined', { reason: approval });
    await finish(reader);
    return declined(approval);
  }
  end('given');
  if ((await insist(reader, [0x13, 0x02, 0x00, 0x01])) === undefined) {
    return { kind: 'unknown', reason: 'SUCCESS_UNCONFIRMED' };
  }
  const providerRef = `${reader.serialNumber()}/${sale.orderNo}`;
  end('captured', { providerRef });
  await finish(reader);
  return { kind: 'captured', amountFen: sale.amountFen, providerRef };
}

/** Undefined once a session has begun; else why there is none. */
async function waitForCard(reader: Reader, sale: Sale): Promise<PaymentOutcome | undefined> {
  const deadlineMs = reader.clock.monoMs() + sale.payTimeoutMs;
  let replies = await insist(reader, [0x14, 0x01]);
  if (replies === undefined) return declined('READER_SILENT');
  while (!reader.ended()) {
    const said = replies ?? [];
    if (has(said, 'session')) return undefined;
    if (has(said, 'malfunction')) return declined('READER_FAULT');
    if (has(said, 'just-reset')) {
      await reader.reset();
      return declined('READER_RESET');
    }
    if (sale.cancelled) return declined('CANCELLED');
    if (reader.clock.monoMs() >= deadlineMs) return declined('NO_CARD');
    await reader.rest();
    replies = repliesOf(await reader.say(POLL));
  }
  return declined('READER_SILENT');
}

/** `silent`: nobody knows what the reader made of it. Anything else but `approved` took nothing. */
async function askApproval(reader: Reader, sale: Sale, units: number): Promise<string> {
  const deadlineMs = reader.clock.monoMs() + sale.payTimeoutMs;
  let giveUpMs = Number.POSITIVE_INFINITY;
  const request = [0x13, 0x00, units >> 8, units & 0xff, 0x00, 0x01];
  let replies = repliesOf(await reader.say(request));
  while (!reader.ended()) {
    const said = replies ?? [];
    const approved = has(said, 'approved');
    if (approved?.say === 'approved') {
      if (approved.amount === units) return 'approved';
      // The goods were priced, and another price was approved: not this sale.
      return (await insist(reader, [0x13, 0x03])) === undefined
        ? resetTo(reader, 'AMOUNT_CHANGED')
        : 'AMOUNT_CHANGED';
    }
    if (has(said, 'denied')) return 'DENIED';
    if (has(said, 'session-cancelled', 'end-session', 'cancelled')) return 'CANCELLED_AT_READER';
    if (has(said, 'malfunction', 'out-of-sequence', 'just-reset'))
      return resetTo(reader, 'READER_FAULT');
    const now = reader.clock.monoMs();
    if (now >= giveUpMs) return resetTo(reader, 'NO_APPROVAL');
    if (giveUpMs === Number.POSITIVE_INFINITY && (sale.cancelled || now >= deadlineMs)) {
      giveUpMs = now + AFTER_CANCEL_MS;
      replies = repliesOf(await reader.say([0x13, 0x01]));
      continue;
    }
    await reader.rest();
    replies = repliesOf(await reader.say(POLL));
  }
  return 'silent';
}

/** A reader that was reset before VEND SUCCESS took nothing; one that does not answer may have. */
async function resetTo(reader: Reader, reason: string): Promise<string> {
  return (await reader.reset()) ? reason : 'silent';
}

/** Lets the card go; a reader that does not end its session is reset. */
async function finish(reader: Reader): Promise<void> {
  let said = await insist(reader, [0x13, 0x04]);
  for (let polls = 0; polls < END_POLLS && said !== undefined && !reader.ended(); polls++) {
    if (has(said, 'end-session') || has(said, 'out-of-sequence')) break;
    await reader.rest();
    said = repliesOf(await reader.say(POLL)) ?? [];
  }
  if (said !== undefined && has(said, 'end-session')) await insist(reader, [0x14, 0x00]);
  else if (!reader.ended()) await reader.reset();
}
