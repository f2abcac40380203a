/** What head office is asked for when a person looks, and every way it may answer. */
import { expect, it } from 'vitest';
import { askStanding } from './standing.ts';
import type { HeadOfficeResponse, Send } from './wire.ts';

const HERE_MS = 1_795_392_000_500;
const clock = {
  monoMs: () => 0,
  wallMs: () => HERE_MS,
  wallQuality: () => 'trusted' as const,
  after: () => () => {},
};
const ask = (send: Send) => askStanding({ storeId: 's', token: 't', send, clock });
const answering =
  (status: number, body: object | string, headers: Record<string, string> = {}): Send =>
  async (): Promise<HeadOfficeResponse> => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return { status, headers, body: Buffer.from(text) };
  };
const STATE = { storeId: 's', epoch: 1, headSeq: 9, events: 9, quarantined: [] };
const odd = { epoch: 1, seq: 4, reason: 'unknown type Sneezed' };

it('tells what it holds, and what it did not understand', async () => {
  const told = await ask(answering(200, { ...STATE, quarantined: [odd] }));
  expect(told).toEqual({
    ok: true,
    value: { epoch: 1, headSeq: 9, events: 9, quarantined: [odd], roundTripMs: 0 },
  });
});

it.each([
  ['the same second', 500, 0],
  ['a minute ahead', 60_000, 60_000 - 500],
  ['a minute behind', -60_000, -60_000 + 500],
])('knows how far the clocks are apart: %s', async (_, byMs, skewMs) => {
  const there = Math.floor((HERE_MS + byMs - (byMs === 500 ? 500 : 0)) / 1000) * 1000;
  const date = new Date(there).toUTCString();
  const told = await ask(answering(200, STATE, { date }));
  expect(told.ok && told.value.skewMs).toBe(skewMs);
});

it.each<[string, Send, string]>([
  ['nobody there', () => Promise.reject(new Error('refused')), 'HEAD_OFFICE_UNREACHABLE'],
  ['no state', answering(200, {}), 'ANSWER_UNREADABLE'],
  ['a page', answering(200, '<html>'), 'ANSWER_UNREADABLE'],
  ['odd rows', answering(200, { ...STATE, quarantined: [{}] }), 'ANSWER_UNREADABLE'],
  ['an error that says nothing', answering(500, ''), 'ANSWER_UNREADABLE'],
])('answers %s with a refusal', async (_, send, code) => {
  expect(await ask(send)).toMatchObject({ ok: false, refusal: { code } });
});
