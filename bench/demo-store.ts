/** A demonstration store as a process of its own, for benches: on free ports, in a folder of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Act, WorldSnapshot } from '../simulator/hands-api.ts';

const MAIN = join(import.meta.dirname, '../run/main.js');
const HANDS = /^Hands .*?(http\S+)$/m;
const STATUS = /^Store status +(http\S+)$/m;
const KIOSK = /^Kiosk +(http\S+)$/m;

export interface DemoStore {
  /** Origin of the shoppers' pages. */
  origin: string;
  /** Origin of the operator's page. */
  admin: string;
  act(act: Act): Promise<void>;
  world(): Promise<WorldSnapshot>;
  /** Ctrl-C, and it is gone. */
  close(): Promise<void>;
}

/** Starts `yike demo` in `dir`; `learn` goods are taught where it has not learnt them before. */
export async function startDemoStore(dir: string, learn: number): Promise<DemoStore> {
  const ports = ['kiosk', 'admin', 'mqtt', 'hands', 'head-office'].flatMap((name) => [
    `--port-${name}`,
    '0',
  ]);
  const flags = ['--data', dir, '--seed', '1', '--lang', 'en', '--learn', String(learn)];
  const child = spawn(process.execPath, [MAIN, 'demo', ...flags, ...ports], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  const { hands, origin, admin } = await announced(child);
  return {
    ...{ origin, admin },
    async act(act) {
      const headers = { 'content-type': 'application/json' };
      const body = JSON.stringify(act);
      const answer = await fetch(`${hands}/api/act`, { method: 'POST', headers, body });
      if (!answer.ok) throw new Error(`${act.act}: ${await answer.text()}`);
    },
    world: async () => (await fetch(`${hands}/api/world`)).json() as Promise<WorldSnapshot>,
    async close() {
      process.off('exit', end);
      child.removeAllListeners('exit');
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    },
  };
}

interface Addresses {
  hands: string;
  origin: string;
  admin: string;
}

function announced(child: ChildProcess): Promise<Addresses> {
  let said = '';
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the store ended with ${code}: ${said}`)));
    child.stderr?.on('data', (bytes: Buffer) => {
      said += bytes.toString('utf8');
      const [hands, kiosk] = [HANDS.exec(said)?.[1], KIOSK.exec(said)?.[1]];
      const status = STATUS.exec(said)?.[1];
      if (hands && kiosk && status)
        resolve({ hands, origin: new URL(kiosk).origin, admin: new URL(status).origin });
    });
  });
}
