/**
 * The members of this store. A member's number (telephone, card) is never kept: it is found by a
 * keyed digest, and the ledger knows the member by a pseudonym made with a key of their own.
 * Erasing drops that key and the digest, after which nothing here or in the ledger leads back.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from './box/durable-file.ts';
import type { DomainEvent } from './core/events.ts';
import type { Membership } from './core/member-events.ts';
import type { Person } from './core/person.ts';
import type { Outcome } from './core/ports.ts';
import type { Ledger } from './ledger/contract.ts';
import { memberRefusal } from './member-refusals.ts';

export interface Members {
  find(number: string): Membership | undefined;
  enrol(number: string, as: Omit<Membership, 'memberRef'>, by: Person): Outcome<Membership>;
  erase(number: string, reason: string, by: Person): Outcome<{ memberRef: string }>;
}

interface Kept extends Membership {
  digest: string;
  key: string;
}

interface MembersFile {
  pepper: string;
  members: Kept[];
}

const NUMBER = /^\d{6,20}$/;

/** Opens the register in `dataDir`; who came and went stands in the ledger. */
export function openMembers(dataDir: string, ledger: Pick<Ledger, 'append'>): Members {
  const tell = (event: DomainEvent) => ledger.append({ source: 'store', events: [event] });
  const path = join(dataDir, 'members.json');
  const kept: MembersFile = existsSync(path)
    ? JSON.parse(readFileSync(path, 'utf8'))
    : { pepper: randomBytes(32).toString('hex'), members: [] };
  const digestOf = (number: string) => hmac(kept.pepper, number);
  const known = (number: string) => {
    const digest = Buffer.from(digestOf(number));
    return kept.members.find((each) => timingSafeEqual(Buffer.from(each.digest), digest));
  };
  const write = (members: Kept[]) => {
    replaceFile(path, JSON.stringify({ ...kept, members }));
    kept.members = members;
  };
  return {
    find(number) {
      const member = NUMBER.test(number) ? known(number) : undefined;
      return member && { memberRef: member.memberRef, tier: member.tier, senior: member.senior };
    },
    enrol(number, { tier, senior }, by) {
      if (!NUMBER.test(number)) return memberRefusal('MEMBER_NUMBER_INVALID');
      if (known(number)) return memberRefusal('MEMBER_EXISTS');
      const key = randomBytes(32).toString('hex');
      const member = { memberRef: hmac(key, number).slice(0, 32), tier, senior };
      write([...kept.members, { ...member, digest: digestOf(number), key }]);
      tell({ type: 'MemberEnrolled', body: { ...member, by } });
      return { ok: true, value: member };
    },
    erase(number, reason, by) {
      const member = known(number);
      if (!member) return memberRefusal('MEMBER_UNKNOWN');
      const { memberRef } = member;
      tell({ type: 'MemberErased', body: { memberRef, reason, by } });
      write(kept.members.filter((each) => each !== member));
      return { ok: true, value: { memberRef } };
    },
  };
}

const hmac = (key: string, text: string): string =>
  createHmac('sha256', key).update(text).digest('hex');
