/** Three hundred hostile names on every page: text as given, nothing more, and nothing runs. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { HOSTILE_NAMES } from '../hostile-names.fixture.ts';
import { CABINET_VIEWS } from './cabinet-views.fixture.ts';
import { COUNTER_VIEWS } from './counter-views.fixture.ts';
import { found, raise, type Stage, show } from './stage.fixture.ts';
import { RECEIPT, STATUS_VIEWS } from './status.fixture.ts';
import { LANE_VIEWS, SALE } from './views.fixture.ts';

type Names = readonly string[];

const isText = (value: object): boolean =>
  Object.keys(value).length === 2 && 'zh' in value && 'en' in value;

/** The same view, in which every name, reason and word that comes from elsewhere is one of `names`. */
function renamed(view: unknown, names: Names): unknown {
  let next = 0;
  const take = () => names[next++ % names.length] ?? '';
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return lengthened(value).map(walk);
    if (typeof value !== 'object' || value === null) return value;
    if (isText(value)) {
      const name = take();
      return { zh: name, en: name };
    }
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, walk(each)]));
  };
  /** A list of named things holds one for every name. */
  const lengthened = (list: unknown[]): unknown[] => {
    const [first] = list;
    const named = typeof first === 'object' && first !== null && 'name' in first;
    if (!named || typeof first.name !== 'object') return list;
    return names.map((_, at) => ({ ...first, ...idsOf(first, at) }));
  };
  return walk(view);
}

const idsOf = (of: object, at: number) =>
  Object.fromEntries(
    ['sku', 'lineId', 'id'].filter((key) => key in of).map((key) => [key, `${key}-${at}`]),
  );

/** What a page may not have after it was shown names: script, frames, elements of their making. */
const BORN_OF_NAMES = 'main script, .panel script, iframe, base, main style, [onerror], [onload]';

interface Watched {
  violations: string[];
  dialogs: number;
  hooks: number;
  title: string;
  born: number;
}

async function watch(page: Page): Promise<Watched> {
  return page.evaluate((born) => {
    const { violations = [], dialogs = 0 } = Reflect.get(window, 'watched') ?? {};
    const every = [...document.querySelectorAll('*')];
    const hooks = every.filter((each) =>
      each.getAttributeNames().some((name) => name.startsWith('on')),
    ).length;
    const count = document.querySelectorAll(born).length;
    return { violations, dialogs, hooks, title: document.title, born: count };
  }, BORN_OF_NAMES);
}

/** Listens for what a policy stops, before the page's own script runs. */
const LISTEN = () => {
  const watched = { violations: [] as string[], dialogs: 0 };
  Reflect.set(window, 'watched', watched);
  document.addEventListener('securitypolicyviolation', (event) => {
    watched.violations.push(`${event.violatedDirective} ${event.blockedURI}`);
  });
  window.alert = () => {
    watched.dialogs += 1;
  };
};

const DEEP = process.env.YIKE_DEEP === '1';
/** Names of this length are laid out fast; the endless one comes alone. */
const shortened = (name: string) => name.slice(0, 200);
const CHUNKS = [0, 1, 2].map((part) =>
  HOSTILE_NAMES.slice(part * 100, part * 100 + 100).map(shortened),
);

let stage: Stage;

describe.skipIf(!found)('hostile names', { timeout: 120_000 }, () => {
  beforeAll(async () => {
    stage = await raise();
  }, 120_000);
  afterAll(() => stage?.close());
  afterEach(async () => expect(await stage.strike()).toEqual([]));

  async function enter(path: string, view: object, width = 1080, height = 1920) {
    stage.server.show(view);
    const page = await stage.open(path, { viewport: { width, height } });
    await page.addInitScript(LISTEN);
    await page.reload();
    return page;
  }

  /** Every view with some of the names; all of them on the first, or on all of them where asked. */
  async function survives(page: Page, [first, ...others]: object[]): Promise<void> {
    const { title } = await watch(page);
    for (const names of CHUNKS) await show(stage, page, renamed(first, names) as object);
    for (const [at, view] of others.entries())
      for (const names of DEEP ? CHUNKS : [HOSTILE_NAMES.slice(at * 20, at * 20 + 20)])
        await show(stage, page, renamed(view, names.map(shortened)) as object);
    const told = await watch(page);
    expect(told).toEqual({ violations: [], dialogs: 0, hooks: 0, title, born: 0 });
  }

  it('are shown as they are: nothing lost, nothing added', async () => {
    const page = await enter('/kiosk/?lane=lane-1', LANE_VIEWS.basket ?? {});
    for (const names of CHUNKS) {
      await show(stage, page, renamed(LANE_VIEWS.basket, names) as object);
      const shown = await page.evaluate(() => document.body.textContent ?? '');
      expect(names.filter((name) => !shown.includes(name))).toEqual([]);
    }
  });

  it('of 64 KiB are shown, too', async () => {
    const page = await enter('/receipt/?id=hostile', {}, 390, 844);
    const endless = HOSTILE_NAMES.at(-1) ?? '';
    const [line] = RECEIPT.lines;
    const name = { zh: endless, en: endless };
    stage.server.seen.set('/api/receipts/hostile', { ...RECEIPT, lines: [{ ...line, name }] });
    await page.reload();
    await page.waitForFunction(
      (end) => (document.body.textContent ?? '').includes(end),
      endless.slice(-40),
    );
    expect(await watch(page)).toMatchObject({ violations: [], dialogs: 0, hooks: 0, born: 0 });
    await stage.strike();
  });

  it('of goods on the kiosk', async () => {
    const page = await enter('/kiosk/?lane=lane-1', LANE_VIEWS.basket ?? {});
    await survives(page, Object.values(LANE_VIEWS));
  });

  it('of goods on the counter', async () => {
    const page = await enter('/counter/', COUNTER_VIEWS.tiles ?? {}, 1280, 800);
    await survives(page, Object.values(COUNTER_VIEWS));
  });

  it('of goods on the cabinet', async () => {
    const page = await enter('/cabinet/', CABINET_VIEWS.open, 390, 844);
    await survives(page, [CABINET_VIEWS.open, CABINET_VIEWS.settled]);
  });

  it('of goods and devices on the operator’s page', async () => {
    const page = await enter('/admin/', STATUS_VIEWS.bad ?? {}, 1440, 900);
    await survives(page, Object.values(STATUS_VIEWS));
  });

  it.each([
    [
      'assist',
      '/api/assist',
      { lanes: [{ laneId: 'lane-1', screen: 'basket', sale: SALE }], parked: [], byHand: [] },
    ],
    ['people', '/api/people', undefined],
  ])('in the room %s', async (room, path, view) => {
    for (const names of CHUNKS) {
      const people = names.map((name, at) => ({
        id: `p${at}`,
        name,
        role: 'operator',
        lastDay: '',
        disabled: false,
      }));
      const roles = { operator: { zh: names[0], en: names[1] } };
      stage.server.seen.set(path, view ? renamed(view, names) : { people, roles });
      const page = await enter(`/admin/#/${room}`, STATUS_VIEWS.good ?? {}, 1440, 900);
      await page.waitForFunction(
        (name) => (document.body.textContent ?? '').includes(name),
        names[40] ?? '',
      );
      const { title, ...told } = await watch(page);
      expect([title.length > 0, told]).toEqual([
        true,
        { violations: [], dialogs: 0, hooks: 0, born: 0 },
      ]);
      await page.context().close();
    }
  });

  it('on the e-receipt', async () => {
    for (const names of CHUNKS) {
      stage.server.seen.set('/api/receipts/hostile', renamed(RECEIPT, names));
      const page = await enter('/receipt/?id=hostile', {}, 390, 844);
      await page.waitForFunction(
        (name) => (document.body.textContent ?? '').includes(name),
        names[40] ?? '',
      );
      expect(await watch(page)).toMatchObject({ violations: [], dialogs: 0, hooks: 0, born: 0 });
      await page.context().close();
    }
  });

  it('the listener itself hears a script that tries', async () => {
    const page = await enter('/kiosk/?lane=lane-1', LANE_VIEWS.basket ?? {});
    await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'document.title = "owned"';
      document.body.append(script);
    });
    const { violations, title } = await watch(page);
    expect([violations.length, title === 'owned']).toEqual([1, false]);
    await stage.strike();
  });
});
