/** The guard of the operator's doors, in the clear and over TLS. */
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LI } from '../access/access.fixture.ts';
import { type Access, openAccess } from '../access/access.ts';
import { openCertificate } from '../access/certificate.ts';
import { FRESH_MS, IDLE_MS } from '../access/sessions.ts';
import { systemClock } from '../runtime.ts';
import { accessRoutes } from './access.ts';
import { guardOperator } from './guard.ts';
import { createServer } from './http.ts';

let dir: string;
let access: Access;
let server: FastifyInstance;
let skippedMs = 0;
/** Real timers, and a monotonic clock that a test may push on. */
const clock = { ...systemClock(), monoMs: () => systemClock().monoMs() + skippedMs };
const log = { error: () => {} };

async function openServer(tls?: { cert: string; key: string }) {
  const opened = createServer({ log, frames: "'none'", ...(tls && { tls }) });
  const door = { access, secure: tls !== undefined };
  guardOperator(opened, door);
  await opened.register(accessRoutes, door);
  await opened.register(async (plugin) => {
    const operator = { audience: 'operator' as const, summary: 'test' };
    plugin.get('/api/look', { config: operator }, () => ({ seen: true }));
    plugin.post('/api/count', { config: { ...operator, may: 'goods' } }, () => ({ done: true }));
    const money = { ...operator, may: 'money' as const, fresh: true };
    plugin.post('/api/refund', { config: money }, () => ({ done: true }));
  });
  return opened;
}

beforeEach(async () => {
  skippedMs = 0;
  dir = mkdtempSync(join(tmpdir(), 'yike-guard-'));
  access = openAccess({ dataDir: dir, clock, today: () => '2026-11-23', tell: () => {} });
  server = await openServer();
});
afterEach(async () => {
  await server.close();
  rmSync(dir, { recursive: true });
});

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
async function ask(
  method: Method,
  url: string,
  headers: Record<string, string> = {},
  payload?: object,
): Promise<[number, string | undefined]> {
  const answer = await server.inject({ method, url, headers, ...(payload && { payload }) });
  return [answer.statusCode, answer.json().error?.code];
}

async function signIn(id = 'li', password = LI.password) {
  const answer = await server.inject({
    ...{ method: 'POST', url: '/api/session', payload: { id, password } },
  });
  const cookie = String(answer.headers['set-cookie']).split(';')[0] ?? '';
  const { csrf } = answer.json() as { csrf: string };
  return { cookie, 'x-csrf-token': csrf };
}
const setUp = () => access.setUp(access.setupCode() ?? '', LI);

describe('a stranger', () => {
  it('sees nothing, changes nothing, and is told to sign in', async () => {
    await setUp();
    const description = await server.inject({ url: '/api/openapi.json' });
    const { paths } = description.json() as {
      paths: Record<string, Record<string, { 'x-audience': string }>>;
    };
    const guarded = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([, about]) => about['x-audience'] === 'operator')
        .map(([method]): [Method, string] => [method.toUpperCase() as Method, path]),
    );
    const open = guarded.filter(([, path]) => /^\/api\/session(\/set-up|\/again)?$/.test(path));
    expect(guarded.length).toBeGreaterThan(open.length + 4);
    for (const [method, path] of guarded.filter((each) => !open.includes(each)))
      expect([method, path, ...(await ask(method, path.replace('{id}', 'li')))]).toEqual([
        ...[method, path, 401, 'SESSION_ENDED'],
      ]);
    expect(await ask('POST', '/api/session/again', {}, { secret: LI.pin })).toEqual([
      ...[401, 'SESSION_ENDED'],
    ]);
  });

  it('is led to the first set-up, then to signing in', async () => {
    const state = async () => (await server.inject({ url: '/api/session' })).json().state;
    expect(await state()).toBe('set-up');
    const first = { code: access.setupCode(), ...LI };
    expect(await ask('POST', '/api/session/set-up', {}, first)).toEqual([200, undefined]);
    expect(await state()).toBe('sign-in');
    expect(await ask('POST', '/api/session/set-up', {}, first)).toEqual([400, 'SETUP_DONE']);
  });

  it('who guesses is made to wait', async () => {
    await setUp();
    const guess = () => ask('POST', '/api/session', {}, { id: 'li', password: 'wrong-password' });
    for (let at = 0; at < 5; at++) expect(await guess()).toEqual([400, 'SIGN_IN_WRONG']);
    expect(await guess()).toEqual([429, 'LOCKED_OUT']);
  });
});

describe('somebody signed in', () => {
  let mine: { cookie: string; 'x-csrf-token': string };
  beforeEach(async () => {
    await setUp();
    mine = await signIn();
  });

  it.each<[string, (own: typeof mine) => Record<string, string>, number, string | undefined]>([
    ['from the page itself', (own) => own, 200, undefined],
    ['with its origin', (own) => ({ ...own, origin: 'http://localhost:80' }), 200, undefined],
    ['without the token', ({ cookie }) => ({ cookie }), 403, 'FORGED'],
    ['with another token', (own) => ({ ...own, 'x-csrf-token': 'a'.repeat(43) }), 403, 'FORGED'],
    ['from another page', (own) => ({ ...own, origin: 'http://evil.example' }), 403, 'FORGED'],
    ['from a sandbox', (own) => ({ ...own, origin: 'null' }), 403, 'FORGED'],
    ['from another site', (own) => ({ ...own, 'sec-fetch-site': 'cross-site' }), 403, 'FORGED'],
    ['from the kiosk’s port', (own) => ({ ...own, 'sec-fetch-site': 'same-site' }), 403, 'FORGED'],
    [
      'without the cookie',
      (own) => ({ 'x-csrf-token': own['x-csrf-token'] }),
      401,
      'SESSION_ENDED',
    ],
    ['with another cookie', (own) => ({ ...own, cookie: 'yike=x' }), 401, 'SESSION_ENDED'],
  ])('changes something %s', async (_, headers, status, code) => {
    const host = { host: 'localhost:80' };
    expect(await ask('POST', '/api/count', { ...headers(mine), ...host })).toEqual([status, code]);
  });

  it('is asked again before money moves, and after half an hour away', async () => {
    expect(await ask('POST', '/api/refund', mine)).toEqual([200, undefined]);
    skippedMs += FRESH_MS;
    expect(await ask('POST', '/api/refund', mine)).toEqual([403, 'ASK_AGAIN']);
    const again = () => ask('POST', '/api/session/again', mine, { secret: LI.pin });
    expect(await again()).toEqual([200, undefined]);
    expect(await ask('POST', '/api/refund', mine)).toEqual([200, undefined]);
    skippedMs += IDLE_MS;
    expect(await ask('GET', '/api/look', mine)).toEqual([401, 'SESSION_IDLE']);
    const { state } = (await server.inject({ url: '/api/session', headers: mine })).json();
    expect(state).toBe('idle');
    expect(await again()).toEqual([200, undefined]);
    expect(await ask('GET', '/api/look', mine)).toEqual([200, undefined]);
    expect(await ask('DELETE', '/api/session', mine)).toEqual([200, undefined]);
    expect(await ask('GET', '/api/look', mine)).toEqual([401, 'SESSION_ENDED']);
  });

  it('may do what the role says, and manages accounts only as operator', async () => {
    const wang = {
      ...{ id: 'wang', name: '王强', role: 'technician' },
      ...{ password: 'kettle-and-rice', pin: '730194' },
    };
    expect(await ask('POST', '/api/people', mine, wang)).toEqual([200, undefined]);
    expect(await ask('POST', '/api/people', mine, { ...wang, role: 'king' })).toEqual([
      ...[400, 'BAD_REQUEST'],
    ]);
    const his = await signIn('wang', wang.password);
    expect(await ask('GET', '/api/look', his)).toEqual([200, undefined]);
    expect(await ask('POST', '/api/count', his)).toEqual([403, 'ROLE_REFUSED']);
    expect(await ask('GET', '/api/people', his)).toEqual([403, 'ROLE_REFUSED']);
    expect(await ask('PATCH', '/api/session/me', his, { pin: '918273' })).toEqual([200, undefined]);
    expect(await ask('PATCH', '/api/people/wang', mine, { disabled: true })).toEqual([
      ...[200, undefined],
    ]);
    expect(await ask('GET', '/api/look', his)).toEqual([401, 'SESSION_ENDED']);
    expect(await ask('DELETE', '/api/people/wang', mine)).toEqual([200, undefined]);
    expect(await ask('DELETE', '/api/people/li', mine)).toEqual([400, 'LAST_OPERATOR']);
  });

  it('has a cookie that no script and no other site can use, and a page nobody can frame', async () => {
    const answer = await server.inject({
      ...{ method: 'POST', url: '/api/session', payload: { id: 'li', password: LI.password } },
    });
    expect(answer.headers['set-cookie']).toMatch(
      /^yike=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    expect(answer.headers['content-security-policy']).toContain("frame-ancestors 'none'");
  });
});

it('a route that changes something must say who may', async () => {
  const config = { audience: 'operator' as const, summary: 'forgotten' };
  expect(() => server.post('/api/forgotten', { config }, () => ({}))).toThrow('who may');
});

it('over TLS the cookie is bound to this very host, and the certificate is the box’s own', async () => {
  const certificate = await openCertificate(dir, clock.wallMs());
  expect(certificate.fingerprint).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  expect((await openCertificate(dir, clock.wallMs())).cert).toBe(certificate.cert);
  const soonOver = certificate.lastDayMs - 86_400_000;
  expect((await openCertificate(dir, soonOver)).cert).not.toBe(certificate.cert);
  await setUp();
  const current = await openCertificate(dir, clock.wallMs());
  const secure = await openServer(current);
  await secure.listen({ host: '127.0.0.1', port: 0 });
  const { port } = secure.server.address() as AddressInfo;
  const body = JSON.stringify({ id: 'li', password: LI.password });
  const headers = { 'content-type': 'application/json', origin: `https://127.0.0.1:${port}` };
  const answer = await new Promise<{ status?: number; cookie: string }>((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path: '/api/session', method: 'POST', headers };
    request({ ...options, ca: current.cert }, (response) => {
      response.resume();
      const cookie = String(response.headers['set-cookie']);
      resolve({ cookie, ...(response.statusCode && { status: response.statusCode }) });
    })
      .on('error', reject)
      .end(body);
  });
  expect(answer).toMatchObject({
    status: 200,
    cookie: expect.stringMatching(/^__Host-yike=[\w-]{43}; Path=\/; HttpOnly; .*; Secure$/),
  });
  await secure.close();
});
