/**
 * The door of the operator's pages: who there is, who is who, and what each may do. Accounts live on
 * this box and work without a network. There is no default password: the first account is made with
 * a one-time code that only somebody at the box can read.
 */
import { randomInt } from 'node:crypto';
import type { AccessEventBodies } from '../core/access-events.ts';
import type { Clock, Outcome } from '../core/ports.ts';
import { approve, prove, signIn } from './guess.ts';
import { type Inside, personOf, viewOf } from './inside.ts';
import { createLockout } from './lockout.ts';
import { openPeopleFile } from './people-file.ts';
import { add, changePerson, remove, setUp } from './register.ts';
import { type Permission, permissionsOf, type Role } from './roles.ts';
import { createSecrets } from './secrets.ts';
import { createSessions, type Session, type Sessions } from './sessions.ts';

export interface Person {
  id: string;
  name: string;
  role: Role;
}

export interface PersonView extends Person {
  lastDay: string;
  disabled: boolean;
}

export type AccessEvent = {
  [T in keyof AccessEventBodies]: { type: T; body: AccessEventBodies[T] };
}[keyof AccessEventBodies];

export interface AccessOptions {
  dataDir: string;
  clock: Clock;
  /** Local day of the store, for accounts with an end; not asked while the clock is unsure. */
  today(): string;
  /** Puts it in the ledger. A store that cannot write still lets its people in. */
  tell(event: AccessEvent): void;
}

export interface NewPerson extends Person {
  password: string;
  pin: string;
  lastDay?: string;
}

export interface SignedIn {
  token: string;
  session: Session;
  person: Person;
}

export interface Access {
  isSetUp(): boolean;
  /** The one-time code, while no account exists. Shown on the box, never over the network. */
  setupCode(): string | undefined;
  setUp(code: string, person: Omit<NewPerson, 'role'>): Promise<Outcome<SignedIn>>;
  signIn(id: string, password: string, surface?: string): Promise<Outcome<SignedIn>>;
  /** Password or PIN once more: for an idle session, and before money and keys. */
  prove(session: Session, secret: string): Promise<Outcome<Person>>;
  signOut(token: string): void;
  sessions: Sessions;
  /** The person of a session, as they are now. */
  personOf(session: Session): Person | undefined;
  /**
   * One act by PIN, at a screen of the store or as the second person of a rule of two, by whoever
   * has one of these permissions. `notBy` is the first person, who cannot confirm their own act.
   */
  approve(
    id: string,
    pin: string,
    surface: string,
    permission: Permission | readonly Permission[],
    notBy?: string,
  ): Promise<Outcome<Person>>;
  people(): PersonView[];
  add(person: NewPerson, by: string): Promise<Outcome<PersonView>>;
  change(id: string, change: PersonChange, by: string): Promise<Outcome<PersonView>>;
  remove(id: string, by: string): Outcome<void>;
}

export interface PersonChange {
  name?: string;
  role?: Role;
  lastDay?: string;
  disabled?: boolean;
  password?: string;
  pin?: string;
}

/** The letters of the one-time code: none that looks like another. */
const LETTERS = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';
const newCode = () => Array.from({ length: 8 }, () => LETTERS[randomInt(LETTERS.length)]).join('');

/** Opens the accounts in `dataDir`. Throws where their file is damaged. */
export function openAccess(options: AccessOptions): Access {
  const file = openPeopleFile(options.dataDir);
  const inside: Inside = {
    options,
    file,
    secrets: createSecrets(file.pepper),
    sessions: createSessions(options.clock),
    lockout: createLockout(options.clock, file.failures(), file.keepFailures),
    people: file.people(),
    code: newCode(),
  };
  const isSetUp = () => inside.people.length > 0;
  return {
    isSetUp,
    setupCode: () => (isSetUp() ? undefined : inside.code),
    setUp: (code, person) => setUp(inside, code, person),
    signIn: (id, password, surface = 'admin') => signIn(inside, id, password, surface),
    prove: (session, secret) => prove(inside, session, secret),
    signOut(token) {
      const session = inside.sessions.find(token);
      inside.sessions.end(token);
      if (session) options.tell({ type: 'PersonSignedOut', body: { personId: session.personId } });
    },
    sessions: inside.sessions,
    personOf: (session) => personOf(inside, session.personId),
    approve: (...words) => approve(inside, ...words),
    people: () => inside.people.map(viewOf),
    add: (person, by) => add(inside, person, by),
    change: (id, change, by) => changePerson(inside, id, change, by),
    remove: (id, by) => remove(inside, id, by),
  };
}

/** What a person may do, for the page that shows only that. */
export const permissionsOfPerson = ({ role }: Person): readonly Permission[] => permissionsOf(role);
