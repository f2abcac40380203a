/**
 * One request by hand (UnifiedPOS DirectIO): the driver lets its port go, the bytes are written,
 * what comes back is kept, and the driver takes the port again. All of it is in the trace.
 */
import type { Wire } from '../../drivers/contract.ts';
import { fromHex, toHex, toLatin1 } from '../../drivers/hex.ts';
import { presetsOf } from '../../drivers/presets.ts';
import { withoutPayerCodes } from '../../drivers/trace/redact.ts';
import type { Clock, Outcome } from '../core/ports.ts';
import { deviceRefusal } from './refusals.ts';

export interface SendRequest {
  bytes: Uint8Array;
  /** The reply is whole once its text or its hex matches. */
  expect?: RegExp;
  timeoutMs: number;
}

export interface SendReply {
  sent: string;
  reply: string;
  /** The reply as one character a byte, unprintable ones as dots. */
  text: string;
  /** Until the first byte came; left out where none did. */
  firstMs?: number;
  ms: number;
  /** Whether what was expected came. */
  matched: boolean;
}

/** Without something to wait for, a reply ends when the line is quiet this long. */
const QUIET_MS = 200;
const LONGEST_MS = 10_000;
const MOST_BYTES = 4096;
/** Nobody is charged by hand, and these have no byte wire. */
const NEVER = ['payment', 'camera', 'cabinet'];
/** What somebody might be let in by. */
const ACTS = ['lock'];

/** What somebody asks for, as it came. */
export interface SendAsked {
  by: string;
  why?: string;
  hex?: string;
  expect?: string;
  timeoutMs?: number;
  unsafe?: boolean;
}

/** Why these bytes may not go out; undefined where they may. */
export function objection(
  { id, kind, driver }: { id: string; kind: string; driver: string },
  { hex = '', expect = '', unsafe, by, why = '' }: SendAsked,
): Extract<Outcome<never>, { ok: false }> | undefined {
  if (NEVER.includes(kind)) return deviceRefusal('NOT_ABLE', { id, act: 'send' });
  const bytes = fromHex(hex);
  if (bytes === undefined || patternOf(expect) === undefined)
    return deviceRefusal('SEND_UNREADABLE', { id, why: bytes ? expect : hex });
  if (presetsOf(driver).some((preset) => preset.hex === toHex(bytes))) return undefined;
  const names = presetsOf(driver).map(({ name }) => name);
  if (!unsafe) return deviceRefusal('SEND_UNSAFE', { id, why: names.join(', ') });
  const unsigned = by.trim() === '' || why.trim() === '';
  if (!ACTS.includes(kind) || !unsigned) return undefined;
  return deviceRefusal('NAME_AND_REASON', { act: 'send' });
}

/** For what `objection` has let pass. */
export function sendRequestOf({ hex = '', expect, timeoutMs = 1000 }: SendAsked): SendRequest {
  const bytes = fromHex(hex) ?? new Uint8Array();
  const pattern = expect === undefined ? undefined : patternOf(expect);
  return { bytes, timeoutMs, ...(pattern && { expect: pattern }) };
}

function patternOf(text: string): RegExp | undefined {
  try {
    return new RegExp(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Writes, and listens until it matched, fell quiet or time is up. Rejects as the wire does. */
export async function exchange(
  wire: Wire,
  { bytes, expect, timeoutMs }: SendRequest,
  clock: Clock,
): Promise<SendReply> {
  if (wire.kind !== 'bytes') throw new Error('no byte wire');
  const startMs = clock.monoMs();
  const heard: number[] = [];
  let firstMs: number | undefined;
  const matches = () => {
    const reply = Uint8Array.from(heard);
    return expect !== undefined && (expect.test(toLatin1(reply)) || expect.test(toHex(reply)));
  };
  await new Promise<void>((done, failed) => {
    const limit = clock.after(Math.min(timeoutMs, LONGEST_MS), done);
    let quiet = () => {};
    const end = () => {
      limit();
      quiet();
      done();
    };
    wire.onClose(end);
    wire.onBytes((fresh) => {
      firstMs ??= Math.round(clock.monoMs() - startMs);
      if (heard.length < MOST_BYTES) heard.push(...fresh);
      quiet();
      if (matches()) end();
      else if (expect === undefined) quiet = clock.after(QUIET_MS, end);
    });
    if (bytes.length > 0) wire.write(bytes).catch(failed);
  });
  const reply = Uint8Array.from(heard);
  // What a scanner says may be somebody's payment code.
  const text = withoutPayerCodes(toLatin1(reply));
  return {
    sent: toHex(bytes),
    reply: toHex(Buffer.from(text, 'latin1')),
    text: text.replaceAll(/[^ -~]/g, '.'),
    ...(firstMs !== undefined && { firstMs }),
    ms: Math.round(clock.monoMs() - startMs),
    matched: expect === undefined ? reply.length > 0 : matches(),
  };
}
