/**
 * The demonstration as its owner runs it: `yike demo` as a process of its own, on real ptys, with
 * its real head office. Tests act as the shopper's hands and look at what is left on the disk.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeEvents, eventsPath } from '../../../cloud-sync/wire.ts';
import type { Act, WorldSnapshot } from '../../../simulator/hands-api.ts';
import type { RecordedEvent } from '../../core/events.ts';
import type { StatusView } from '../../core/views/status-view.ts';
import type { LaneView } from '../../core/views/views.ts';
import { build, MAIN, ROOT } from '../built.fixture.ts';
import { CONTROL_SOCKET } from '../socket.ts';
import { familyOf, gone, until } from './processes.fixture.ts';

/** Limits of a machine that does much beside; nothing here is judged by speed. */
const START_LIMIT_MS = 120_000;
const LEARN_LIMIT_MS = 240_000;

/** Why the demonstration cannot run here, said loudly; under CI that is a failure, no skip. */
export async function withoutDemo(): Promise<string | undefined> {
  const { ptyUnavailable } = await import('../../../simulator/pty.ts');
  const built = existsSync(join(ROOT, 'dist/.built')) ? undefined : 'not built: npm run build';
  const why = built ?? ptyUnavailable();
  if (!why) build();
  if (why && process.env.CI) throw new Error(why);
  if (why) process.stderr.write(`\n*** first run SKIPPED: ${why} ***\n\n`);
  return why;
}

/** What the demonstration announces once it is open. */
export interface Addresses {
  hands: string;
  kiosk: string;
  counter: string;
  admin: string;
  /** Undefined where PostgreSQL cannot run here. */
  headOffice: string | undefined;
}

const ANNOUNCED: Record<keyof Addresses, RegExp> = {
  hands: /^Hands .*?(http\S+)$/m,
  kiosk: /^Kiosk +(http\S+)$/m,
  counter: /^Produce counter +(http\S+)$/m,
  admin: /^Store status +(http\S+)$/m,
  headOffice: /^Head office +(\S+)$/m,
};

/** Any free ports, or those of an earlier run, so that its screens find it again. */
function portsOf(earlier: Addresses | undefined): NodeJS.ProcessEnv {
  const port = (url: string | undefined) => (url ? new URL(url).port : '0');
  return {
    YIKE_PORT_HANDS: port(earlier?.hands),
    YIKE_PORT_KIOSK: port(earlier?.kiosk),
    YIKE_PORT_ADMIN: port(earlier?.admin),
    YIKE_PORT_HEAD_OFFICE: '0',
    YIKE_PORT_MQTT: '0',
  };
}

async function announced(child: ChildProcess): Promise<Addresses> {
  let said = '';
  child.stderr?.on('data', (bytes: Buffer) => {
    said += bytes.toString('utf8');
  });
  const find = (what: RegExp) => what.exec(said)?.[1];
  await until(
    'the demonstration is open',
    () => {
      if (child.exitCode !== null) throw new Error(`the demonstration ended: ${said}`);
      return find(ANNOUNCED.headOffice);
    },
    START_LIMIT_MS,
  );
  const headOffice = find(ANNOUNCED.headOffice);
  const alone = headOffice === '-';
  if (alone && process.env.CI) throw new Error(`no head office: ${said}`);
  if (alone) process.stderr.write(`\n*** no head office here, the store is alone: ${said} ***\n\n`);
  return {
    hands: find(ANNOUNCED.hands) ?? '',
    kiosk: find(ANNOUNCED.kiosk) ?? '',
    counter: find(ANNOUNCED.counter) ?? '',
    admin: find(ANNOUNCED.admin) ?? '',
    headOffice: alone ? undefined : headOffice,
  };
}

/** What the running store tells its own box. */
function askSocket<T>(dir: string, path: string): Promise<T> {
  const options = { socketPath: join(dir, CONTROL_SOCKET), path, headers: { host: 'box' } };
  return new Promise((resolve, reject) => {
    get(options, async (answer) => {
      let heard = '';
      for await (const chunk of answer) heard += chunk;
      resolve(JSON.parse(heard) as T);
    }).on('error', reject);
  });
}

export type Shop = Awaited<ReturnType<typeof openShop>>;

/** A directory that head office's database, which is not root, can pass through. */
export const shopFolder = (): string => mkdtempSync(join(tmpdir(), 'yike-first-run-'));

export interface ShopOptions {
  dir: string;
  /** Further flags of `yike demo`. */
  flags: string[];
  /** Addresses of the run before this one, to be used again. */
  earlier?: Addresses;
}

/** Opens the demonstration and waits until every device is well and head office hears of it. */
export async function openShop({ dir, flags, earlier }: ShopOptions) {
  const args = [MAIN, 'demo', '--data', dir, '--seed', '1', '--lang', 'en', ...flags];
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...portsOf(earlier) },
  });
  // Head office and its database end with the demonstration; the demonstration ends with us.
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  const at = await announced(child);
  const json = async <T>(url: string): Promise<T> => (await fetch(url)).json() as Promise<T>;
  const { origin } = new URL(at.kiosk);
  const family = () => familyOf(child.pid ?? 0);
  const finish = async (signal: 'SIGTERM' | 'SIGKILL') => {
    const all = family();
    child.kill(signal);
    process.off('exit', end);
    await gone(all);
    return all;
  };
  const shop = {
    dir,
    at,
    family,
    status: () => askSocket<StatusView>(dir, '/status'),
    lane: () => json<LaneView>(`${origin}/api/lanes/lane-1`),
    world: () => json<WorldSnapshot>(`${at.hands}/api/world`),
    /** The paper of one receipt, as text. */
    async paper(url: string): Promise<string> {
      const svg = await (await fetch(at.hands + url)).text();
      return svg.replaceAll(/<[^>]*>/g, '').replaceAll(/\s+/g, ' ');
    },
    async act(act: Act): Promise<void> {
      const response = await fetch(`${at.hands}/api/act`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(act),
      });
      if (!response.ok) throw new Error(`${act.act}: ${await response.text()}`);
    },
    /** Ctrl-C, and everything it started is gone. */
    close: () => finish('SIGTERM'),
    /** The power goes; answers what ran until then, all of it gone by now. */
    kill: () => finish('SIGKILL'),
  };
  await until('every device is well', async () => {
    const { devices, sync, recognition } = await shop.status();
    const linked = sync.link === (at.headOffice ? 'up' : 'off');
    const well = devices.length > 0 && devices.every(({ state }) => state === 'ok');
    return well && linked && recognition.state === 'ready';
  });
  return shop;
}

/** Waits until the first goods are learnt: `items` of them. */
export const learnt = (shop: Shop, items: number): Promise<StatusView> =>
  until(
    `${items} goods learnt`,
    async () => {
      const status = await shop.status();
      return !status.teaching && status.recognition.items >= items && status;
    },
    LEARN_LIMIT_MS,
  );

export interface Envelope<T> {
  ok: boolean;
  exit: number;
  data: T;
}

/** One `yike` command, as a technician would type it. */
export function yike<T>(...args: string[]): Promise<Envelope<T>> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [MAIN, ...args, '--json'], { cwd: ROOT }, (error, out, words) => {
      const line = out.trim().split('\n').at(-1);
      if (line) resolve(JSON.parse(line) as Envelope<T>);
      else reject(error ?? new Error(words));
    });
  });
}

/** Everything in the store's ledger, record for record, read from its files. */
export async function ledgerRecords(dir: string): Promise<string[]> {
  const tail = await yike<{ events: RecordedEvent[] }>(
    'ledger',
    'tail',
    '-n',
    '10000',
    '--data',
    dir,
  );
  return tail.data.events.map((event) => JSON.stringify(event));
}

/** Everything that head office holds of the store, fetched with the store's own token. */
export async function headOfficeRecords(shop: Shop, storeId: string) {
  const token = readFileSync(join(shop.dir, 'store.token'), 'utf8');
  const events: { hash: string; record: string }[] = [];
  for (;;) {
    const path = `${eventsPath(storeId)}?after=${events.length}&limit=1000`;
    const response = await fetch(shop.at.headOffice + path, {
      headers: { authorization: `Bearer ${token}` },
    });
    const decoded = decodeEvents(await response.text());
    if (!decoded.ok) throw new Error(JSON.stringify(decoded.refusal));
    if (decoded.value.length === 0) return events;
    events.push(...decoded.value);
  }
}

export const removeShop = (dir: string): void => rmSync(dir, { recursive: true, force: true });
