/**
 * Accounts on the disk: `access/people.json`, `access/failures.json` and `access/pepper`, all
 * readable by their owner alone and replaced whole, so that a cut leaves the old or the new one.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../box/durable-file.ts';
import type { Role } from './roles.ts';

export interface StoredPerson {
  /** Account name, also the name in the ledger: `li`. */
  id: string;
  name: string;
  role: Role;
  /** Argon2id, PHC string; with the pepper as its secret. */
  passwordHash: string;
  pinHash: string;
  /** Last local day on which the account works, `2026-12-31`; '' for no end. */
  lastDay: string;
  disabled: boolean;
}

export interface PeopleFile {
  people(): StoredPerson[];
  keepPeople(people: StoredPerson[]): void;
  failures(): Record<string, number>;
  keepFailures(failures: Record<string, number>): void;
  /** 32 bytes of this box: a stolen people.json alone cannot be guessed at. */
  pepper: Buffer;
}

/** Opens the folder in `dataDir`, made where there is none. Throws where a file is not JSON. */
export function openPeopleFile(dataDir: string): PeopleFile {
  const dir = join(dataDir, 'access');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const pepperFile = join(dir, 'pepper');
  if (!existsSync(pepperFile)) replaceFile(pepperFile, randomBytes(32).toString('base64url'));
  return {
    people: () => read<StoredPerson[]>(join(dir, 'people.json')) ?? [],
    keepPeople: (people) => replaceFile(join(dir, 'people.json'), JSON.stringify(people, null, 1)),
    failures: () => read<Record<string, number>>(join(dir, 'failures.json')) ?? {},
    keepFailures: (failures) => replaceFile(join(dir, 'failures.json'), JSON.stringify(failures)),
    pepper: Buffer.from(readFileSync(pepperFile, 'utf8'), 'base64url'),
  };
}

function read<T>(file: string): T | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch (cause) {
    throw new Error(`${file} is damaged; restore it from a backup`, { cause });
  }
}
