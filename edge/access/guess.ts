/** Proving who somebody is: a password, a PIN, or a PIN as the second person. */
import type { Outcome } from '../core/ports.ts';
import type { Person, SignedIn } from './access.ts';
import { type Inside, personOf } from './inside.ts';
import { accessRefusal } from './refusals.ts';
import { mayDo, type Permission } from './roles.ts';
import type { Session } from './sessions.ts';

/** Failures of names that are no account are counted together: guessing names fills no memory. */
const STRANGER = '?';

type Which = 'passwordHash' | 'pinHash';

/** One guess at a person's secret: counted before it is looked at. */
async function guess(
  inside: Inside,
  id: string,
  surface: string,
  secret: string,
  which: readonly Which[],
): Promise<Outcome<Person>> {
  const { lockout, people, secrets, options } = inside;
  const found = people.find((each) => each.id === id);
  const key = `${found ? id : STRANGER}@${surface}`;
  const waitMs = lockout.lockedForMs(key);
  if (waitMs > 0) return accessRefusal('LOCKED_OUT', { seconds: Math.ceil(waitMs / 1000) });
  lockout.count(key);
  const rights = await Promise.all(which.map((each) => secrets.opens(found?.[each], secret)));
  const person = rights.includes(true) ? personOf(inside, id) : undefined;
  if (person) {
    lockout.forgive(key);
    return { ok: true, value: person };
  }
  const seconds = Math.ceil(lockout.lockedForMs(key) / 1000);
  if (seconds > 0 && found)
    options.tell({ type: 'PersonLockedOut', body: { personId: id, surface, seconds } });
  return accessRefusal('SIGN_IN_WRONG', seconds > 0 ? { seconds } : undefined);
}

export function admit({ sessions, options }: Inside, person: Person, surface: string): SignedIn {
  options.tell({ type: 'PersonSignedIn', body: { personId: person.id, surface } });
  return { ...sessions.open(person.id), person };
}

export async function signIn(
  inside: Inside,
  id: string,
  password: string,
  surface: string,
): Promise<Outcome<SignedIn>> {
  const known = await guess(inside, id, surface, password, ['passwordHash']);
  return known.ok ? { ok: true, value: admit(inside, known.value, surface) } : known;
}

export async function prove(
  inside: Inside,
  session: Session,
  secret: string,
): Promise<Outcome<Person>> {
  const which: Which[] = /^\d{6,12}$/.test(secret) ? ['pinHash', 'passwordHash'] : ['passwordHash'];
  const known = await guess(inside, session.personId, 'admin', secret, which);
  if (known.ok) inside.sessions.prove(session);
  return known;
}

export async function approve(
  inside: Inside,
  id: string,
  pin: string,
  surface: string,
  permission: Permission | readonly Permission[],
  notBy?: string,
): Promise<Outcome<Person>> {
  if (id === notBy) return accessRefusal('SAME_PERSON');
  const known = await guess(inside, id, surface, pin, ['pinHash']);
  if (!known.ok) return known;
  const may = [permission].flat().some((each) => mayDo(known.value.role, each));
  return may ? known : accessRefusal('ROLE_REFUSED');
}
