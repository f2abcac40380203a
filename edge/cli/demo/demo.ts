/**
 * `yike demo`, `npm start`: the same controller as `yike start`, with the simulator's twins
 * attached over ptys and HTTP as if they were hardware, and a head office of its own.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { PriceBook } from '../../core/catalogue/catalogue.ts';
import { DATA_DIRECTORY_MODE } from '../../ledger/database.ts';
import { BUILT } from '../../main.ts';
import { systemClock } from '../../runtime.ts';
import {
  type Answer,
  type Call,
  EXIT,
  failed,
  good,
  refusedBy,
  say,
  usage,
  wholeFlag,
} from '../command.ts';
import { type Ports, portsOf, withPorts } from '../ports.ts';
import { interrupted, type Running, runStore, setupHint } from '../upkeep/start.ts';
import { liveDemoFridge } from './cabinet.ts';
import { brokerOf, cabinetConfig, joinBroker, openingEvents } from './cabinets.ts';
import { type DemoHeadOffice, startDemoHeadOffice } from './head-office.ts';
import { learnGoods } from './learn.ts';
import { storeConfig } from './store-config.ts';
import { startDemoWorld } from './world.ts';

/** Where head office listens unless told otherwise. */
const HEAD_OFFICE_PORT = 8070;

export async function demo(call: Call): Promise<Answer> {
  const dir = resolve(call.dataDir);
  const photos = typeof call.flags.photos === 'string' ? resolve(call.flags.photos) : undefined;
  const asked = portsOf(call.flags, process.env);
  if (!asked.ok) return asked.answer;
  const { ports } = asked;
  const seed = wholeFlag(call.flags.seed, 1);
  const learn = wholeFlag(call.flags.learn, Number.POSITIVE_INFINITY);
  if (seed === undefined || learn === undefined)
    return usage(
      '--seed 和 --learn 是不小于 0 的整数',
      '--seed and --learn are whole numbers, 0 or more',
      'yike demo --seed 1 --learn 5',
    );
  mkdirSync(dir, { recursive: true, mode: DATA_DIRECTORY_MODE });
  const opened = await startDemoWorld({
    dir,
    seed,
    bagging: call.flags.bagging === true,
    ...(ports.hands !== undefined && { handsPort: ports.hands }),
    ...(photos && { photos }),
  });
  if (!opened.ok)
    return failed(EXIT.failure, {
      code: 'E_SIMULATOR',
      message: opened.message,
      hint: say('检查 --photos 目录和 8060 端口', 'Check the --photos folder and port 8060'),
    });
  const world = opened.value;
  const closers: (() => Promise<void>)[] = [world.close];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    return await runDemo({ call, dir, world, ports, learn, seed }, closers);
  } finally {
    await close();
  }
}

type World = Extract<Awaited<ReturnType<typeof startDemoWorld>>, { ok: true }>['value'];

interface Demo {
  call: Call;
  dir: string;
  world: World;
  ports: Ports;
  /** How many goods to teach. */
  learn: number;
  seed: number;
}

async function runDemo(
  { call, dir, world, ports, learn, seed }: Demo,
  closers: (() => Promise<void>)[],
): Promise<Answer> {
  const { catalogue } = world;
  const token = secretOf(dir);
  const headOffice = await startDemoHeadOffice({
    dir,
    token,
    catalogue,
    port: ports['head-office'] ?? HEAD_OFFICE_PORT,
    say: call.say,
  });
  if (headOffice) closers.push(headOffice.close);
  await liveDemoFridge({ dir, seed, catalogue, nowWallMs: systemClock().wallMs() });
  const running = await runStore(withPorts(demoConfig(dir, world, headOffice, token), ports), dir);
  if (!running.ok) return refusedBy(running.refusal);
  closers.push(running.value.close);
  const { served } = running.value;
  joinBroker(world, running.value, dir);
  world.setScreens(screensOf(served.kioskUrl, served.adminUrl, world));
  announce(call, world, running.value, headOffice);
  await openingStock(running.value, catalogue, world);
  learnGoods(call, world, running.value, learn);
  await interrupted(call.signal);
  return good({ stopped: true }, []);
}

/** A token of this demonstration, made once, so that a restart is the same store. */
function secretOf(dir: string): string {
  const file = join(dir, 'store.token');
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('hex'), { mode: 0o600 });
  return readFileSync(file, 'utf8');
}

function demoConfig(
  dir: string,
  world: World,
  headOffice: DemoHeadOffice | undefined,
  token: string,
) {
  const catalogueFile = join(dir, 'catalogue.json');
  writeFileSync(catalogueFile, JSON.stringify(world.catalogue));
  const config = storeConfig({
    devices: [...world.devices, ...world.cabinets.flatMap(({ devices }) => devices)],
    cabinets: world.cabinets.map((each) => cabinetConfig(dir, each)),
    ...brokerOf(world.cabinets),
    storeId: world.catalogue.storeId,
    storeName: world.storeName,
    ...(headOffice && { headOffice: { url: headOffice.url, token } }),
    // Nobody stands before a simulated camera; a real store keeps none unless it says so.
    recognition: { keepPictures: { hours: 24, most: 300 } },
    files: {
      // With a head office the prices come from there; alone, from the file.
      ...(!headOffice && { catalogueFile }),
      picturesFolder: world.picturesFolder ?? join(BUILT, 'pictures'),
    },
  });
  writeFileSync(join(dir, 'config.json'), JSON.stringify(config, null, 2));
  return config;
}

const screensOf = (kiosk: string, admin: string, { cabinets }: World) => [
  {
    title: say('自助收银', 'Kiosk'),
    url: `${kiosk}/kiosk/?lane=lane-1`,
    panel: { width: 1080, height: 1920 },
  },
  {
    title: say('称重台', 'Produce counter'),
    url: `${kiosk}/counter/?counter=counter-1`,
    panel: { width: 1280, height: 800 },
  },
  ...cabinets.map(({ cabinetId, label }) => ({
    title: label,
    url: `${kiosk}/cabinet/?cabinet=${cabinetId}`,
    panel: { width: 800, height: 1280 },
  })),
  { title: say('店况', 'Store status'), url: `${admin}/admin/` },
];

function announce(
  { say: tell }: Call,
  world: World,
  { served }: Running,
  headOffice: DemoHeadOffice | undefined,
) {
  const lines: [string, string, string][] = [
    ['双手（扮演顾客）', 'Hands (play the shopper)', world.handsUrl],
    ['自助收银', 'Kiosk', `${served.kioskUrl}/kiosk/?lane=lane-1`],
    ['称重台', 'Produce counter', `${served.kioskUrl}/counter/?counter=counter-1`],
    ...world.cabinets.map(({ cabinetId, label }): [string, string, string] => {
      return [label.zh, label.en, `${served.kioskUrl}/cabinet/?cabinet=${cabinetId}`];
    }),
    ['店况', 'Store status', `${served.adminUrl}/admin/`],
    ['总部', 'Head office', headOffice?.url ?? '-'],
  ];
  for (const [zh, en, url] of lines) tell(say(`${zh}  ${url}`, `${en.padEnd(26)}${url}`));
  if (served.setupCode) tell(setupHint(served.setupCode));
}

/** Shelves are filled once, on the first day, when prices have arrived. */
async function openingStock(
  { controller }: Running,
  catalogue: PriceBook,
  { cabinets }: World,
): Promise<void> {
  const { ledger } = controller;
  const stocked = ledger.stock().map(({ location }) => location);
  for (const cabinet of cabinets)
    if (!stocked.some((each) => each.startsWith(`${cabinet.cabinetId}/`)))
      ledger.append({ source: 'store', events: openingEvents(cabinet) });
  if (stocked.includes('floor')) return;
  ledger.append({
    source: 'store',
    events: catalogue.items.map(({ sku, priceBasis }) => ({
      type: 'StockMoved',
      body: {
        cause: 'opening',
        move: {
          sku,
          location: 'floor',
          pieces: priceBasis === 'each' ? 24 : 0,
          grams: priceBasis === 'each' ? 0 : 20_000,
        },
      },
    })),
  });
}
