/**
 * A card terminal as a till knows it, over ZVT. Cards are held to it by people; it keeps its own
 * journal, whatever the till heard of it.
 *
 *   APDU: CLA INS LEN data, LEN FF + two bytes low first       TCP: bare, port 20007
 *   serial 9600 8N2: 10 02 APDU(10 doubled) 10 03 crcL crcH; 06 taken, 15 not
 *   CRC-16 reflected 8408 from 0 over APDU and 03
 *
 *   till 06 00 register · 06 01 pay (04 = amount) · 06 20 repeat receipt · 06 30 reverse (87 =
 *   receipt) · 06 31 refund · 06 B0 abort · 05 01 enquiry   → 80 00 00, then 04 FF…, 04 0F, 06 D1, 06 0F | 06 1E
 *   and before every next word the till has to say 80 00 00.
 *
 * Sources: Portalum.Zvt unit tests, ZVT revision 13.09.
 */
import type { Port } from '../port.ts';
import type { Clock } from '../runtime.ts';

export type TerminalFraming = 'serial' | 'tcp';

/** What the next shopper does, or what becomes of the line while they do. */
export type CardBehaviour =
  | 'pays'
  | 'card-unreadable'
  | 'walks-away'
  | 'cancels'
  /** Ends with this result code, two hex digits. */
  | `abort-${string}`
  /** Charged a fen less than it was told to. */
  | 'charges-less'
  /** The card holds half of it; that half is charged. */
  | 'pays-half'
  /** Says paid, then aborts. */
  | 'contradicts'
  /** Charged, and the end of it is never said. */
  | 'paid-unheard'
  /** Not charged, and the end of it is never said. */
  | 'declined-unheard';

export type TerminalFault =
  | 'silence'
  | 'busy'
  | 'wrong-check'
  | 'wrong-password'
  /** Cannot say its last receipt. */
  | 'no-repeat'
  | 'not-reversible';

export interface TerminalTransaction {
  receipt: number;
  trace: number;
  amountFen: number;
  reversed: boolean;
  /** Money that went back to a card, a transaction of its own. */
  refund?: true;
}

export interface TerminalOptions {
  clock: Clock;
  framing: TerminalFraming;
  behaviour: () => CardBehaviour;
  fault: () => TerminalFault | undefined;
  /** The journal outlives a pulled cable: the same list is passed in again. */
  journal: TerminalTransaction[];
  /** Called whenever the journal changed, before anybody is told. */
  kept?: () => void;
}

const DLE = 0x10;
const WORD_MS = 15;
const CARD_MS = 400;
/** Nobody held a card to it. */
const NO_CARD_MS = 60_000;

function crc(bytes: number[]): number {
  let value = 0;
  for (const byte of bytes)
    for (let bit = 0, rest = byte; bit < 8; bit++, rest >>= 1)
      value = (value ^ rest) & 1 ? (value >> 1) ^ 0x8408 : value >> 1;
  return value;
}

/** Bytes of one APDU on the wire. */
export function terminalFrame(framing: TerminalFraming, words: number[]): Uint8Array {
  if (framing === 'tcp') return Uint8Array.from(words);
  const check = crc([...words, 0x03]);
  const body = words.flatMap((byte) => (byte === DLE ? [DLE, DLE] : byte));
  return Uint8Array.from([DLE, 0x02, ...body, DLE, 0x03, check & 0xff, check >> 8]);
}

const digits = (value: number, bytes: number): number[] => [
  ...Buffer.from(String(value).padStart(bytes * 2, '0'), 'hex'),
];

/** Status information (04 0F) of one transaction: result, amount, trace, receipt. */
export function statusWords({ amountFen, trace, receipt }: TerminalTransaction): number[] {
  const amount = [0x04, ...digits(amountFen, 6)];
  const numbers = [0x0b, ...digits(trace, 3), 0x87, ...digits(receipt, 2)];
  return [0x04, 0x0f, 0x10, 0x27, 0x00, ...amount, ...numbers];
}

/** APDUs of the till, with `true` where a serial frame was whole. */
function listener(framing: TerminalFraming, onApdu: (words: number[]) => void) {
  let held: number[] = [];
  const takeTcp = (): boolean => {
    const size = 3 + (held[2] ?? 0);
    if (held.length < 3 || held.length < size) return false;
    onApdu(held.splice(0, size));
    return true;
  };
  const takeSerial = (): boolean => {
    while (held.length > 1 && !(held[0] === DLE && held[1] === 0x02)) held.shift();
    const words: number[] = [];
    for (let at = 2; at < held.length; at++) {
      if (held[at] === DLE && held[at + 1] === 0x03 && at + 3 < held.length) {
        const check = (held[at + 2] ?? 0) | ((held[at + 3] ?? 0) << 8);
        held.splice(0, at + 4);
        if (crc([...words, 0x03]) === check) onApdu(words);
        return true;
      }
      if (held[at] === DLE && held[at + 1] === DLE) at++;
      words.push(held[at] ?? 0);
    }
    return false;
  };
  return (bytes: Uint8Array) => {
    held = [...held, ...bytes];
    while (framing === 'tcp' ? takeTcp() : takeSerial());
  };
}

const ABORT = (code: number) => [0x06, 0x1e, 0x01, code];
const COMPLETION = [0x06, 0x0f, 0x00];

/** One APDU the terminal will say, how long after the till's last word, and what it does first. */
interface Word {
  words: number[];
  afterMs: number;
  first?: () => void;
}

const quick = (words: number[]): Word => ({ words, afterMs: WORD_MS });

/** Writes a transaction into the terminal's journal. */
function book(
  journal: TerminalTransaction[],
  amountFen: number,
  refund?: true,
): TerminalTransaction {
  const last = journal.at(-1);
  const receipt = (last?.receipt ?? 0) + 1;
  const done = { receipt, trace: (last?.trace ?? 100) + 1, amountFen, reversed: false };
  journal.push(refund ? { ...done, refund } : done);
  return done;
}

/** What the terminal says after it took the payment; `booking` is called as it charges. */
function payment(how: CardBehaviour, booking: () => TerminalTransaction): Word[] {
  const insert = quick([0x04, 0xff, 0x01, 0x0a]);
  if (how === 'card-unreadable') return [insert, { words: ABORT(0x64), afterMs: CARD_MS }];
  if (how === 'cancels') return [insert, { words: ABORT(0x6c), afterMs: CARD_MS }];
  if (how === 'walks-away') return [insert, { words: ABORT(0x6c), afterMs: NO_CARD_MS }];
  if (how === 'declined-unheard') return [];
  if (how === 'paid-unheard') {
    booking();
    return [];
  }
  if (how.startsWith('abort-'))
    return [insert, quick(ABORT(Number.parseInt(how.slice('abort-'.length), 16)))];
  const status: number[] = [];
  const first = () => void status.push(...statusWords(booking()));
  const end = quick(how === 'contradicts' ? ABORT(0x64) : COMPLETION);
  return [insert, { words: status, afterMs: CARD_MS, first }, quick([6, 0xd1, 1, 0x40]), end];
}

/** What it says to everything else it knows; undefined to what it does not. */
function answer(words: number[], { journal, fault, kept }: TerminalOptions): Word[] | undefined {
  const code = Buffer.from(words.slice(0, 2)).toString('hex');
  const broken = fault();
  if (code === '0600') return [quick(broken === 'wrong-password' ? ABORT(0x83) : COMPLETION)];
  if (code === '0501') return [quick(COMPLETION)];
  if (code === '0620') {
    const last = journal.at(-1);
    if (broken === 'no-repeat') return [quick(ABORT(0xc5))];
    return last ? [quick(statusWords(last)), quick(COMPLETION)] : [quick(ABORT(0xff))];
  }
  if (code !== '0630' || words[6] !== 0x87) return undefined;
  const receipt = numberAt(words, 7, 2);
  const found = journal.find((each) => each.receipt === receipt);
  if (!found || broken === 'not-reversible') return [quick(ABORT(0xb5))];
  if (found.reversed) return [quick(ABORT(0xb4))];
  found.reversed = true;
  kept?.();
  return [quick(statusWords(found)), quick(COMPLETION)];
}

const numberAt = (words: number[], at: number, bytes: number) =>
  Number(Buffer.from(words.slice(at, at + bytes)).toString('hex'));

/** A till that does not answer a word for this long is gone: the terminal ends by itself. */
const TILL_GONE_MS = 5_000;

/** Says a script word by word, each after the till's yes to the one before. */
function createMouth(clock: Clock, say: (words: number[]) => void, onEnd: () => void) {
  let script: Word[] = [];
  let cancel = () => {};
  const gone = () => {
    script = [];
    onEnd();
  };
  const next = () => {
    const word = script.shift();
    if (!word) return onEnd();
    cancel();
    cancel = clock.after(word.afterMs, () => {
      word.first?.();
      say(word.words);
      if (script.length === 0) onEnd();
      else cancel = clock.after(TILL_GONE_MS, gone);
    });
  };
  return {
    next,
    play(words: Word[]) {
      script = words;
      say([0x80, 0, 0]);
      next();
    },
    stop: () => cancel(),
  };
}

function chargedFen(how: CardBehaviour, amountFen: number): number {
  if (how === 'charges-less') return amountFen - 1;
  return how === 'pays-half' ? Math.max(1, Math.floor(amountFen / 2)) : amountFen;
}

/** Puts the terminal on its cable. */
export function startTerminalZvt(port: Port, options: TerminalOptions): { close(): void } {
  const { clock, framing, behaviour, fault, journal } = options;
  let paying = false;
  let booked = false;
  let closed = false;

  const say = (words: number[]) => {
    if (closed || fault() === 'silence') return;
    const bytes = terminalFrame(framing, words);
    const check = bytes.length - 1;
    if (framing === 'serial' && fault() === 'wrong-check')
      bytes[check] = (bytes[check] ?? 0) ^ 0x55;
    port.write(bytes);
  };
  const mouth = createMouth(clock, say, () => {
    paying = false;
  });
  const pay = (amountFen: number, refund?: true) => {
    const how = behaviour();
    paying = true;
    booked = false;
    const booking = () => {
      booked = true;
      const done = book(journal, chargedFen(how, amountFen), refund);
      options.kept?.();
      return done;
    };
    mouth.play(payment(how, booking));
  };
  const command = (words: number[]) => {
    const [cla, ins] = words;
    if (cla === 0x80) return mouth.next();
    // Once it charged, it goes on to the end.
    if (cla === 0x06 && ins === 0xb0)
      return paying && !booked ? mouth.play([quick(ABORT(0x6c))]) : say([0x80, 0, 0]);
    if (paying || fault() === 'busy') return say([0x84, 0x9c, 0]);
    if (cla === 0x06 && ins === 0x01 && words[3] === 0x04) return pay(numberAt(words, 4, 6));
    // 06 31: password, then the amount.
    if (cla === 0x06 && ins === 0x31 && words[6] === 0x04) return pay(numberAt(words, 7, 6), true);
    const script = answer(words, options);
    return script ? mouth.play(script) : say([0x84, 0x83, 0]);
  };
  port.onBytes(
    listener(framing, (words) => {
      if (closed || fault() === 'silence') return;
      if (framing === 'serial') port.write(Uint8Array.of(0x06));
      command(words);
    }),
  );
  return {
    close() {
      closed = true;
      mouth.stop();
    },
  };
}
