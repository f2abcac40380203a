/**
 * What an MQTT cabinet says and hears: JSON under `<root>/dev/<deviceId>/`, format in README.md.
 * The decoder reads `topic {json}` as `mosquitto_sub -v` prints it, or the bare JSON of a trace.
 */
import { type Static, type TSchema, Type } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import type { DecodedItem, Decoder } from '../contract.ts';
import { toHex } from '../hex.ts';

export const MAX_JSON_BYTES = 64 * 1024;
/** A topic in front of its JSON. */
const MAX_TOPIC_BYTES = 256;
const MAX_DEPTH = 8;
const UTF8 = new TextDecoder('utf-8', { fatal: true });

const count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const word = Type.String({ minLength: 1, maxLength: 64 });
const lockState = Type.Enum(['locked', 'open', 'unknown']);
const locks = Type.Array(Type.Object({ lock: count, state: lockState }), { maxItems: 48 });

/** Who speaks, in which session (rises with every connection), its running number and own time. */
const head = { v: Type.Literal(1), session: count, seq: count, uptimeMs: count };

const description = Type.Object({
  kind: Type.Literal('description'),
  v: Type.Literal(1),
  session: count,
  manufacturer: Type.Optional(word),
  model: Type.Optional(word),
  serialNumber: Type.Optional(word),
  firmware: Type.Optional(word),
  locks: Type.Integer({ minimum: 1, maximum: 48 }),
  cells: Type.Integer({ minimum: 0, maximum: 247 }),
  probes: Type.Integer({ minimum: 0, maximum: 8 }),
  /** It switches its lights when told to. */
  lights: Type.Optional(Type.Boolean()),
});
const online = Type.Object({
  kind: Type.Literal('state'),
  ...head,
  online: Type.Literal(true),
  locks,
});
/** The will: left by a device whose connection broke. */
const gone = Type.Object({
  kind: Type.Literal('state'),
  v: Type.Literal(1),
  session: count,
  online: Type.Literal(false),
});
const weights = Type.Object({
  kind: Type.Literal('weights'),
  ...head,
  cells: Type.Array(
    Type.Object({
      cell: Type.Integer({ minimum: 1, maximum: 247 }),
      state: Type.Enum(['stable', 'moving', 'underload', 'overload', 'fault']),
      grams: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
      fault: Type.Optional(word),
    }),
    { maxItems: 247 },
  ),
});
const temperature = Type.Object({
  kind: Type.Literal('temperature'),
  ...head,
  probe: Type.Integer({ minimum: 1, maximum: 8 }),
  deciCelsius: Type.Optional(Type.Integer({ minimum: -1000, maximum: 2000 })),
  fault: Type.Optional(word),
});
const lockEvent = Type.Object({
  kind: Type.Literal('lock'),
  ...head,
  lock: count,
  state: lockState,
});
const answer = Type.Object({
  kind: Type.Literal('answer'),
  ...head,
  commandId: word,
  /** `expired`, `wrong-session`, `repeated`, `no-such-lock`: nothing was done. */
  outcome: Type.Enum(['done', 'stuck', 'expired', 'wrong-session', 'repeated', 'no-such-lock']),
  locks,
});

/** Each is compiled when the first of its kind comes: cabinets speak many times a second. */
function checker(schema: TSchema): (value: unknown) => boolean {
  let compiled: Validator | undefined;
  return (value) => {
    compiled ??= Compile(schema);
    return compiled.Check(value);
  };
}

const isOnline = checker(online);
const isGone = checker(gone);
const CHECKS = new Map([
  ['state', (value: unknown) => isOnline(value) || isGone(value)],
  ['description', checker(description)],
  ['weights', checker(weights)],
  ['temperature', checker(temperature)],
  ['lock', checker(lockEvent)],
  ['answer', checker(answer)],
]);
export type Description = Static<typeof description>;
export type Numbered =
  | Static<typeof online>
  | Static<typeof weights>
  | Static<typeof temperature>
  | Static<typeof lockEvent>
  | Static<typeof answer>;
export type CabinetMessage = Numbered | Description | Static<typeof gone>;
export type Answer = Static<typeof answer>;

/** `unlock` pulses one lock, `lights` switches them, `read` only answers with the states of all. */
export interface CabinetCommand {
  v: 1;
  commandId: string;
  session: number;
  lock?: number;
  on?: boolean;
  /** Not carried out once the device's own `uptimeMs` has passed this: no clocks are compared. */
  notAfterUptimeMs: number;
  /** Topic of the answer. */
  answerTo: string;
}

/** One payload as a message; undefined where it is none, or of another version. */
export function readMessage(bytes: Uint8Array): CabinetMessage | undefined {
  if (bytes.length > MAX_JSON_BYTES || depthOf(bytes) > MAX_DEPTH) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(UTF8.decode(bytes));
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('kind' in value)) return undefined;
  const isMessage = CHECKS.get(String(value.kind));
  return isMessage?.(value) ? (value as CabinetMessage) : undefined;
}

const [OPEN, SHUT, QUOTE, ESCAPE, LIST, LIST_END] = [...'{}"\\[]'].map((c) => c.charCodeAt(0));

/** Nesting of a JSON text, whatever stands in its strings. */
function depthOf(bytes: Uint8Array): number {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) quoted = !quoted;
    else if (quoted) at += byte === ESCAPE ? 1 : 0;
    else if (byte === OPEN || byte === LIST) deepest = Math.max(deepest, ++depth);
    else if (byte === SHUT || byte === LIST_END) depth--;
  }
  return deepest;
}

/** JSON objects in a stream, each with or without its topic in front. */
export function cabinetDecoder(): Decoder {
  let held: number[] = [];
  let depth = 0;
  let quoted = false;
  let escaped = false;
  const discard = (): DecodedItem[] => {
    const bytes = Uint8Array.from(held.splice(0));
    depth = 0;
    quoted = false;
    escaped = false;
    return bytes.length === 0 ? [] : [{ kind: 'discarded', hex: toHex(bytes) }];
  };
  const finished = (): DecodedItem[] => {
    const message = readMessage(Uint8Array.from(held.slice(held.indexOf(OPEN ?? 0))));
    if (message === undefined) return discard();
    held = [];
    return [{ ...message }];
  };
  const take = (byte: number): DecodedItem[] => {
    held.push(byte);
    if (depth === 0) {
      if (byte === OPEN) depth = 1;
      return depth === 0 && held.length > MAX_TOPIC_BYTES ? discard() : [];
    }
    if (escaped) escaped = false;
    else if (quoted && byte === ESCAPE) escaped = true;
    else if (byte === QUOTE) quoted = !quoted;
    else if (!quoted && byte === OPEN) depth++;
    else if (!quoted && byte === SHUT) depth--;
    if (depth === 0) return finished();
    return held.length >= MAX_JSON_BYTES + MAX_TOPIC_BYTES ? discard() : [];
  };
  return {
    push: (bytes) => [...bytes].flatMap(take),
    end: discard,
  };
}
