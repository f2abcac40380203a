/**
 * A shopper at a real store, for whole journeys: the controller with its ports, stream and ledger,
 * the simulator's twins at the far ends of the links, and a browser on the pages. The store's time
 * is simulated and runs only where the journey says so.
 */
import { type Browser, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';
import { demoCatalogue, demoGoods } from '../../simulator/goods.ts';
import { payerCode } from '../../simulator/twins/acquirer-behaviours.ts';
import type { LaneView } from '../core/views/views.ts';
import { silentLog } from '../log.ts';
import { type Served, serve } from '../serve.ts';
import { openTestStore, type TestStore } from '../store.fixture.ts';
import { requireBrowser } from './browser.ts';

export const found = await requireBrowser();
export const openBrowser = (): Promise<Browser> => chromium.launch(found);

export const catalogue = demoCatalogue();
const goods = demoGoods();
const sold = catalogue.items.filter((item) => item.gtin && item.onSale);
const [milk, cola] = sold.filter(({ minimumAge, unitGrams = 0 }) => !minimumAge && unitGrams > 200);
const beer = sold.find(({ minimumAge }) => minimumAge === 18);
const apple = catalogue.items.find(({ plu }) => plu === '4131');
if (!milk?.gtin || !cola?.gtin || !beer?.gtin || !apple)
  throw new Error('the demonstration lacks goods');
export const GOODS = { milk, cola, beer, apple };

export interface Shop {
  store: TestStore;
  served: Served;
  /** The kiosk of lane 1, waiting for a shopper. */
  page: Page;
  /** Another page of the store, on a panel of its own. */
  open(path: string, viewport: { width: number; height: number }): Promise<Page>;
  scan(item: { gtin?: string }): Promise<void>;
  /** Holds up the code of a payer who behaves so. */
  payWith(behaviour: string): Promise<void>;
  tap(name: string | RegExp): Promise<void>;
  /** Waits in real time for the tap to arrive, in the store's for what follows from it. */
  until(screen: LaneView['screen'], ms?: number): Promise<void>;
  says(words: RegExp, page?: Page): Promise<void>;
  close(): Promise<void>;
}

export interface ShopOptions {
  bagging?: boolean;
  headOffice?: Parameters<typeof openTestStore>[0]['headOffice'];
  /** The plates with their scales and cameras work; left out, they are unplugged: time runs faster. */
  plates?: boolean;
}

const PLATES = ['scale-1', 'camera-1', 'scale-2', 'camera-2'];

async function serveStore(store: TestStore): Promise<Served> {
  const running = store.controller();
  const listen = { ...running.config.listen, host: '127.0.0.1', kioskPort: 0, adminPort: 0 };
  const controller = { ...running, config: { ...running.config, listen } };
  const { clock, dir: dataDir } = store;
  const opened = await serve({ controller, dataDir, clock, log: silentLog });
  if (!opened.ok) throw new Error(opened.refusal.message.en);
  return opened.value;
}

export async function openShop(browser: Browser, options: ShopOptions = {}): Promise<Shop> {
  const { bagging = false, plates = false, headOffice } = options;
  const store = await openTestStore({
    ...{ goods, catalogue, bagging },
    ...(headOffice && { headOffice }),
  });
  for (const id of plates ? [] : PLATES) store.world.unplug(id);
  await store.ready();
  const served = await serveStore(store);
  const pages: Page[] = [];
  const open: Shop['open'] = async (path, viewport) => {
    const page = await (await browser.newContext({ viewport })).newPage();
    pages.push(page);
    await page.goto(served.kioskUrl + path);
    return page;
  };
  const page = await open('/kiosk/?lane=lane-1', { width: 1080, height: 1920 });
  await page.getByRole('button', { name: /开始结账/ }).waitFor();
  return {
    ...{ store, served, page, open },
    ...acts(store, page),
    async close() {
      for (const each of pages) await each.context().close();
      await served.close();
      await store.free();
    },
  };
}

let payers = 0;

function acts(
  store: TestStore,
  page: Page,
): Pick<Shop, 'scan' | 'payWith' | 'tap' | 'until' | 'says'> {
  return {
    scan: (item) => store.scan(item.gtin ?? ''),
    payWith(behaviour) {
      payers += 1;
      return store.scan(payerCode('wechat', behaviour, payers));
    },
    tap: (name) => page.getByRole('button', { name }).first().click(),
    async until(screen, ms = 20_000) {
      await expect
        .poll(() => store.run(200).then(() => store.view().screen), { timeout: 9_000 })
        .toBe(screen)
        .catch(async (error: unknown) => {
          if (!(await store.screenIs(screen, ms))) throw error;
        });
    },
    says: (words, on = page) =>
      expect.poll(() => on.locator('#page').textContent(), { timeout: 9_000 }).toMatch(words),
  };
}
