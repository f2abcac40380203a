/**
 * The unit price of a Gram ZFOC or ACLaS scale, set over the same line:
 *
 *   44 → 02 · 11 00 00 00 00 EF → 02 · 77 F9 00 00 04 p p p p chk → 02 · 33 00 00 00 00 CD → 02
 *   77 write · F9 unit price · 00 00 the current one · 04 bytes, big-endian hundredths
 *   chk  what makes the sum of all bytes 00
 *
 * 33 is sent whatever came before: a scale left waiting for commands does not weigh. A price
 * counts as set once the scale shows it in a price frame, where those are asked for.
 * Source: Gram ZFOC manual pp.40-42, 53.
 */
import type { DeviceOutcome } from '../contract.ts';
import type { EnqDc1Item } from './enq-dc1-codec.ts';
import { answer, question, type Talk } from './enq-dc1-talk.ts';

const TAKEN_MS = 500;
const MOST_FEN = 999_999;
const ENTER = Uint8Array.of(0x44);
const START = Uint8Array.of(0x11, 0x00, 0x00, 0x00, 0x00, 0xef);
const END = Uint8Array.of(0x33, 0x00, 0x00, 0x00, 0x00, 0xcd);

/** `77 F9 …` for a price in fen. */
export function priceCommand(unitPriceFen: number): Uint8Array {
  const body = [0x77, 0xf9, 0, 0, 4, ...[24, 16, 8, 0].map((by) => (unitPriceFen >> by) & 0xff)];
  const sum = body.reduce((total, byte) => total + byte, 0);
  return Uint8Array.of(...body, -sum & 0xff);
}

const isTaken = (item: EnqDc1Item): item is { kind: 'taken' } => item.kind === 'taken';

/** True where the scale said that it took it. */
async function told(talk: Talk, bytes: Uint8Array): Promise<boolean> {
  talk.forget();
  await talk.wire.write(bytes, TAKEN_MS);
  return (await answer(talk, isTaken, TAKEN_MS)) !== undefined;
}

async function tell(talk: Talk, unitPriceFen: number): Promise<DeviceOutcome> {
  const entered = await told(talk, ENTER);
  const written =
    entered && (await told(talk, START)) && (await told(talk, priceCommand(unitPriceFen)));
  const ended = await told(talk, END);
  if (!written || !ended) return { ok: false, reason: 'NO_REPLY' };
  if (talk.options.ask !== 'price') return { ok: true };
  const weighed = await question(talk);
  const shown = weighed ? talk.last?.unitPriceFen : undefined;
  return shown === unitPriceFen ? { ok: true } : { ok: false, reason: 'PRICE_NOT_SHOWN' };
}

/** Sets the scale's unit price before its next question; one at a time. */
export function setPrice(talk: Talk, unitPriceFen: number): Promise<DeviceOutcome> {
  const valid = Number.isInteger(unitPriceFen) && unitPriceFen >= 0 && unitPriceFen <= MOST_FEN;
  if (!valid) return Promise.resolve({ ok: false, reason: 'PRICE_NOT_POSSIBLE' });
  if (talk.ended || talk.context.signal.aborted)
    return Promise.resolve({ ok: false, reason: 'CLOSED' });
  if (talk.chore !== undefined) return Promise.resolve({ ok: false, reason: 'BUSY' });
  return new Promise((done) => {
    const closed = (): void => done({ ok: false, reason: 'CLOSED' });
    talk.context.signal.addEventListener('abort', closed, { once: true });
    talk.chore = async () => {
      try {
        done(await tell(talk, unitPriceFen));
      } finally {
        talk.context.signal.removeEventListener('abort', closed);
        closed();
      }
    };
  });
}
