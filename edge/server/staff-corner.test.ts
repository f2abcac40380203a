/** The staff corner of a kiosk: whose PIN it takes, what it does then, and what it gives away. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LI } from '../access/access.fixture.ts';
import { type Access, openAccess } from '../access/access.ts';
import type { Role } from '../access/roles.ts';
import type { Clock } from '../core/ports.ts';
import { createServer } from './http.ts';
import { staffCorner } from './staff-corner.ts';

const PIN = '730194';
let now = 0;
const clock: Clock = {
  monoMs: () => now,
  wallMs: () => 1_790_000_000_000 + now,
  wallQuality: () => 'trusted',
  after: () => () => {},
};

let dir: string;
let access: Access;
let server: FastifyInstance;
let acts: unknown[][];

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'yike-corner-'));
  access = openAccess({ dataDir: dir, clock, today: () => '2026-11-23', tell: () => {} });
  await access.setUp(access.setupCode() ?? '', LI);
  acts = [];
  const answers = new Map<string, { ok: true }>();
  server = createServer({ log: { error: () => {} } });
  await server.register(staffCorner, {
    hasLane: (id: string) => ['lane-1', 'lane-2'].includes(id),
    approve: (id: string, pin: string, laneId: string) =>
      access.approve(id, pin, laneId, ['assist', 'devices']),
    // Once for a key, as a lane does.
    act: async (...asked: unknown[]) => {
      const key = String(asked[3]);
      if (!answers.has(key)) acts.push(asked);
      answers.set(key, { ok: true });
      return { ok: true as const };
    },
  });
});
afterEach(async () => {
  await server.close();
  rmSync(dir, { recursive: true });
});

const hire = (id: string, role: Role) =>
  access.add({ id, name: id, role, password: 'kettle-and-rice', pin: PIN }, 'li');

async function ask(body: object, { lane = 'lane-1', key = 'key-of-page' } = {}) {
  const url = `/api/lanes/${lane}/staff`;
  const headers = { 'content-type': 'application/json', ...(key && { 'idempotency-key': key }) };
  const answer = await server.inject({ method: 'POST', url, headers, payload: body });
  const told = answer.json();
  return { status: answer.statusCode, told, code: told.refusal?.code ?? told.error?.code ?? 'ok' };
}
const lock = { kind: 'lock', why: 'paper' };
const unlock = { kind: 'unlock' };

describe('the PIN', () => {
  it.each<[Role, string]>([
    ['attendant', 'ok'],
    ['technician', 'ok'],
    ['operator', 'ok'],
    ['auditor', 'ROLE_REFUSED'],
  ])('of an %s: %s', async (role, code) => {
    await hire('wang', role);
    expect(await ask({ ...lock, id: 'wang', pin: PIN })).toMatchObject({ status: 200, code });
    expect(acts).toHaveLength(code === 'ok' ? 1 : 0);
  });

  it('says who it was, why, and nothing of the PIN', async () => {
    await ask({ ...lock, id: 'li', pin: LI.pin });
    await ask({ ...unlock, id: 'li', pin: LI.pin }, { key: 'another-key' });
    const by = { id: 'li', name: LI.name };
    expect(acts).toEqual([
      ['lane-1', lock, { by, reason: '正在换纸' }, 'staff:lane-1:key-of-page'],
      ['lane-1', unlock, { by, reason: '恢复使用' }, 'staff:lane-1:another-key'],
    ]);
  });

  it('tapped twice is one act', async () => {
    const twice = [
      ask({ ...lock, id: 'li', pin: LI.pin }),
      ask({ ...lock, id: 'li', pin: LI.pin }),
    ];
    expect((await Promise.all(twice)).map(({ code }) => code)).toEqual(['ok', 'ok']);
    expect(acts).toHaveLength(1);
  });

  it('that is wrong does nothing, and is told as an account that is none', async () => {
    const [wrong, nobody] = [
      await ask({ ...lock, id: 'li', pin: '000000' }),
      await ask({ ...lock, id: 'nobody', pin: LI.pin }),
    ];
    expect(wrong.told).toEqual(nobody.told);
    expect(wrong).toMatchObject({ status: 200, code: 'SIGN_IN_WRONG' });
    expect(acts).toEqual([]);
  });

  it('guessed too often locks this lane alone, and says for how long', async () => {
    for (let guess = 0; guess < 4; guess++) await ask({ ...lock, id: 'li', pin: '000000' });
    const last = await ask({ ...lock, id: 'li', pin: '000000' });
    expect(last.told.refusal).toMatchObject({ code: 'SIGN_IN_WRONG', detail: { seconds: 30 } });
    now += 10_000;
    const right = { ...lock, id: 'li', pin: LI.pin };
    const locked = await ask(right);
    expect(locked.told.refusal).toMatchObject({ code: 'LOCKED_OUT', detail: { seconds: 20 } });
    expect((await access.signIn('li', LI.password)).ok, 'the operator’s page').toBe(true);
    expect((await ask(right, { lane: 'lane-2', key: 'other-lane' })).code).toBe('ok');
    now += 20_000;
    expect((await ask(right)).code).toBe('ok');
  });
});

describe('a request', () => {
  const good = { ...lock, id: 'li', pin: '482913' };
  it.each<[string, number, string, object, { lane?: string; key?: string }]>([
    ['without a key', 400, 'KEY_MISSING', good, { key: '' }],
    ['under a short key', 400, 'KEY_MISSING', good, { key: 'short' }],
    ['for a lane that is none', 404, 'NOT_FOUND', good, { lane: 'lane-3' }],
    ['without a reason', 400, 'BAD_REQUEST', { ...unlock, ...good, kind: 'lock', why: '' }, {}],
    ['to do anything else', 400, 'BAD_REQUEST', { ...good, kind: 'void-sale' }, {}],
    ['with a PIN of five', 400, 'BAD_REQUEST', { ...good, pin: '48291' }, {}],
    ['with a PIN of thirteen', 400, 'BAD_REQUEST', { ...good, pin: '4829130000000' }, {}],
    ['with a PIN as a number', 400, 'BAD_REQUEST', { ...good, pin: 482913 }, {}],
    ['with an endless account', 400, 'BAD_REQUEST', { ...good, id: 'l'.repeat(33) }, {}],
    ['with a path for an account', 400, 'BAD_REQUEST', { ...good, id: '../li' }, {}],
    ['with more than that', 400, 'BAD_REQUEST', { ...good, reason: 'because' }, {}],
  ])('%s is refused (%i %s)', async (_, status, code, body, where) => {
    expect(await ask(body, where)).toMatchObject({ status, code });
    expect(acts).toEqual([]);
  });
});
