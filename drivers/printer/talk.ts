/** Conversations with any printer: one at a time, a job in pieces, and what it used up. */
import { type ByteWire, type DriverContext, type PrintJob, WireError } from '../contract.ts';

const POLL_MS = 2000;
/** Small enough that a slow line takes a piece within its deadline. */
const PIECE_BYTES = 256;
const PIECE_TIMEOUT_MS = 5000;

/** Runs conversations one after another: answers do not say which question they belong to. */
export function oneAtATime(): <T>(talk: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (talk) => {
    const mine = last.then(talk, talk);
    last = mine;
    return mine;
  };
}

/** Asks for ever, until what is returned is called or the wire is closed. */
export function poll(
  read: () => Promise<unknown>,
  closed: () => boolean,
  context: DriverContext,
): () => void {
  let cancel = (): void => {};
  const later = (): void => {
    if (closed()) return;
    cancel = context.clock.after(POLL_MS, () => void read().finally(later));
  };
  later();
  return () => cancel();
}

/** `none` only where it is certain that not one byte left the box. */
export async function sendWhole(
  wire: ByteWire,
  bytes: Uint8Array,
  closed: () => boolean,
  context: DriverContext,
): Promise<'all' | 'some' | 'none'> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    const wasClosed = closed();
    try {
      await wire.write(bytes.subarray(at, at + PIECE_BYTES), PIECE_TIMEOUT_MS);
      context.alive();
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      context.log.warn({ reason: error.code, at }, 'The job was not sent whole');
      return at === 0 && (wasClosed || error.code === 'QUEUE_FULL') ? 'none' : 'some';
    }
  }
  return 'all';
}

/** Adds a printed job to the printer's statistics. */
export function countPaper(context: DriverContext, job: PrintJob): void {
  for (const line of job.lines) {
    if ('cut' in line) context.count('PaperCutCount');
    else if ('qr' in line || 'ean13' in line) context.count('BarcodePrintedCount');
    else if (!('feed' in line)) context.count('ReceiptLinePrintedCount');
  }
}
