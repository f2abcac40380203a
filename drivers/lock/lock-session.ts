/**
 * The conversation with any lock board: one question on the bus at a time, one lock at a time.
 * A pulse is sent at most once for each call and never after its deadline or its connection; where
 * its answer is lost the lock's state is read, and read again before the next pulse.
 */
import {
  type ByteWire,
  type DriverContext,
  DriverError,
  type LockBoard,
  type LockOutcome,
  type LockState,
  WireError,
} from '../contract.ts';
import { deadline } from '../deadline.ts';
import { say } from '../say.ts';
import type { LockItem, LockProtocol, LockSettings } from './lock-protocol.ts';
import { type Pulses, pulsesIn } from './lock-pulses.ts';
import { type LockWarnings, lockWarnings } from './lock-warnings.ts';

const REPLY_MS = 300;
const PROBES = 3;
/** Pauses before the state is read after a pulse: the bolt moves, and a board may be busy. */
const BOLT_MS = [150, 150, 200];
const LONGEST_DEADLINE_MS = 2000;

interface Session {
  wire: ByteWire;
  protocol: LockProtocol;
  settings: LockSettings;
  context: DriverContext;
  waiting: ((item: LockItem) => void) | undefined;
  stopListening: (() => void) | undefined;
  /** Our own bytes come back. */
  echo: boolean;
  noise: number;
  turn: Promise<unknown>;
  /** Outlives the wire: a pulse just before it was cut counts after it, too. */
  pulses: Pulses;
  warnings: LockWarnings;
  closed: boolean;
}

const over = ({ closed, context }: Session): boolean => closed || context.signal.aborted;

/** One after the other: the bus is half duplex. */
function inTurn<T>(session: Session, work: () => Promise<T>): Promise<T> {
  const mine = session.turn.then(work);
  session.turn = mine.catch(() => undefined);
  return mine;
}

/** Waits `ms` or until the session is over; `hear` may end it with a value. */
function listen<T>(session: Session, ms: number, hear: (item: LockItem) => T | undefined) {
  const { clock, signal } = session.context;
  return new Promise<T | undefined>((resolve) => {
    const end = (value?: T): void => {
      cancel();
      signal.removeEventListener('abort', stop);
      session.waiting = undefined;
      resolve(value);
    };
    const stop = (): void => end();
    const cancel = deadline(clock, ms, stop);
    signal.addEventListener('abort', stop);
    session.stopListening = stop;
    session.waiting = (item) => {
      const value = hear(item);
      if (value !== undefined) end(value);
    };
    if (over(session)) end();
  });
}

/** Sends one question and gives its lock's contact: `1`, `0`, `?`; undefined without an answer. */
async function ask(
  session: Session,
  to: 'open' | 'read',
  lockNumber: number,
  untilMs: number,
): Promise<string | undefined> {
  const { protocol, wire, context } = session;
  const leftMs = Math.min(REPLY_MS, untilMs - context.clock.monoMs());
  if (leftMs <= 0 || over(session)) return undefined;
  let echoes = session.echo && to === 'open' && protocol.echoLooksLikeAnswer ? 1 : 0;
  const answer = listen(session, leftMs, (item) => {
    if (item.kind !== 'answer' || item.board !== protocol.board) return undefined;
    if (item.to !== to && item.to !== 'either') {
      context.count('M_LateReplyCount');
      return undefined;
    }
    const contact = item.contacts[lockNumber - item.first];
    return contact !== undefined && echoes-- > 0 ? undefined : contact;
  });
  const bytes = to === 'open' ? protocol.openBytes(lockNumber) : protocol.readBytes(lockNumber);
  try {
    await wire.write(bytes, leftMs);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    context.count('CommunicationErrorCount');
  }
  // Nothing will come: what is heard meanwhile answers no question of ours.
  if (to === 'open' && !protocol.answersOpen) session.stopListening?.();
  const contact = await answer;
  if (contact !== undefined) context.alive();
  return contact;
}

function stateOf({ settings }: Session, contact: string): LockState {
  const { feedbackPolarity } = settings;
  if (contact === '?' || feedbackPolarity === 'unknown') return 'unknown';
  return (contact === '1') === (feedbackPolarity === 'closed-when-locked') ? 'locked' : 'open';
}

/** The lock's state, or undefined without an answer. */
async function read(session: Session, lockNumber: number, untilMs: number) {
  const contact = await ask(session, 'read', lockNumber, untilMs);
  return contact === undefined ? undefined : stateOf(session, contact);
}

/** After the pulse: what became of it, as far as anybody can tell before the deadline. */
async function pulse(session: Session, lockNumber: number, untilMs: number): Promise<LockOutcome> {
  const { context, protocol } = session;
  session.pulses.sent(lockNumber, context.clock.monoMs());
  const contact = await ask(session, 'open', lockNumber, untilMs);
  if (contact === undefined && protocol.answersOpen) context.count('M_LostReplyCount');
  let state = contact === undefined ? undefined : stateOf(session, contact);
  for (const boltMs of BOLT_MS) {
    if (state === 'open' || state === 'unknown' || over(session)) break;
    await listen(session, boltMs, () => undefined);
    state = (await read(session, lockNumber, untilMs)) ?? state;
  }
  if (state === undefined) {
    return { ok: false, reason: over(session) ? 'closed' : 'no-answer', sent: true };
  }
  session.pulses.settled(lockNumber);
  return state === 'locked'
    ? { ok: false, reason: 'still-locked', sent: true }
    : { ok: true, state };
}

async function open(session: Session, lockNumber: number, untilMs: number): Promise<LockOutcome> {
  const { context, settings, pulses } = session;
  const { clock } = context;
  const no = (reason: Extract<LockOutcome, { ok: false }>['reason']): LockOutcome => ({
    ok: false,
    reason,
    sent: false,
  });
  if (over(session)) return no('closed');
  const sinceMs = clock.monoMs() - pulses.lastMs(lockNumber);
  if (sinceMs >= 0 && sinceMs < settings.minPulseGapMs) return no('too-soon');
  if (pulses.uncertain(lockNumber)) {
    const state = await read(session, lockNumber, untilMs);
    if (over(session)) return no('closed');
    if (state === undefined) return no('no-answer');
    pulses.settled(lockNumber);
    if (state === 'open') return { ok: true, state };
  }
  if (clock.monoMs() >= untilMs) return no('deadline');
  return pulse(session, lockNumber, untilMs);
}

/** Reads lock after lock; a change counts when it was seen twice in a row. */
async function poll(session: Session): Promise<void> {
  const { context, settings } = session;
  const told = new Map<number, LockState>();
  const seen = new Map<number, LockState>();
  for (let lockNumber = 1; !over(session); ) {
    const state = await inTurn(session, () =>
      read(session, lockNumber, context.clock.monoMs() + REPLY_MS),
    );
    const steady = state !== undefined && seen.get(lockNumber) === state;
    if (state === undefined) seen.delete(lockNumber);
    else seen.set(lockNumber, state);
    if (steady && told.get(lockNumber) !== state) {
      session.warnings.changed(lockNumber, told.get(lockNumber), state);
      told.set(lockNumber, state);
      context.emit({ kind: 'lock-state', lockNumber, state, atMs: context.clock.monoMs() });
    }
    // Seen for the first time: the same lock once more.
    if (steady || state === undefined) lockNumber = (lockNumber % settings.locks) + 1;
    await rest(session, settings.pollMs);
  }
}

function rest({ context }: Session, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      cancel();
      context.signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = context.clock.after(ms, end);
    context.signal.addEventListener('abort', end);
    if (context.signal.aborted) end();
  });
}

/** Resolves when the board answered a harmless question; rejects with DriverError. */
async function probe(session: Session): Promise<void> {
  const { wire, context, settings } = session;
  for (let tries = 0; tries < PROBES && !over(session); tries++) {
    const limitMs = context.clock.monoMs() + REPLY_MS;
    if ((await ask(session, 'read', 1, limitMs)) !== undefined) {
      if (settings.feedbackPolarity === 'unknown') {
        context.warn(
          'STATUS_UNKNOWN',
          say('未设置锁反馈极性 feedbackPolarity', 'feedbackPolarity is not set'),
        );
      }
      return;
    }
  }
  if (session.noise > 0) {
    throw new DriverError(
      'WRONG_DEVICE',
      say(`${wire.address}: 不是这种锁控板`, `${wire.address}: Another device answers`),
    );
  }
  throw new DriverError(
    'NO_REPLY',
    say(`${wire.address}: 锁控板没有应答`, `${wire.address}: The lock board is silent`),
  );
}

/** Connects to a board: asks for lock 1, then keeps asking for all of them. */
export async function connectLocks(
  wire: ByteWire,
  protocol: LockProtocol,
  settings: LockSettings,
  context: DriverContext,
): Promise<LockBoard> {
  const pulses = pulsesIn(context.notes);
  const session: Session = {
    wire,
    protocol,
    settings,
    context,
    waiting: undefined,
    stopListening: undefined,
    echo: false,
    noise: 0,
    turn: Promise.resolve(),
    pulses,
    warnings: lockWarnings(context, pulses),
    closed: false,
  };
  const decoder = protocol.decoder();
  wire.onBytes((bytes) => {
    for (const item of decoder.push(bytes)) {
      if (item.kind === 'echo') session.echo = true;
      if (item.kind === 'discarded') session.noise++;
      if (item.kind === 'discarded') context.count('CommunicationErrorCount');
      session.waiting?.(item);
    }
  });
  await probe(session);
  void poll(session);
  return boardOf(session);
}

function boardOf(session: Session): LockBoard {
  const { settings, context } = session;
  const known = (lockNumber: number): boolean =>
    Number.isInteger(lockNumber) && lockNumber >= 1 && lockNumber <= settings.locks;
  return {
    kind: 'lock',
    async open(lockNumber, { deadlineMs }) {
      if (!known(lockNumber)) return { ok: false, reason: 'no-such-lock', sent: false };
      const untilMs = context.clock.monoMs() + Math.min(deadlineMs, LONGEST_DEADLINE_MS);
      const outcome = await inTurn(session, () => open(session, lockNumber, untilMs));
      if (!over(session)) session.warnings.tried(lockNumber, outcome);
      return outcome;
    },
    async state(lockNumber) {
      if (!known(lockNumber)) return 'unknown';
      const limitMs = (): number => context.clock.monoMs() + REPLY_MS;
      return (await inTurn(session, () => read(session, lockNumber, limitMs()))) ?? 'unknown';
    },
    async close() {
      session.closed = true;
      session.warnings.stop();
      await session.wire.close();
    },
  };
}
