/**
 * A Zebra scanner that speaks SSI: every code is a packet that wants an acknowledgement, and is
 * sent again until it gets one.
 *
 *   length opcode source status data… checksum (two bytes, high first)
 *   The length counts itself and everything before the checksum; all bytes and the checksum add up
 *   to nothing in sixteen bits. The scanner is source 0, the host source 4.
 *
 * Source: Zebra Simple Serial Interface Programmer's Guide.
 */
import type { Port } from '../port.ts';
import type { Clock } from '../runtime.ts';

export type SsiFault = 'silence' | 'wrong-check' | 'half-code' | 'deaf-once';

/** Symbology numbers by AIM identifier. */
const TYPE_OF: Record<string, number> = {
  ']E0': 0x0b,
  ']E4': 0x0a,
  ']C0': 0x03,
  ']C1': 0x0f,
  ']Q1': 0x1c,
};
const RESEND_MS = 400;
const MOST_SENDINGS = 4;
/** Longer codes go in pieces. */
const PIECE_BYTES = 240;

function packed(opcode: number, status: number, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.length + 6);
  bytes.set([data.length + 4, opcode, 0, status]);
  bytes.set(data, 4);
  let sum = 0;
  for (const byte of bytes.subarray(0, -2)) sum += byte;
  const check = (0x10000 - (sum & 0xffff)) & 0xffff;
  bytes.set([check >> 8, check & 0xff], data.length + 4);
  return bytes;
}

/** Whole, sound packets of the host out of its bytes; what is none is passed over. */
function packetsOf(obey: (opcode: number) => void): (bytes: Uint8Array) => void {
  let heard: number[] = [];
  return (bytes) => {
    heard.push(...bytes);
    while (heard.length >= 6 && heard.length >= (heard[0] ?? 0) + 2) {
      const length = (heard[0] ?? 0) + 2;
      const whole = heard.slice(0, length);
      const check = (whole.at(-2) ?? 0) * 256 + (whole.at(-1) ?? 0);
      const sum = whole.slice(0, -2).reduce((all, byte) => all + byte, 0);
      const sound = length >= 6 && whole[2] === 4 && ((sum + check) & 0xffff) === 0;
      heard = heard.slice(sound ? length : 1);
      if (sound) obey(whole[1] ?? 0);
    }
    if ((heard[0] ?? 4) < 4) heard = [];
  };
}

/** A code as packets, unsent: longer ones in pieces. */
function piecesOf(code: string, aim: string): Uint8Array[] {
  const type = TYPE_OF[aim] ?? 0x03;
  const text = Buffer.from(code, 'utf8');
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < text.length; at += PIECE_BYTES) {
    const piece = text.subarray(at, at + PIECE_BYTES);
    const more = at + PIECE_BYTES < text.length ? 2 : 0;
    pieces.push(packed(0xf3, more, Buffer.concat([Uint8Array.of(type), piece])));
  }
  return pieces;
}

export interface SsiTwinOptions {
  clock: Clock;
  fault?: () => SsiFault | undefined;
}

/** Puts the scanner on its cable. `scan` is a code held up to it, with its AIM identifier. */
export function startScannerSsi(port: Port, { clock, fault = () => undefined }: SsiTwinOptions) {
  const waiting: Uint8Array[] = [];
  let sendings = 0;
  let cancel = () => {};
  let enabled = true;
  let session = false;
  let beeps = 0;

  function say(bytes: Uint8Array) {
    const broken = fault();
    if (broken === 'silence') return;
    if (broken === 'half-code') return port.write(bytes.subarray(0, bytes.length >> 1));
    const sent = Uint8Array.from(bytes);
    if (broken === 'wrong-check') sent[sent.length - 1] = (sent.at(-1) ?? 0) ^ 0x55;
    port.write(sent);
  }
  function sendNext() {
    cancel();
    const [next] = waiting;
    if (!next) return;
    if (sendings === MOST_SENDINGS) {
      waiting.length = 0;
      sendings = 0;
      return;
    }
    const status = (next[3] ?? 0) | (sendings > 0 ? 1 : 0);
    say(packed(next[1] ?? 0, status, next.subarray(4, -2)));
    sendings += 1;
    cancel = clock.after(RESEND_MS, sendNext);
  }
  function acknowledged() {
    cancel();
    waiting.shift();
    sendings = 0;
    sendNext();
  }
  function obey(opcode: number) {
    if (fault() === 'deaf-once') return;
    if (opcode === 0xd0 || opcode === 0xd1) return opcode === 0xd0 ? acknowledged() : sendNext();
    if (opcode === 0xe9 || opcode === 0xea) enabled = opcode === 0xe9;
    else if (opcode === 0xe6) beeps += 1;
    else if (opcode === 0xe4 || opcode === 0xe5) session = opcode === 0xe4;
    else return say(packed(0xd1, 0, Uint8Array.of(2)));
    say(packed(0xd0, 0, new Uint8Array()));
  }
  port.onBytes(packetsOf((opcode) => obey(opcode)));
  return {
    scan(code: string, aim: string): boolean {
      if (!enabled) return false;
      const before = waiting.length;
      waiting.push(...piecesOf(code, aim));
      if (before === 0) sendNext();
      return true;
    },
    isOn: () => enabled,
    inSession: () => session,
    beeps: () => beeps,
    close: () => cancel(),
  };
}
