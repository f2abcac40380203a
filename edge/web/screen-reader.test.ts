/** Every state of every shopper's screen, in both languages, both sizes and high contrast: axe-core, and no box cut. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CABINET_VIEWS } from './cabinet-views.fixture.ts';
import { COUNTER_VIEWS } from './counter-views.fixture.ts';
import { axeFindings, found, overflows, press, raise, type Stage, show } from './stage.fixture.ts';
import { LANE_VIEWS } from './views.fixture.ts';

const DEEP = process.env.YIKE_DEEP === '1';
const MODES: Record<string, string[]> = {
  Chinese: [],
  English: ['English'],
  'Chinese, large': ['大字'],
  'English, large': ['大字', 'English'],
  'Chinese, high contrast': ['高对比'],
};
const MODE_NAMES = Object.keys(MODES);
type Views = Record<string, { screen: string }>;
/** The screens that wait for somebody forget what the last one chose: they are walked apart. */
const waits = ({ screen }: { screen: string }) => screen === 'attract' || screen === 'ready';
const part = (views: Views, waiting: boolean): Views =>
  Object.fromEntries(Object.entries(views).filter(([, view]) => waits(view) === waiting));

const LANES = { path: '/kiosk/', viewport: { width: 1080, height: 1920 } };
const SCALES = { path: '/counter/', viewport: { width: 1280, height: 800 } };
const DOORS = { path: '/cabinet/', viewport: { width: 800, height: 1280 } };
const APPS = [
  { app: 'kiosk', ...LANES, views: part(LANE_VIEWS, false) },
  { app: 'waiting kiosk', ...LANES, views: part(LANE_VIEWS, true) },
  { app: 'produce scale', ...SCALES, views: part(COUNTER_VIEWS, false) },
  { app: 'waiting produce scale', ...SCALES, views: part(COUNTER_VIEWS, true) },
  { app: 'cabinet', ...DOORS, views: part(CABINET_VIEWS, false) },
  { app: 'waiting cabinet', ...DOORS, views: part(CABINET_VIEWS, true) },
];

describe.skipIf(!found)('a screen reader', { timeout: 120_000 }, () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await raise();
  }, 60_000);
  afterAll(() => stage.close());
  afterEach(async () => expect(await stage.strike()).toEqual([]));

  const rows = APPS.flatMap((app) => MODE_NAMES.map((mode) => ({ ...app, mode })));
  it.each(rows)('can use the $app in $mode, and nothing is cut off', async (row) => {
    const at = MODE_NAMES.indexOf(row.mode);
    // A quick run sees every state once, a part of them in each mode.
    const parts = MODE_NAMES.length;
    const views = Object.entries(row.views).filter((_, n) => DEEP || n % parts === at);
    const [first] = Object.values(row.views);
    stage.server.show(first ?? {});
    const page = await stage.open(row.path, { viewport: row.viewport });
    const names = MODES[row.mode] ?? [];
    await press(page, names);
    const findings: string[] = [];
    for (const [name, view] of views) {
      await show(stage, page, view);
      const troubles = [...(await axeFindings(page)), ...(await overflows(page))];
      findings.push(...troubles.map((trouble) => `${name}: ${trouble}`));
    }
    expect(findings).toEqual([]);
  });
});
