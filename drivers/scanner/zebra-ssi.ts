/**
 * Zebra (Symbol) scanners in Simple Serial Interface: packets instead of bare text, each answered.
 *
 *   len op source status data… sumHi sumLo     len counts len..data; sum: two's complement, 16 bit
 *   F3 decode data: symbology, text            answered by D0; without an answer it comes again
 *   D0 ack · D1 nak: reason · F6 event: code   from the scanner as well
 *   host E4 trigger on · E5 off · E9 enable · EA disable · E6 n beep · D1 01 send again   source 04
 *   status bit 0: sent again · bit 1: more of the same code follows
 *
 * Whatever is not answered is repeated, so a repeat of the code before is acknowledged and dropped.
 * Source: Zebra Simple Serial Interface Programmer's Guide. The symbology numbers beyond the common
 * ones vary with firmware: one that is not in the table goes by its number.
 */
import { type Static, Type } from 'typebox';
import {
  type ByteWire,
  type DeviceOutcome,
  type DriverContext,
  DriverError,
  defineDriver,
  type Scanner,
} from '../contract.ts';
import { deadline } from '../deadline.ts';
import { framer, lengthInHead, type Piece } from '../framing.ts';
import { toHex } from '../hex.ts';
import { quietTimer } from '../quiet-timer.ts';
import { say } from '../say.ts';

const DECODE_DATA = 0xf3;
const EVENT = 0xf6;
const ACK = 0xd0;
const NAK = 0xd1;
const HEAD_BYTES = 4;
/** Three short high tones. */
const BEEP = [0xe6, 0x02] as const;
const AGAIN = 0x01;
const MORE = 0x02;
/** Half a packet after this long is noise, and the scanner is asked for all of it. */
const INSIDE_PACKET_MS = 100;
const ANSWER_MS = 1000;
/** A long QR code comes in packets of up to 255 bytes. */
const MAX_CODE_BYTES = 4096;

/** Name and AIM identifier (ISO/IEC 15424) of a symbology number; QR is taken as model 2. */
const SYMBOLOGIES: Readonly<Record<number, readonly [string, string]>> = {
  1: ['Code 39', ']A0'],
  3: ['Code 128', ']C0'],
  6: ['ITF', ']I0'],
  8: ['UPC-A', ']E0'],
  9: ['UPC-E', ']E0'],
  10: ['EAN-8', ']E4'],
  11: ['EAN-13', ']E0'],
  15: ['GS1-128', ']C1'],
  27: ['Data Matrix', ']d1'],
  28: ['QR Code', ']Q1'],
};

const options = Type.Object(
  {
    enable: Type.Boolean({
      default: true,
      about: say('连接后打开扫描', 'Switch scanning on after connecting'),
    }),
  },
  { additionalProperties: false },
);
type Options = Static<typeof options>;

type SsiItem =
  | {
      kind: 'code';
      text: string;
      symbology: string;
      aimId?: string;
      /** The scanner sent this packet before. */
      again?: true;
      /** The next packet goes on with the same code. */
      more?: true;
    }
  | { kind: 'ack' }
  | { kind: 'nak'; reason: number }
  | { kind: 'event'; code: number }
  | { kind: 'discarded'; hex: string };

const sumOf = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => sum + byte, 0) & 0xffff;

/** A packet of the host: `len op 04 00 data… sum`. */
function packet(op: number, ...data: number[]): Uint8Array {
  const body = [HEAD_BYTES + data.length, op, 0x04, 0x00, ...data];
  const sum = -sumOf(Uint8Array.from(body)) & 0xffff;
  return Uint8Array.of(...body, sum >> 8, sum & 0xff);
}

const OP_LENGTHS: Readonly<Record<number, readonly [least: number, most: number]>> = {
  [DECODE_DATA]: [6, 255],
  [EVENT]: [5, 5],
  [ACK]: [4, 4],
  [NAK]: [5, 5],
};

/** The scanner speaks as source 00; a length that no packet of its kind has begins none. */
const recognise = lengthInHead(
  (bytes, from, to) => {
    const length = bytes[from]!;
    if (to - from === 1) return length < HEAD_BYTES ? -1 : 0;
    const [least, most] = OP_LENGTHS[bytes[from + 1]!] ?? [1, 0];
    const ours = to - from === 2 || bytes[from + 2] === 0;
    return ours && length >= least && length <= most ? length + 2 : -1;
  },
  (bytes, from, to) => {
    const sum = bytes[to - 2]! * 256 + bytes[to - 1]!;
    return ((sumOf(bytes.subarray(from, to - 2)) + sum) & 0xffff) === 0;
  },
);

function readText(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return /^[\x1d\x20-\x7e\u00a0-\u{10ffff}]+$/u.test(text) ? text : undefined;
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function readPacket(frame: Uint8Array): SsiItem {
  const [, op, , status = 0, first = 0] = frame;
  if (op === ACK) return { kind: 'ack' };
  if (op === NAK) return { kind: 'nak', reason: first };
  if (op === EVENT) return { kind: 'event', code: first };
  const said = readText(frame.subarray(HEAD_BYTES + 1, -2));
  if (said === undefined) return { kind: 'discarded', hex: toHex(frame) };
  const [symbology, usual] = SYMBOLOGIES[first] ?? [
    first.toString(16).toUpperCase().padStart(2, '0'),
  ];
  // Where the scanner is set to send the identifier itself, that one is right.
  const own = /^\][A-Za-z][0-9A-Za-z]/.exec(said)?.[0];
  const aimId = own ?? usual;
  return {
    kind: 'code',
    text: said.slice(own?.length ?? 0),
    symbology,
    ...(aimId !== undefined && { aimId }),
    ...(status & AGAIN && { again: true as const }),
    ...(status & MORE && { more: true as const }),
  };
}

function decoder() {
  const frames = framer(recognise);
  const item = (piece: Piece): SsiItem =>
    'frame' in piece ? readPacket(piece.frame) : { kind: 'discarded', hex: toHex(piece.discarded) };
  return {
    push: (bytes: Uint8Array): SsiItem[] => frames.push(bytes).map(item),
    // The head of a packet may be noise, and whole packets taken for its text.
    end: (): SsiItem[] => frames.search().map(item),
  };
}

/** One question at a time; the answer is an ack, a nak, or silence. */
function asker(wire: ByteWire, { clock, signal }: DriverContext) {
  let settle: ((outcome: DeviceOutcome) => void) | undefined;
  const answer = (outcome: DeviceOutcome) => settle?.(outcome);
  signal.addEventListener('abort', () => answer({ ok: false, reason: 'closed' }), { once: true });
  return {
    answer,
    async ask(question: Uint8Array): Promise<DeviceOutcome> {
      if (settle) return { ok: false, reason: 'busy' };
      const answered = new Promise<DeviceOutcome>((resolve) => {
        const cancel = deadline(clock, ANSWER_MS, () => answer({ ok: false, reason: 'no-answer' }));
        settle = (outcome) => {
          cancel();
          settle = undefined;
          resolve(outcome);
        };
      });
      await wire.write(question);
      return answered;
    },
  };
}

/**
 * Codes whole and once: pieces are put together, and a repeat that was acknowledged is dropped. A
 * repeat that opens a connection may have been sold on the one before: rather once too few, since
 * a shopper who sees no line scans again. Where noise came first, the noise was its first sending.
 */
function assembler() {
  let held = '';
  let last: string | undefined;
  return (item: Extract<SsiItem, { kind: 'code' }>, noisy: boolean): string | undefined => {
    const packetText = `${item.symbology} ${item.text} ${item.more ?? false}`;
    const known = last === undefined ? !noisy : packetText === last;
    last = packetText;
    if (item.again && known) return undefined;
    held = `${held}${item.text}`.slice(0, MAX_CODE_BYTES);
    if (item.more) return undefined;
    const whole = held;
    held = '';
    return whole;
  };
}

function attach(wire: ByteWire, context: DriverContext) {
  const decode = decoder();
  const { ask, answer } = asker(wire, context);
  const assemble = assembler();
  const send = (bytes: Uint8Array) =>
    wire.write(bytes).catch((error: unknown) => {
      context.log.debug({ error: String(error) }, 'the scanner is gone');
    });
  let noisy = false;
  const hear = (item: SsiItem): void => {
    if (item.kind === 'ack') answer({ ok: true });
    if (item.kind === 'nak') answer({ ok: false, reason: `refused (${item.reason})` });
    if (item.kind === 'discarded') {
      context.count('CommunicationErrorCount');
      noisy = true;
    }
    if (item.kind !== 'code') return;
    void send(packet(ACK));
    const text = assemble(item, noisy);
    noisy = false;
    if (text === undefined) return;
    context.count('GoodScanCount');
    const { aimId } = item;
    context.emit({
      ...{ kind: 'code', text, atMs: context.clock.monoMs() },
      ...(aimId !== undefined && { aimId }),
    });
  };
  const take = (items: SsiItem[]): void => {
    for (const item of items) hear(item);
  };
  const pause = quietTimer(context.clock, INSIDE_PACKET_MS, () => {
    take(decode.end());
    // Asked for again once the line is quiet: a question into the noise would only add to it.
    if (noisy) void send(packet(NAK, 0x01));
  });
  context.signal.addEventListener('abort', () => pause.stop(), { once: true });
  wire.onBytes((bytes) => {
    context.alive();
    pause.touch();
    take(decode.push(bytes));
  });
  return { ask, stop: () => pause.stop() };
}

export const zebraSsi = defineDriver<Scanner>({
  name: 'zebra-ssi',
  kind: 'scanner',
  links: ['serial', 'pty', 'tcp', 'memory'],
  can: ['trigger', 'locate'],
  title: {
    zh: '斑马扫码枪（SSI 协议）',
    en: 'Zebra scanners, Simple Serial Interface',
  },
  options,
  line: { baudRate: 9600, dataBits: 8, parity: 'none' },
  decoder,
  async connect(wire, given, context) {
    if (wire.kind !== 'bytes')
      throw new DriverError(
        'WRONG_WIRE',
        say(`${wire.address}: 扫码枪要串口`, `${wire.address}: A byte wire is needed`),
        false,
      );
    const { ask, stop } = attach(wire, context);
    if ((given as Options).enable) {
      const enabled = await ask(packet(0xe9));
      if (!enabled.ok)
        throw new DriverError('NO_REPLY', `${wire.address}: SSI ${enabled.reason}`, true);
    }
    return {
      kind: 'scanner',
      trigger: (on) => ask(packet(on ? 0xe4 : 0xe5)),
      locate: () => ask(packet(...BEEP)),
      async close() {
        stop();
      },
    };
  },
});
