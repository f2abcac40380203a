/** The accounts themselves: the first one, more of them, and what changes about them. */
import type { Outcome } from '../core/ports.ts';
import type { NewPerson, PersonChange, PersonView, SignedIn } from './access.ts';
import { admit } from './guess.ts';
import { type Inside, isActive, viewOf } from './inside.ts';
import type { StoredPerson } from './people-file.ts';
import { accessRefusal } from './refusals.ts';
import { isWeakPassword, isWeakPin } from './secrets.ts';

export async function setUp(
  inside: Inside,
  code: string,
  person: Omit<NewPerson, 'role'>,
): Promise<Outcome<SignedIn>> {
  const { people, lockout } = inside;
  if (people.length > 0) return accessRefusal('SETUP_DONE');
  const waitMs = lockout.lockedForMs('setup');
  if (waitMs > 0) return accessRefusal('LOCKED_OUT', { seconds: Math.ceil(waitMs / 1000) });
  if (code.trim().toUpperCase() !== inside.code) {
    lockout.count('setup');
    return accessRefusal('SETUP_CODE_WRONG');
  }
  const added = await add(inside, { ...person, role: 'operator' }, person.id);
  if (!added.ok) return added;
  lockout.forgive('setup');
  return { ok: true, value: admit(inside, added.value, 'admin') };
}

export async function add(
  inside: Inside,
  person: NewPerson,
  by: string,
): Promise<Outcome<PersonView>> {
  const { id, name, role, password, pin, lastDay = '' } = person;
  const taken = () => inside.people.some((each) => each.id === id);
  if (taken()) return accessRefusal('PERSON_EXISTS');
  if (isWeakPassword(password, id)) return accessRefusal('PASSWORD_WEAK');
  if (isWeakPin(pin)) return accessRefusal('PIN_WEAK');
  const [passwordHash, pinHash] = await Promise.all([
    inside.secrets.seal(password),
    inside.secrets.seal(pin),
  ]);
  // Somebody else may have been quicker while the hashes were made.
  if (taken()) return accessRefusal('PERSON_EXISTS');
  const stored = { id, name, role, passwordHash, pinHash, lastDay, disabled: false };
  keep(inside, [...inside.people, stored]);
  inside.options.tell({ type: 'PersonAdded', body: { personId: id, role, byPersonId: by } });
  return { ok: true, value: viewOf(stored) };
}

export async function changePerson(
  inside: Inside,
  id: string,
  change: PersonChange,
  by: string,
): Promise<Outcome<PersonView>> {
  const { password, pin, ...plain } = change;
  if (password !== undefined && isWeakPassword(password, id)) return accessRefusal('PASSWORD_WEAK');
  if (pin !== undefined && isWeakPin(pin)) return accessRefusal('PIN_WEAK');
  const sealed = {
    ...(password !== undefined && { passwordHash: await inside.secrets.seal(password) }),
    ...(pin !== undefined && { pinHash: await inside.secrets.seal(pin) }),
  };
  const before = inside.people.find((each) => each.id === id);
  if (!before) return accessRefusal('PERSON_UNKNOWN');
  const after = { ...before, ...plain, ...sealed };
  const people = inside.people.map((each) => (each.id === id ? after : each));
  if (!people.some((each) => each.role === 'operator' && isActive(inside, each)))
    return accessRefusal('LAST_OPERATOR');
  keep(inside, people);
  if (after.disabled || password !== undefined) inside.sessions.endAllOf(id);
  const what = Object.keys(change).join(' ');
  inside.options.tell({ type: 'PersonChanged', body: { personId: id, what, byPersonId: by } });
  return { ok: true, value: viewOf(after) };
}

export function remove(inside: Inside, id: string, by: string): Outcome<void> {
  const people = inside.people.filter((each) => each.id !== id);
  if (people.length === inside.people.length) return accessRefusal('PERSON_UNKNOWN');
  if (!people.some((each) => each.role === 'operator' && isActive(inside, each)))
    return accessRefusal('LAST_OPERATOR');
  keep(inside, people);
  inside.sessions.endAllOf(id);
  inside.options.tell({ type: 'PersonRemoved', body: { personId: id, byPersonId: by } });
  return { ok: true, value: undefined };
}

function keep(inside: Inside, people: StoredPerson[]): void {
  inside.file.keepPeople(people);
  inside.people = people;
}
