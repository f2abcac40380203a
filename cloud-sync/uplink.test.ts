import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { refusalOf, SYNC_REFUSALS, type SyncRefusalCode } from './errors.ts';
import { silent, storeFixture, testClock } from './store.fixture.ts';
import { createUplink, type UplinkParts } from './uplink.ts';
import { decodeEvents, type HeadOfficeRequest, type HeadOfficeResponse } from './wire.ts';

const answer = (status: number, body: unknown): HeadOfficeResponse => ({
  status,
  headers: {},
  body: Buffer.from(JSON.stringify(body)),
});

const refusing = (code: SyncRefusalCode) => answer(SYNC_REFUSALS[code].status, refusalOf(code));

function seqsOf(request: HeadOfficeRequest): number[] {
  const decoded = decodeEvents(gunzipSync(request.body ?? new Uint8Array()).toString('utf8'));
  if (!decoded.ok) throw new Error(decoded.refusal.code);
  return decoded.value.map(({ seq }) => seq);
}

/** A head office of one number: how far it holds. */
function shop(parts: Partial<UplinkParts> = {}, epoch = 1) {
  const clock = testClock();
  const store = storeFixture('S1', { epoch });
  const asked: number[][] = [];
  const far = {
    held: 0,
    reply: undefined as undefined | ((seqs: number[]) => Promise<HeadOfficeResponse>),
  };
  const open = () =>
    createUplink({
      storeId: 'S1',
      token: 'secret',
      source: store,
      clock,
      random: () => 0.5,
      log: silent,
      async send(request) {
        const seqs = seqsOf(request);
        asked.push(seqs);
        if (far.reply) return far.reply(seqs);
        if ((seqs[0] ?? 0) <= far.held + 1) far.held = Math.max(far.held, seqs.at(-1) ?? 0);
        return answer(200, { acked: far.held, epoch, quarantined: [] });
      },
      ...parts,
    });
  return { clock, store, asked, far, open };
}

describe('the uplink', () => {
  it('sends all there is in batches, one after the other, and is then up with nothing unsent', async () => {
    const { clock, store, asked, open } = shop({ batchEvents: 4 });
    store.sell(10);
    const uplink = open();
    await clock.advance(0);
    await clock.advance(0);
    await clock.advance(0);
    expect(asked).toEqual([
      [1, 2, 3, 4],
      [5, 6, 7, 8],
      [9, 10],
    ]);
    expect(uplink.status()).toMatchObject({ link: 'up', unsent: 0, ackedSeq: 10, headSeq: 10 });
    expect(store.acked()).toBe(10);
    await uplink.close();
    expect(clock.timers()).toBe(0);
  });

  it('sends what was appended when it is told, and goes on where the ledger says after a restart', async () => {
    const { clock, store, asked, open } = shop();
    store.sell(2);
    const first = open();
    await clock.advance(0);
    store.sell(1);
    first.nudge();
    await clock.advance(0);
    await first.close();
    store.sell(1);
    const second = open();
    await clock.advance(0);
    expect(asked).toEqual([[1, 2], [3], [4]]);
    await second.close();
  });

  it('is down with the reason while head office is out of reach, and waits longer each time', async () => {
    const { clock, store, asked, far, open } = shop();
    store.sell(1);
    far.reply = () => Promise.reject(new Error('no route'));
    const uplink = open();
    await clock.advance(0);
    const status = uplink.status();
    expect(status).toMatchObject({ link: 'down', unsent: 1, oldestUnsentWallMs: 1764000001000 });
    expect(status.lastError).toMatch(/^HEAD_OFFICE_UNREACHABLE: .*no route/);
    expect(status.nextTryWallMs).toBe(clock.wallMs() + 750);
    const at: number[] = [];
    for (let second = 0; second < 1800; second++) {
      const before = asked.length;
      store.sell(1);
      uplink.nudge();
      await clock.advance(1000);
      if (asked.length > before) at.push(second);
    }
    const pauses = at.slice(1).map((second, each) => second - (at[each] ?? 0));
    expect(Math.max(...pauses)).toBeLessThanOrEqual(300);
    expect(at.length).toBeLessThan(20);
    far.reply = undefined;
    await clock.advance(300_000);
    expect(uplink.status()).toMatchObject({ link: 'up', unsent: 0 });
    await uplink.close();
  });

  it('tries again at once when head office is heard from, but not after a refusal', async () => {
    const { clock, store, asked, far, open } = shop();
    store.sell(1);
    far.reply = () => Promise.reject(new Error('no route'));
    const uplink = open();
    await clock.advance(0);
    far.reply = () => Promise.resolve(refusing('FORK'));
    uplink.heard();
    await clock.advance(0);
    uplink.heard();
    await clock.advance(0);
    expect(asked).toHaveLength(2);
    await uplink.close();
  });

  it('takes a lost answer as no answer, and what was stored already does no harm', async () => {
    const { clock, store, asked, far, open } = shop();
    store.sell(3);
    far.reply = async (seqs) => {
      far.held = seqs.at(-1) ?? 0;
      far.reply = undefined;
      throw new Error('the answer was lost');
    };
    const uplink = open();
    await clock.advance(1000);
    expect(asked).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
    expect(store.acked()).toBe(3);
    await uplink.close();
  });

  it('skips what head office turns out to hold', async () => {
    const { clock, store, asked, far, open } = shop({ batchEvents: 2 });
    store.sell(9);
    far.held = 7;
    const uplink = open();
    await clock.advance(0);
    await clock.advance(0);
    expect(asked).toEqual([
      [1, 2],
      [8, 9],
    ]);
    await uplink.close();
  });

  it('sends again what head office lost, and its own acknowledged number never falls', async () => {
    const { clock, store, asked, far, open } = shop();
    store.sell(6);
    store.setAcked(5);
    far.held = 2;
    const uplink = open();
    await clock.advance(0);
    expect(store.acked()).toBe(5);
    await clock.advance(1000);
    expect(asked).toEqual([[6], [3, 4, 5, 6]]);
    expect(uplink.status()).toMatchObject({ link: 'up', ackedSeq: 6 });
    await uplink.close();
  });

  const wrong: [string, HeadOfficeResponse, string][] = [
    ['holds more than there is', answer(200, { acked: 9, epoch: 1, quarantined: [] }), 'ACK_AHEAD'],
    ['takes nothing', answer(200, { acked: 0, epoch: 1, quarantined: [] }), 'NO_PROGRESS'],
    ['answers nonsense', answer(200, { acked: '3' }), 'ANSWER_UNREADABLE'],
    ['answers half a refusal', answer(409, { code: 'FORK' }), 'ANSWER_UNREADABLE'],
    ['answers a page', { status: 502, headers: {}, body: Buffer.from('<p>') }, 'ANSWER_UNREADABLE'],
    ['sees a fork', refusing('FORK'), 'FORK'],
    ['refuses the token', refusing('TOKEN_REFUSED'), 'TOKEN_REFUSED'],
  ];
  it.each(wrong)(
    'is down and says why when head office %s; nothing is deleted',
    async (_, reply, code) => {
      const { clock, store, far, open } = shop();
      store.sell(3);
      far.reply = () => Promise.resolve(reply);
      const uplink = open();
      await clock.advance(0);
      expect(uplink.status()).toMatchObject({ link: 'down', unsent: 3, ackedSeq: 0 });
      expect(uplink.status().lastError).toMatch(new RegExp(`^${code}: `));
      await uplink.close();
    },
  );

  it('counts only what it sent while head office still speaks of a replaced ledger', async () => {
    const { clock, store, far, open } = shop({}, 2);
    store.sell(3);
    far.reply = () => Promise.resolve(answer(200, { acked: 50, epoch: 1, quarantined: [] }));
    const uplink = open();
    await clock.advance(0);
    expect(store.acked()).toBe(3);
    await uplink.close();
  });

  it('a full disk in the store stops neither the store nor sync for good', async () => {
    const { clock, store, open } = shop();
    store.sell(1);
    const { setAcked } = store;
    store.setAcked = () => {
      throw new Error('DISK_FULL');
    };
    const uplink = open();
    await clock.advance(0);
    expect(uplink.status().lastError).toMatch(/^LEDGER_FAULT: .*DISK_FULL/);
    store.setAcked = setAcked;
    const { readAfter } = store;
    store.readAfter = () => {
      throw new Error('CORRUPT');
    };
    await clock.advance(1000);
    store.readAfter = readAfter;
    expect(uplink.status().lastError).toMatch(/^LEDGER_FAULT: .*CORRUPT/);
    await clock.advance(2000);
    expect(uplink.status()).toMatchObject({ link: 'up', unsent: 0 });
    await uplink.close();
  });
});
