/**
 * "8A" lock boards (锁控板), RS-485 9600 8N1, up to 99 boards a bus.
 *
 *   open   8A board lock 11 xor  →  8A board lock st xor
 *   read   80 board lock 33 xor  →  80 board lock st xor        xor of the four bytes before
 *   st     11 feedback circuit closed · 00 open
 *
 * Lock 00 opens every lock of the board: it is never sent. An echoed open command has the very
 * shape of an answer, so an adapter that echoes is found by its echo of the harmless 80 … 33.
 * Source: published 8A board specification (CSDN 147892413). Bytes: golden/lock-8a.txt.
 */
import { type Static, Type } from 'typebox';
import { DriverError, defineDriver, type LockBoard } from '../contract.ts';
import { fixed, framer, type Piece, startingWith } from '../framing.ts';
import { toHex } from '../hex.ts';
import { say } from '../say.ts';
import { type LockDecoder, type LockItem, lockOptions } from './lock-protocol.ts';
import { connectLocks } from './lock-session.ts';

const OPEN = 0x8a;
const READ = 0x80;
const PULSE = 0x11;
const QUESTION = 0x33;
const CLOSED = 0x11;
const LENGTH = 5;
const MOST_LOCKS = 50;

const options = Type.Object(
  {
    board: Type.Integer({
      default: 1,
      minimum: 1,
      maximum: 99,
      about: say('板地址（拨码）', 'Address of the board, by its DIP switches'),
    }),
    locks: Type.Integer({
      default: 12,
      minimum: 1,
      maximum: MOST_LOCKS,
      about: say('锁的数量', 'Locks on this board, numbered from 1'),
    }),
    ...lockOptions,
  },
  { additionalProperties: false },
);
type Options = Static<typeof options>;

function command(first: number, board: number, lock: number, what: number): Uint8Array {
  return Uint8Array.of(first, board, lock, what, first ^ board ^ lock ^ what);
}

function valid(frame: Uint8Array): boolean {
  const [first = 0, board = 0, lock = 0, status = 0] = frame;
  const right = frame.reduce((sum, byte) => sum ^ byte, 0) === 0;
  const known = status === 0 || status === CLOSED || (first === READ && status === QUESTION);
  return right && known && board >= 1 && board <= 99 && lock >= 1 && lock <= MOST_LOCKS;
}

/** Frames: `answer` (contacts of one lock), `echo` of our own question, `discarded`. */
export function lock8aDecoder(): LockDecoder {
  const frame = fixed(LENGTH, valid);
  const frames = framer(startingWith({ [OPEN]: frame, [READ]: frame }));
  const item = (piece: Piece): LockItem => {
    if ('discarded' in piece) return { kind: 'discarded', hex: toHex(piece.discarded) };
    const [head, board = 0, first = 0, status] = piece.frame;
    if (status === QUESTION) return { kind: 'echo' };
    const contacts = status === CLOSED ? '1' : '0';
    return { kind: 'answer', to: head === OPEN ? 'open' : 'read', board, first, contacts };
  };
  return {
    push: (bytes) => frames.push(bytes).map(item),
    end: () => frames.end().map(item),
  };
}

export const lock8a = defineDriver<LockBoard>({
  name: 'lock-8a',
  kind: 'lock',
  links: ['serial', 'pty', 'tcp', 'memory'],
  can: ['open', 'state'],
  title: {
    zh: '8A 协议锁控板（RS-485）',
    en: 'Lock boards of the 8A protocol (RS-485)',
  },
  options,
  line: { baudRate: 9600, dataBits: 8, parity: 'none' },
  silenceMs: 5000,
  decoder: lock8aDecoder,
  async connect(wire, given, context) {
    if (wire.kind !== 'bytes') {
      const text = say(`${wire.address}: 锁控板要串口`, `${wire.address}: A byte wire is needed`);
      throw new DriverError('WRONG_WIRE', text, false);
    }
    const settings = given as Options;
    const protocol = {
      decoder: lock8aDecoder,
      board: settings.board,
      openBytes: (lock: number) => command(OPEN, settings.board, lock, PULSE),
      readBytes: (lock: number) => command(READ, settings.board, lock, QUESTION),
      answersOpen: true,
      echoLooksLikeAnswer: true,
    };
    return connectLocks(wire, protocol, settings, context);
  },
});
