/**
 * The conversation with a ZVT terminal: one command at a time, taken by `80 00 00`, ended by
 * completion (06 0F) or abort (06 1E). The terminal asks in between, and every one of its
 * commands is answered at once. Nothing that moves money is ever put on the wire twice here.
 */
import { type ByteWire, type DriverContext, WireError } from '../contract.ts';
import { deadline } from '../deadline.ts';
import {
  apdu,
  type Framing,
  LINK_ACK,
  LINK_NAK,
  onWire,
  type ZvtItem,
  type ZvtStatus,
  zvtDecoder,
} from './zvt-frames.ts';

/** T3: the first answer to a command. */
const ACCEPT_MS = 5000;
/** From the last word of the terminal to the end; every intermediate status starts it anew. */
export const MONEY_MS = 180_000;
export const QUESTION_MS = 8000;
const RESENDS = 3;

const ACCEPTED = apdu(0x8000);
const NOT_KNOWN = apdu(0x8483);

/** How a command ended. `silent`: nobody knows; `closed`: the wire went, nobody knows. */
export interface Ended {
  how: 'completed' | 'aborted' | 'refused' | 'silent' | 'closed';
  /** Result code of the abort or of the refusal, two hex digits. */
  code?: string;
  status?: ZvtStatus;
}

export interface ZvtTalk {
  /** Sends one command and hears it out; commands wait for each other. */
  run(command: Uint8Array, limitMs: number): Promise<Ended>;
  /** Asks the terminal to give up what it is doing (06 B0); the command at hand ends by itself. */
  interrupt(): void;
  /** A command is at hand or waiting. */
  busy(): boolean;
  /** Runs of noise so far. */
  noise(): number;
}

interface Exchange {
  accepted: boolean;
  limitMs: number;
  status?: ZvtStatus;
  wait(ms: number): void;
  end(ended: Ended): void;
}

interface Sent {
  bytes: Uint8Array;
  again: number;
}

interface Line {
  wire: ByteWire;
  framing: Framing;
  context: DriverContext;
  exchange: Exchange | undefined;
  /** The last frame that may be sent again, until the terminal took it. */
  sent: Sent | undefined;
  noise: number;
}

function send(line: Line, bytes: Uint8Array, again: number): void {
  line.sent = again > 0 ? { bytes, again } : undefined;
  line.wire.write(bytes).catch((error: unknown) => {
    if (!(error instanceof WireError)) throw error;
    line.exchange?.end({ how: 'closed' });
  });
}

/** Link characters of the serial framing; true where the item was one. */
function heardLink(line: Line, item: ZvtItem): boolean {
  if (item.kind === 'ack') line.sent = undefined;
  else if (item.kind === 'nak') {
    const { sent } = line;
    if (sent !== undefined) send(line, sent.bytes, sent.again - 1);
  } else if (item.kind === 'discarded') {
    line.noise++;
    line.context.count('CommunicationErrorCount');
    // A damaged frame: the terminal says it again.
    if (line.framing === 'serial' && item.hex.startsWith('10 02')) send(line, LINK_NAK, 0);
  } else return false;
  return true;
}

/** The answer to our command: taken, or not. */
function heardAnswer(exchange: Exchange | undefined, item: ZvtItem): boolean {
  if (item.kind !== 'accepted' && item.kind !== 'refused') return false;
  if (exchange === undefined || exchange.accepted) return true;
  if (item.kind === 'refused') exchange.end({ how: 'refused', code: item.code });
  else {
    exchange.accepted = true;
    exchange.wait(exchange.limitMs);
  }
  return true;
}

/** A command of the terminal: answered at once, then taken for what it says. */
function hear(line: Line, item: ZvtItem): void {
  if (heardLink(line, item)) return;
  const { context, exchange } = line;
  if (line.framing === 'serial') send(line, LINK_ACK, 0);
  context.alive();
  if (heardAnswer(exchange, item)) return;
  const answer = item.kind === 'command' ? NOT_KNOWN : ACCEPTED;
  send(line, onWire(line.framing, answer), RESENDS);
  if (exchange === undefined) {
    context.count('M_LateReplyCount');
    return;
  }
  exchange.accepted = true;
  if (item.kind === 'status') exchange.status = item;
  const told = exchange.status && { status: exchange.status };
  if (item.kind === 'completion') exchange.end({ how: 'completed', ...told });
  else if (item.kind === 'abort') {
    exchange.end({ how: 'aborted', ...(item.code && { code: item.code }), ...told });
  } else exchange.wait(exchange.limitMs);
}

/** One command from its sending to its end. `money` commands are sent exactly once. */
function exchange(line: Line, command: Uint8Array, limitMs: number): Promise<Ended> {
  const { clock, signal } = line.context;
  if (signal.aborted) return Promise.resolve({ how: 'closed' });
  return new Promise((resolve) => {
    let cancel = (): void => undefined;
    const closed = (): void => own.end({ how: 'closed' });
    const own: Exchange = {
      accepted: false,
      limitMs,
      wait(ms) {
        cancel();
        cancel = deadline(clock, ms, () =>
          own.end({ how: 'silent', ...(own.status && { status: own.status }) }),
        );
      },
      end(ended) {
        cancel();
        signal.removeEventListener('abort', closed);
        if (line.exchange === own) line.exchange = undefined;
        resolve(ended);
      },
    };
    line.exchange = own;
    signal.addEventListener('abort', closed);
    own.wait(ACCEPT_MS);
    send(line, onWire(line.framing, command), limitMs === MONEY_MS ? 0 : RESENDS);
  });
}

export function startTalk(wire: ByteWire, framing: Framing, context: DriverContext): ZvtTalk {
  const line: Line = {
    wire,
    framing,
    context,
    exchange: undefined,
    sent: undefined,
    noise: 0,
  };
  const decoder = zvtDecoder(framing);
  wire.onBytes((bytes) => {
    for (const item of decoder.push(bytes)) hear(line, item);
  });
  let waiting = 0;
  let turn: Promise<unknown> = Promise.resolve();
  return {
    run(command, limitMs) {
      waiting++;
      const mine = turn.then(() => exchange(line, command, limitMs));
      turn = mine;
      return mine.finally(() => waiting--);
    },
    interrupt: () => send(line, onWire(framing, apdu(0x06b0)), RESENDS),
    busy: () => waiting > 0,
    noise: () => line.noise,
  };
}
