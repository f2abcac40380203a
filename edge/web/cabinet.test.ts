/** The cabinet's page in a browser, on a phone and on the door panel, in both languages. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CABINET_VIEWS } from './cabinet-views.fixture.ts';
import {
  axeFindings,
  found,
  overflows,
  raise,
  type Stage,
  show,
  targets,
} from './stage.fixture.ts';

const SIZES = {
  phone: { width: 390, height: 844 },
  panel: { width: 800, height: 1280 },
  /** 10.1 inches, lying. */
  wide: { width: 1280, height: 800 },
};

describe.skipIf(!found)('the cabinet', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await raise();
  }, 120_000);
  afterAll(async () => stage?.close());
  afterEach(async () => {
    expect(await stage.strike()).toEqual([]);
  });

  it.each(['phone', 'panel', 'wide'] as const)(
    'fits a %s in every state, also large',
    {
      timeout: 120_000,
    },
    async (size) => {
      stage.server.show(CABINET_VIEWS.ready);
      const page = await stage.open('/cabinet/', { viewport: SIZES[size] });
      for (const [name, view] of Object.entries(CABINET_VIEWS)) {
        await show(stage, page, view);
        if (view.screen !== 'ready' && name === 'open')
          await page.getByRole('button', { name: '大字' }).click();
        expect([name, await overflows(page)]).toEqual([name, []]);
        const small = (await targets(page)).filter(({ height }) => height < 36);
        expect([name, small]).toEqual([name, []]);
      }
      expect(await axeFindings(page)).toEqual([]);
    },
  );

  it('asks about one line with two taps, and says which', { timeout: 60_000 }, async () => {
    stage.server.show(CABINET_VIEWS.settled);
    const page = await stage.open('/cabinet/', { viewport: SIZES.phone });
    await page.getByRole('button', { name: '有疑问' }).click();
    await page.getByRole('button', { name: '我没有拿' }).click();
    await expect.poll(() => stage.server.posted.length).toBe(1);
    expect(stage.server.posted[0]).toMatchObject({
      path: '/api/cabinets/cabinet-1/commands',
      command: {
        kind: 'dispute',
        visitId: CABINET_VIEWS.settled.visitId,
        lineId: 'l1',
        reason: 'not-taken',
      },
    });
  });
});
