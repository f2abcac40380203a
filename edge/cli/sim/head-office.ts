/** A real head office with its real database, for scenarios in simulated time. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RequestWire } from '../../../drivers/contract.ts';
import { ioClock } from '../../../drivers/wire/io-clock.ts';
import { openHttpWire } from '../../../drivers/wire/request.ts';
import type { StoredEvent } from '../../core/events.ts';
import { systemClock } from '../../runtime.ts';
import { say } from '../command.ts';
import type { ScenarioCall } from './scenario.ts';
import type { Track } from './time.ts';

export interface ScenarioHeadOffice {
  url: string;
  token: string;
  /** A way there whose requests simulated time waits for. */
  open(track: Track): RequestWire;
  /** Everything held of the store, in order. */
  events(): Promise<StoredEvent[]>;
  count(): Promise<number>;
  close(): Promise<void>;
}

const TOKEN = 'scenario-token-of-the-store';
const PAGE = 2_000;

/** Undefined, said aloud, where no PostgreSQL can run: the scenario then goes on without. */
export async function startScenarioHeadOffice(
  storeId: string,
  { dataDir, progress }: ScenarioCall,
): Promise<ScenarioHeadOffice | undefined> {
  const { startHeadOffice } = await import('../../../cloud-sync/head-office/head-office.ts');
  const folder = join(dataDir, 'head-office');
  mkdirSync(folder, { recursive: true });
  const databaseUrl = process.env.DATABASE_URL;
  try {
    const office = await startHeadOffice({
      port: 0,
      dataDir: folder,
      ...(databaseUrl && { databaseUrl }),
      tokens: { [storeId]: TOKEN },
      clock: systemClock(),
      log: { info() {}, warn() {} },
    });
    const events = async (): Promise<StoredEvent[]> => {
      const held: StoredEvent[] = [];
      for (;;) {
        const page = await office.events(storeId, held.at(-1)?.seq ?? 0, PAGE);
        if (page.length === 0) return held;
        held.push(...page);
      }
    };
    return {
      url: office.url,
      token: TOKEN,
      open: (track) => trackedWire(office.url, track),
      events,
      count: async () => (await events()).length,
      close: office.close,
    };
  } catch (error) {
    const why = (error as Error).message;
    progress(say(`没有总部数据库：${why}`, `No head-office database: ${why}`));
    return undefined;
  }
}

export function trackedWire(url: string, track: Track): RequestWire {
  const wire = openHttpWire(url, ioClock);
  return { ...wire, request: (request) => track(wire.request(request)) };
}
