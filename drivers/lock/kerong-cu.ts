/**
 * Kerong lock boards on RS-485, 19200 8N1. SUM is the low byte of the sum of all bytes before it.
 *
 *   cu16   02 ADDR CMD [data] 03 SUM     30 status · 31 open, ADDR = lock − 1 · 33 all: never sent
 *          02 ADDR 35 h1 h2 i1 i2 03 SUM hooks 1–8, 9–16, infrared; bit 1 = circuit closed
 *          a pulse has no answer of its own: the status is read afterwards
 *   cu48   02 ADDR LOCK CMD 03 SUM       60 status · 61 open · 75 success
 *          what its status says of the bolt is not published: the state stays unknown
 *
 * Sources: CartWise KR-CU16 driver; SCU/CU driver. Bytes: golden/kerong-cu*.txt.
 */
import { type Static, Type } from 'typebox';
import { DriverError, defineDriver, type LockBoard } from '../contract.ts';
import { framer, lengthInHead, type Piece } from '../framing.ts';
import { toHex } from '../hex.ts';
import { say } from '../say.ts';
import {
  type LockDecoder,
  type LockItem,
  type LockProtocol,
  lockOptions,
} from './lock-protocol.ts';
import { connectLocks } from './lock-session.ts';

const STX = 0x02;
const ETX = 0x03;
const CU16_LOCKS = 16;

const options = Type.Object(
  {
    dialect: Type.Union([Type.Literal('cu16'), Type.Literal('cu48')], {
      default: 'cu16',
      about: say('板型', 'Board: cu16 (KR-CU16) or cu48 (CU48 and its like)'),
    }),
    board: Type.Integer({
      default: 0,
      minimum: 0,
      maximum: 15,
      about: say('板地址，仅 cu48', 'Address of the board, cu48 only'),
    }),
    locks: Type.Integer({
      default: 16,
      minimum: 1,
      maximum: 48,
      about: say('锁的数量', 'Locks on this board, numbered from 1; at most 16 on a cu16'),
    }),
    ...lockOptions,
  },
  { additionalProperties: false },
);
type Options = Static<typeof options>;

function frame(...bytes: number[]): Uint8Array {
  const all = [STX, ...bytes, ETX];
  return Uint8Array.of(...all, all.reduce((sum, byte) => sum + byte, 0) & 0xff);
}

function valid(bytes: Uint8Array, from: number, to: number): boolean {
  let sum = 0;
  for (let at = from; at < to - 1; at++) sum += bytes[at]!;
  return bytes[to - 2] === ETX && bytes[to - 1] === (sum & 0xff);
}

const CU16_COMMANDS = new Set([0x30, 0x31, 0x33]);

function cu16Length(bytes: Uint8Array, from: number, to: number): number {
  if (bytes[from] !== STX) return -1;
  if (to - from < 3) return 0;
  const command = bytes[from + 2]!;
  if (command === 0x35) return 9;
  return CU16_COMMANDS.has(command) ? 5 : -1;
}

const cu48Length = (bytes: Uint8Array, from: number): number => (bytes[from] === STX ? 6 : -1);

function cu16Item(bytes: Uint8Array): LockItem {
  if (bytes.length === 5) return { kind: 'echo' };
  const bits = (bytes[3] ?? 0) | ((bytes[4] ?? 0) << 8);
  const contacts = Array.from({ length: CU16_LOCKS }, (_unused, at) => (bits >> at) & 1).join('');
  return { kind: 'answer', to: 'read', board: 0, first: 1, contacts };
}

function cu48Item([, board = 0, index = 0, command = 0]: Uint8Array): LockItem {
  if (command === 0x60 || command === 0x61) return { kind: 'echo' };
  const lock = index + 1;
  if (command === 0x75) return { kind: 'answer', to: 'either', board, first: lock, contacts: '?' };
  return { kind: 'refused', board, lock, code: command.toString(16).padStart(2, '0') };
}

/** Frames: `answer`, `refused`, `echo` of our own bytes, `discarded`. */
export function kerongDecoder(dialect: Options['dialect']): LockDecoder {
  const frames = framer(lengthInHead(dialect === 'cu16' ? cu16Length : cu48Length, valid));
  const item = (piece: Piece): LockItem => {
    if ('discarded' in piece) return { kind: 'discarded', hex: toHex(piece.discarded) };
    return dialect === 'cu16' ? cu16Item(piece.frame) : cu48Item(piece.frame);
  };
  return {
    push: (bytes) => frames.push(bytes).map(item),
    end: () => frames.end().map(item),
  };
}

function protocolOf({ dialect, board }: Options): LockProtocol {
  const decoder = (): LockDecoder => kerongDecoder(dialect);
  if (dialect === 'cu16') {
    return {
      decoder,
      board: 0,
      openBytes: (lock) => frame(lock - 1, 0x31),
      readBytes: () => frame(0, 0x30),
      answersOpen: false,
      echoLooksLikeAnswer: false,
    };
  }
  return {
    decoder,
    board,
    openBytes: (lock) => frame(board, lock - 1, 0x61),
    readBytes: (lock) => frame(board, lock - 1, 0x60),
    answersOpen: true,
    echoLooksLikeAnswer: false,
  };
}

export const kerongCu = defineDriver<LockBoard>({
  name: 'kerong-cu',
  kind: 'lock',
  links: ['serial', 'pty', 'tcp', 'memory'],
  can: ['open', 'state'],
  title: {
    zh: '科荣 CU16、CU48 锁控板',
    en: 'Kerong CU16 and CU48 lock boards',
  },
  options,
  line: { baudRate: 19_200, dataBits: 8, parity: 'none' },
  silenceMs: 5000,
  decoder: (given) => kerongDecoder((given as Options).dialect),
  async connect(wire, given, context) {
    if (wire.kind !== 'bytes') {
      const text = say(`${wire.address}: 锁控板要串口`, `${wire.address}: A byte wire is needed`);
      throw new DriverError('WRONG_WIRE', text, false);
    }
    const settings = given as Options;
    if (settings.dialect === 'cu16' && settings.locks > CU16_LOCKS) {
      const text = say(
        `locks: cu16 最多 ${CU16_LOCKS} 把锁`,
        `locks: A cu16 has ${CU16_LOCKS} locks at most`,
      );
      throw new DriverError('BAD_OPTIONS', text, false);
    }
    return connectLocks(wire, protocolOf(settings), settings, context);
  },
});
