/** Calls for help: taken once, in their order, also from afar. */
import { describe, expect, it } from 'vitest';

import { atALane, li, press, staff, store } from './attending.fixture.ts';

atALane();

describe('a call for help', () => {
  it('is taken once, with who and how long the shopper waited', async () => {
    expect(await staff({ kind: 'answer-help' })).toBe('NO_CALL');
    await press({ kind: 'help' });
    await store.run(5_000);
    expect(await staff({ kind: 'answer-help' })).toBe('done');
    expect(store.view().help).toBeUndefined();
    expect(await staff({ kind: 'answer-help' })).toBe('NO_CALL');
    const answered = store
      .controller()
      .ledger.tail(20)
      .find(({ type }) => type === 'HelpAnswered');
    expect(answered?.body).toMatchObject({ laneId: 'lane-1', by: li.by, reason: li.reason });
    expect(answered?.body).toHaveProperty('waitedMs', expect.closeTo(5_000, -3));
  });
});

describe('a call for help, and those before it', () => {
  it('says how many wait before, and how long it takes of late', async () => {
    await store.tap({ kind: 'help' });
    await press({ kind: 'help' });
    expect(store.view().help).toMatchObject({ ahead: 1 });
    await store.tap({ kind: 'cancel-help' });
    expect(store.view().help).toMatchObject({ ahead: 0 });
    expect(store.view().help?.minutes).toBeUndefined();
    await store.run(90_000);
    await staff({ kind: 'answer-help' });
    await press({ kind: 'help' });
    expect(store.view().help).toMatchObject({ ahead: 0, minutes: 2 });
    await press({ kind: 'cancel-help' });
    expect(store.view().help).toBeUndefined();
  });

  it('somebody may join from afar before they come', async () => {
    expect(await staff({ kind: 'join-help' })).toBe('NO_CALL');
    await press({ kind: 'help' });
    expect(await staff({ kind: 'join-help' })).toBe('done');
    expect(store.view().help?.remote).toBe(true);
    expect(await staff({ kind: 'answer-help' })).toBe('done');
    expect(store.view().help).toBeUndefined();
  });

  it('there is no bagging scale to approve here', async () => {
    expect(await staff({ kind: 'approve-bag' })).toBe('NO_BAG');
  });
});
