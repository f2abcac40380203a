/** Staff take a lane out of service and put it back. */
import { describe, expect, it } from 'vitest';

import { atALane, bottle, li, other, pay, press, staff, store } from './attending.fixture.ts';

atALane();

describe('a lane taken out of service', () => {
  const kinds = () =>
    store
      .controller()
      .ledger.tail(50)
      .map(({ type }) => type);

  it('finishes the basket it has, and then serves nobody until it is put back', async () => {
    expect(await staff({ kind: 'lock', why: 'paper' })).toBe('done');
    expect(store.view()).toMatchObject({ screen: 'basket', locked: true });
    await store.scan(other!.gtin!);
    expect(store.view().sale?.lines).toHaveLength(2);
    await press({ kind: 'pay' });
    await pay('pays');
    expect(await store.screenIs('done')).toBe(true);
    expect(await press({ kind: 'finish' })).toBe('done');
    expect(store.view()).toMatchObject({ screen: 'out-of-service', locked: true });
    expect(store.view().outOfService?.reason.zh).toBe('正在换纸');
    await store.scan(bottle!.gtin!);
    for (const kind of ['start', 'find'] as const)
      expect([await press({ kind }), store.view().screen]).toEqual([
        'LANE_LOCKED',
        'out-of-service',
      ]);
    expect(await press({ kind: 'recall', code: '1234' })).toBe('LANE_LOCKED');
    expect(await staff({ kind: 'unlock' })).toBe('done');
    expect(store.view()).toMatchObject({ screen: 'attract' });
    expect(store.view()).not.toHaveProperty('notice');
    expect(await press({ kind: 'start' })).toBe('done');
  });

  it.each([
    ['cleaning', '正在清洁', 'It is being cleaned'],
    ['repair', '设备正在检修', 'It is being repaired'],
    ['closing', '今天已经打烊', 'Closed for today'],
    // Words of one's own are the ledger's, and no shopper's.
    ['other', '店员暂停了本机', 'Staff have paused it'],
  ] as const)('for %s says so in both languages', async (why, zh, en) => {
    await press({ kind: 'discard' });
    await press({ kind: 'finish' });
    const reason = '等电工来看插座';
    expect(await staff({ kind: 'lock', why }, { ...li, reason })).toBe('done');
    expect(store.view().outOfService?.reason).toEqual({ zh, en });
    expect(JSON.stringify(store.view())).not.toContain(reason);
    const [event] = store.controller().ledger.about('lane:lane-1');
    expect(event?.body).toEqual({ laneId: 'lane-1', why, ...li, reason });
  });

  it('is one entry with who and why, however often it is asked for', async () => {
    await press({ kind: 'discard' });
    for (const kind of ['unlock', 'lock', 'lock', 'unlock', 'unlock'] as const)
      expect(await staff(kind === 'lock' ? { kind, why: 'repair' } : { kind })).toBe('done');
    expect(kinds().filter((type) => /^Lane(Un)?[Ll]ocked$/.test(type))).toEqual([
      'LaneLocked',
      'LaneUnlocked',
    ]);
    const [event] = store.controller().ledger.about('lane:lane-1');
    expect(event?.body).toEqual({ laneId: 'lane-1', why: 'repair', ...li });
  });

  it('stays so over a power cut, with the time it began', async () => {
    await press({ kind: 'discard' });
    await press({ kind: 'finish' });
    await staff({ kind: 'lock', why: 'cleaning' });
    const before = store.view().outOfService;
    await store.run(60_000);
    await store.powerCut();
    expect(store.view()).toMatchObject({ screen: 'out-of-service', locked: true });
    expect(store.view().outOfService?.reason).toEqual(before?.reason);
    expect(store.view().outOfService?.sinceWallMs).toBeCloseTo(before?.sinceWallMs ?? 0, -4);
  });
});
