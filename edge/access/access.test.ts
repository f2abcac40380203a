/** The door itself: accounts, guesses, sessions, and what is on the disk. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock, Outcome } from '../core/ports.ts';
import { LI } from './access.fixture.ts';
import { type Access, type AccessEvent, openAccess } from './access.ts';
import { createLockout, lockMsAfter } from './lockout.ts';
import { ACCESS_REFUSALS } from './refusals.ts';
import { isWeakPassword, isWeakPin } from './secrets.ts';
import { FRESH_MS, IDLE_MS, LONGEST_MS } from './sessions.ts';

const seen = new Set<string>();
let dir: string;
let now: number;
let today: string;
let told: AccessEvent[];
let access: Access;
const timers = new Set<{ at: number; fn: () => void }>();

const clock: Clock = {
  monoMs: () => now,
  wallMs: () => 1_790_000_000_000 + now,
  wallQuality: () => 'trusted',
  after(delayMs, fn) {
    const timer = { at: now + delayMs, fn };
    timers.add(timer);
    return () => timers.delete(timer);
  },
};
function pass(ms: number) {
  now += ms;
  for (const timer of [...timers])
    if (timer.at <= now) {
      timers.delete(timer);
      timer.fn();
    }
}
const open = () =>
  openAccess({ dataDir: dir, clock, today: () => today, tell: (event) => told.push(event) });

/** `ok`, or the code of the refusal, which is noted as met. */
function said(outcome: Outcome<unknown>): string {
  if (outcome.ok) return 'ok';
  const { code, message, next } = outcome.refusal;
  for (const text of [message, next]) expect(text.zh && text.en).toBeTruthy();
  seen.add(code);
  return code;
}
const setUp = () => access.setUp(access.setupCode() ?? '', LI);
const wang = {
  ...{ id: 'wang', name: '王强', role: 'attendant' as const },
  ...{ password: 'kettle-and-rice', pin: '730194' },
};

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'yike-access-'));
  now = 1000;
  today = '2026-11-23';
  told = [];
  timers.clear();
  access = open();
});
afterEach(() => rmSync(dir, { recursive: true }));

describe('the first account', () => {
  it('is made once, with the code that only the box shows', async () => {
    expect(access.isSetUp()).toBe(false);
    expect(access.setupCode()).toMatch(/^[A-HJ-NP-Z2-9]{8}$/);
    expect(said(await access.setUp('WRONGONE', LI))).toBe('SETUP_CODE_WRONG');
    expect(said(await access.setUp(access.setupCode()!.toLowerCase(), LI))).toBe('ok');
    expect(access.setupCode()).toBeUndefined();
    expect(said(await access.setUp('ANYTHING', LI))).toBe('SETUP_DONE');
    expect(told.map(({ type }) => type)).toEqual(['PersonAdded', 'PersonSignedIn']);
  });

  it('cannot be guessed: after five wrong codes the box waits', async () => {
    for (let guess = 0; guess < 5; guess++) await access.setUp('WRONGONE', LI);
    expect(said(await setUp())).toBe('LOCKED_OUT');
    pass(30_000);
    expect(said(await setUp())).toBe('ok');
  });

  it.each([
    ['short', 'PASSWORD_WEAK'],
    ['li-li-li-li-li', 'PASSWORD_WEAK'],
    ['1234567890', 'PASSWORD_WEAK'],
    ['aaaaaaaaaaaa', 'PASSWORD_WEAK'],
  ])('does not take the password %j', async (password, code) => {
    const outcome = await access.setUp(access.setupCode()!, { ...LI, password });
    expect(said(outcome)).toBe(code);
    expect(access.isSetUp()).toBe(false);
  });

  it.each(['12345', '123456', '987654', '111111', 'abcdef', '1234567890123'])(
    'does not take the PIN %j',
    async (pin) => {
      expect(said(await access.setUp(access.setupCode()!, { ...LI, pin }))).toBe('PIN_WEAK');
      expect(isWeakPin(pin)).toBe(true);
      expect(isWeakPassword('paper-lantern-9', 'li')).toBe(false);
    },
  );
});

describe('signing in', () => {
  beforeEach(async () => {
    await setUp();
    await access.add(wang, 'li');
  });

  it('says the same of a wrong password and of a name that is none', async () => {
    expect(said(await access.signIn('li', 'wrong-password'))).toBe('SIGN_IN_WRONG');
    expect(said(await access.signIn('nobody', 'wrong-password'))).toBe('SIGN_IN_WRONG');
    expect(said(await access.signIn('li', LI.password))).toBe('ok');
    expect(said(await open().signIn('wang', wang.password))).toBe('ok');
  });

  it('ends for an account that is disabled, over, or gone', async () => {
    const signed = await access.signIn('wang', wang.password);
    expect(signed.ok).toBe(true);
    await access.change('wang', { disabled: true }, 'li');
    if (signed.ok) expect(access.sessions.find(signed.value.token)).toBeUndefined();
    expect(said(await access.signIn('wang', wang.password))).toBe('SIGN_IN_WRONG');
    await access.change('wang', { disabled: false, lastDay: '2026-11-30' }, 'li');
    expect(said(await access.signIn('wang', wang.password))).toBe('ok');
    today = '2026-12-01';
    expect(said(await access.signIn('wang', wang.password))).toBe('SIGN_IN_WRONG');
    expect(said(access.remove('wang', 'li'))).toBe('ok');
    expect(said(access.remove('wang', 'li'))).toBe('PERSON_UNKNOWN');
  });

  it('never loses the last operator, nor two accounts of one name', async () => {
    expect(said(await access.change('li', { role: 'auditor' }, 'li'))).toBe('LAST_OPERATOR');
    expect(said(await access.change('li', { disabled: true }, 'li'))).toBe('LAST_OPERATOR');
    expect(said(access.remove('li', 'li'))).toBe('LAST_OPERATOR');
    expect(said(await access.add(wang, 'li'))).toBe('PERSON_EXISTS');
    expect(said(await access.change('zhao', { name: '赵' }, 'li'))).toBe('PERSON_UNKNOWN');
    expect(access.people().map(({ id }) => id)).toEqual(['li', 'wang']);
  });

  it('by PIN is one act, never of the same two people, never beyond the role', async () => {
    const approve = (id: string, pin: string, notBy?: string) =>
      access.approve(id, pin, 'lane-1', 'assist', notBy);
    expect(said(await approve('wang', wang.pin))).toBe('ok');
    expect(said(await approve('wang', wang.pin, 'wang'))).toBe('SAME_PERSON');
    expect(said(await approve('wang', wang.pin, 'li'))).toBe('ok');
    expect(said(await approve('wang', '000000'))).toBe('SIGN_IN_WRONG');
    expect(said(await access.approve('wang', wang.pin, 'lane-1', 'money'))).toBe('ROLE_REFUSED');
  });

  it('keeps no secret on the disk, and nothing that others may read', () => {
    const folder = join(dir, 'access');
    for (const file of readdirSync(folder)) {
      const text = readFileSync(join(folder, file), 'utf8');
      for (const secret of [LI.password, LI.pin, wang.password, wang.pin])
        expect(text).not.toContain(secret);
      expect(statSync(join(folder, file)).mode & 0o077).toBe(0);
    }
    expect(readFileSync(join(folder, 'people.json'), 'utf8')).toContain('$argon2id$');
  });

  it('fails where the accounts are damaged, and says which file', () => {
    writeFileSync(join(dir, 'access/people.json'), '[{"id":"li"');
    expect(open).toThrow('people.json is damaged');
  });
});

describe('a session', () => {
  it('goes idle, opens again by PIN, and ends after twelve hours', async () => {
    await setUp();
    const signed = await access.signIn('li', LI.password);
    if (!signed.ok) throw new Error('not signed in');
    const { session, token } = signed.value;
    let ended = 0;
    const forget = access.sessions.onEnd(session, () => ended++);
    pass(IDLE_MS - 1);
    access.sessions.touch(session);
    pass(IDLE_MS - 1);
    expect([access.sessions.isIdle(session), ended]).toEqual([false, 0]);
    pass(1);
    expect([access.sessions.isIdle(session), ended]).toEqual([true, 1]);
    expect(said(await access.prove(session, LI.pin))).toBe('ok');
    expect(access.sessions.isIdle(session)).toBe(false);
    expect(access.sessions.isFresh(session)).toBe(true);
    pass(FRESH_MS);
    expect(access.sessions.isFresh(session)).toBe(false);
    expect(said(await access.prove(session, 'wrong'))).toBe('SIGN_IN_WRONG');
    expect(said(await access.prove(session, LI.password))).toBe('ok');
    pass(LONGEST_MS);
    expect(access.sessions.find(token)).toBeUndefined();
    forget();
    expect(timers.size).toBe(0);
  });

  it('that is signed out cuts what still listens', async () => {
    const signed = await setUp();
    if (!signed.ok) throw new Error('not signed in');
    let ended = 0;
    access.sessions.onEnd(signed.value.session, () => ended++);
    access.signOut(signed.value.token);
    expect([ended, timers.size]).toEqual([1, 0]);
    expect(told.at(-1)).toEqual({ type: 'PersonSignedOut', body: { personId: 'li' } });
  });
});

describe('guessing', () => {
  it.each([
    [4, 0],
    [5, 30],
    [6, 60],
    [7, 120],
    [10, 900],
    [99_999, 900],
  ])('after %i failures the account waits %i s', (failures, seconds) => {
    expect(lockMsAfter(failures)).toBe(seconds * 1000);
  });

  it('10,000 times in an hour gets at most 40 looked at, whatever is restarted', () => {
    let kept: Record<string, number> = {};
    let lockout = createLockout(clock, kept, (failures) => {
      kept = { ...failures };
    });
    let looked = 0;
    for (let guess = 0; guess < 10_000; guess++) {
      // Every tenth time somebody pulls the plug in the hope of a fresh start.
      if (guess % 10 === 0) lockout = createLockout(clock, kept, (f) => (kept = { ...f }));
      if (lockout.lockedForMs('li@lane-1') === 0) {
        lockout.count('li@lane-1');
        looked += 1;
      }
      now += 360;
    }
    expect(looked).toBeLessThanOrEqual(40);
    expect(looked).toBeGreaterThanOrEqual(5);
    expect(lockout.lockedForMs('li@admin')).toBe(0);
  });

  it('at a kiosk does not lock the operator’s page, and is told once a lock', async () => {
    await setUp();
    for (let guess = 0; guess < 7; guess++)
      said(await access.approve('li', '000000', 'lane-1', 'assist'));
    expect(said(await access.approve('li', LI.pin, 'lane-1', 'assist'))).toBe('LOCKED_OUT');
    expect(said(await access.signIn('li', LI.password))).toBe('ok');
    expect(told.filter(({ type }) => type === 'PersonLockedOut')).toHaveLength(1);
    access = open();
    expect(said(await access.approve('li', LI.pin, 'lane-1', 'assist'))).toBe('LOCKED_OUT');
    pass(30_000);
    expect(said(await access.approve('li', LI.pin, 'lane-1', 'assist'))).toBe('ok');
  });
});

it('every refusal of the door was met above, but for those of the HTTP guard', () => {
  const guard = ['SESSION_ENDED', 'SESSION_IDLE', 'ASK_AGAIN', 'FORGED'];
  expect(ACCESS_REFUSALS.filter((code) => !seen.has(code)).sort()).toEqual(guard.sort());
});
