/** The door of an MQTT cabinet: one pulse a call, and its state where an answer was lost. */
import type { CabinetUnit, DeviceOutcome, LockOutcome, LockState } from '../contract.ts';
import type { CommandOutcome } from './commands.ts';
import type { Description } from './messages.ts';
import { over, type Session } from './session.ts';

const LONGEST_DEADLINE_MS = 2000;
const READ_MS = 1000;

/** What an answer, or none, says of the lock. */
function outcomeOf(result: CommandOutcome, lockNumber: number): LockOutcome {
  const no = (
    reason: Extract<LockOutcome, { ok: false }>['reason'],
    sent: boolean,
  ): LockOutcome => ({ ok: false, reason, sent });
  switch (result.outcome) {
    case 'done': {
      const state = result.locks.find(({ lock }) => lock === lockNumber)?.state ?? 'unknown';
      return state === 'locked' ? no('still-locked', true) : { ok: true, state };
    }
    case 'stuck':
      return no('still-locked', true);
    case 'expired':
      return no('deadline', false);
    case 'no-such-lock':
      return no('no-such-lock', false);
    case 'wrong-session':
      return no('closed', false);
    case 'repeated':
      return no('no-answer', true);
    default:
      return no(result.outcome, result.sent);
  }
}

async function readState(
  { commands, context }: Session,
  lockNumber: number,
  untilMs: number,
): Promise<LockState | undefined> {
  const result = await commands.send('read', Math.min(untilMs, context.clock.monoMs() + READ_MS));
  if (result.outcome !== 'done') return undefined;
  return result.locks.find(({ lock }) => lock === lockNumber)?.state;
}

async function unlock(session: Session, lockNumber: number, untilMs: number): Promise<LockOutcome> {
  const { context, settings, pulses, commands } = session;
  const no = (reason: 'closed' | 'too-soon' | 'no-answer'): LockOutcome => ({
    ok: false,
    reason,
    sent: false,
  });
  if (over(session)) return no('closed');
  const sinceMs = context.clock.monoMs() - pulses.lastMs(lockNumber);
  if (sinceMs >= 0 && sinceMs < settings.minPulseGapMs) return no('too-soon');
  if (pulses.uncertain(lockNumber)) {
    const state = await readState(session, lockNumber, untilMs);
    if (state === undefined) return no(over(session) ? 'closed' : 'no-answer');
    pulses.settled(lockNumber);
    if (state === 'open') return { ok: true, state };
  }
  pulses.sent(lockNumber, context.clock.monoMs());
  const outcome = outcomeOf(
    await commands.send('unlock', untilMs, { lock: lockNumber }),
    lockNumber,
  );
  if (outcome.ok || !outcome.sent || outcome.reason === 'still-locked') pulses.settled(lockNumber);
  else context.count('M_LostReplyCount');
  return outcome;
}

async function switchLights(session: Session, on: boolean): Promise<DeviceOutcome> {
  if (over(session)) return { ok: false, reason: 'closed' };
  const untilMs = session.context.clock.monoMs() + READ_MS;
  const { outcome } = await session.commands.send('lights', untilMs, { on });
  return outcome === 'done' ? { ok: true } : { ok: false, reason: outcome };
}

export function unitOf(session: Session, { locks, lights }: Description): CabinetUnit {
  const { context } = session;
  const known = (lockNumber: number): boolean =>
    Number.isInteger(lockNumber) && lockNumber >= 1 && lockNumber <= locks;
  let turn: Promise<unknown> = Promise.resolve();
  return {
    kind: 'cabinet',
    async open(lockNumber, { deadlineMs }) {
      if (!known(lockNumber)) return { ok: false, reason: 'no-such-lock', sent: false };
      const untilMs = context.clock.monoMs() + Math.min(deadlineMs, LONGEST_DEADLINE_MS);
      const mine = turn.then(() => unlock(session, lockNumber, untilMs));
      turn = mine.catch(() => undefined);
      const outcome = await mine;
      if (!over(session)) session.warnings.tried(lockNumber, outcome);
      return outcome;
    },
    async state(lockNumber) {
      if (!known(lockNumber) || over(session)) return 'unknown';
      const untilMs = context.clock.monoMs() + READ_MS;
      return (await readState(session, lockNumber, untilMs)) ?? 'unknown';
    },
    ...(lights && { lights: (on: boolean) => switchLights(session, on) }),
    async close() {
      session.closed = true;
      session.stale.stop();
      session.warnings.stop();
      session.commands.giveUp();
      await session.wire.close();
    },
  };
}
