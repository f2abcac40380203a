/** The door as its own parts see it: the accounts, what opens them, and who is in. */

import type { AccessOptions, Person, PersonView } from './access.ts';
import type { Lockout } from './lockout.ts';
import type { PeopleFile, StoredPerson } from './people-file.ts';
import type { Secrets } from './secrets.ts';
import type { Sessions } from './sessions.ts';

export interface Inside {
  options: AccessOptions;
  file: PeopleFile;
  secrets: Secrets;
  sessions: Sessions;
  lockout: Lockout;
  people: StoredPerson[];
  code: string;
}

export const viewOf = ({ id, name, role, lastDay, disabled }: StoredPerson): PersonView => ({
  ...{ id, name, role, lastDay, disabled },
});

export function isActive({ options }: Inside, { disabled, lastDay }: StoredPerson): boolean {
  const ended = lastDay !== '' && options.clock.wallQuality() === 'trusted';
  return !disabled && !(ended && options.today() > lastDay);
}

export function personOf(inside: Inside, id: string): Person | undefined {
  const found = inside.people.find((each) => each.id === id);
  if (!found || !isActive(inside, found)) return undefined;
  const { name, role } = found;
  return { id, name, role };
}
