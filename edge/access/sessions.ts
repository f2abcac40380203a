/**
 * Who is signed in, in memory only: a restart asks everybody again. All limits are monotonic. An
 * idle session is locked, not lost: the PIN opens it again until its 12 hours are over.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../core/ports.ts';

export const IDLE_MS = 30 * 60_000;
export const LONGEST_MS = 12 * 3_600_000;
/** Money and keys want a password or PIN that is not older than this. */
export const FRESH_MS = 5 * 60_000;
const MOST_SESSIONS = 200;

export interface Session {
  personId: string;
  /** Sent back in `x-csrf-token` with everything that changes anything. */
  csrf: string;
  startedMonoMs: number;
  usedMonoMs: number;
  provedMonoMs: number;
}

export interface Sessions {
  /** The secret of the cookie; only its hash is kept. */
  open(personId: string): { token: string; session: Session };
  find(token: string): Session | undefined;
  isIdle(session: Session): boolean;
  isFresh(session: Session): boolean;
  /** The person did something. */
  touch(session: Session): void;
  /** The person showed a password or PIN again. */
  prove(session: Session): void;
  end(token: string): void;
  endAllOf(personId: string): void;
  /** Runs `fn` once when the session ends or goes idle, for streams that must not outlive it. */
  onEnd(session: Session, fn: () => void): () => void;
}

const hashOf = (token: string) => createHash('sha256').update(token).digest('hex');
const secret = () => randomBytes(32).toString('base64url');

export function createSessions(clock: Clock): Sessions {
  const sessions = new Map<string, Session>();
  const watches = new Map<Session, Set<Watch>>();
  const isOver = (each: Session) => clock.monoMs() - each.startedMonoMs >= LONGEST_MS;
  const isIdle = (each: Session) => clock.monoMs() - each.usedMonoMs >= IDLE_MS;

  const watchesOf = (session: Session) => {
    const known = watches.get(session) ?? new Set();
    watches.set(session, known);
    return known;
  };
  function drop(hash: string) {
    const session = sessions.get(hash);
    sessions.delete(hash);
    if (!session) return;
    for (const watch of [...(watches.get(session) ?? [])]) watch.ends();
    watches.delete(session);
  }
  function sweep() {
    for (const [hash, each] of sessions) if (isOver(each)) drop(hash);
    while (sessions.size >= MOST_SESSIONS) drop(sessions.keys().next().value ?? '');
  }

  return {
    open(personId) {
      sweep();
      const now = clock.monoMs();
      const token = secret();
      const times = { startedMonoMs: now, usedMonoMs: now, provedMonoMs: now };
      const session: Session = { personId, csrf: secret(), ...times };
      sessions.set(hashOf(token), session);
      return { token, session };
    },
    find(token) {
      const hash = hashOf(token);
      const session = sessions.get(hash);
      if (session && isOver(session)) drop(hash);
      return sessions.get(hash);
    },
    isIdle,
    isFresh: (session) => clock.monoMs() - session.provedMonoMs < FRESH_MS,
    touch(session) {
      session.usedMonoMs = clock.monoMs();
    },
    prove(session) {
      session.usedMonoMs = clock.monoMs();
      session.provedMonoMs = clock.monoMs();
    },
    end: (token) => drop(hashOf(token)),
    endAllOf(personId) {
      for (const [hash, each] of sessions) if (each.personId === personId) drop(hash);
    },
    onEnd: (session, fn) => startWatch(clock, session, isIdle, watchesOf(session), fn),
  };
}

interface Watch {
  ends(): void;
}

/** Looks at the session whenever it could first have gone idle; returns how to stop looking. */
function startWatch(
  clock: Clock,
  session: Session,
  isIdle: (session: Session) => boolean,
  all: Set<Watch>,
  onEnd: () => void,
): () => void {
  let cancel = () => {};
  const stop = () => {
    all.delete(watch);
    cancel();
  };
  const watch: Watch = {
    ends() {
      stop();
      onEnd();
    },
  };
  const look = () => {
    if (isIdle(session)) return watch.ends();
    cancel = clock.after(IDLE_MS - (clock.monoMs() - session.usedMonoMs), look);
  };
  all.add(watch);
  look();
  return stop;
}
