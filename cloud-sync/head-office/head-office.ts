/** Head office: the receiving side of every store, its database, and its page. */
import type { AddressInfo } from 'node:net';
import type { PriceBook } from '../../edge/core/catalogue/catalogue.ts';
import type { StoredEvent } from '../../edge/core/events.ts';
import type { Clock, Outcome } from '../../edge/core/ports.ts';
import type { SyncLog } from '../wire.ts';
import { type PublishedBook, publishBook } from './books.ts';
import { openDatabase } from './database.ts';
import { HeadOfficeError } from './errors.ts';
import { createDoors } from './http.ts';
import { startPostgres } from './postgres.ts';
import { type StoreState, storedEvents, storeStates } from './state.ts';

export interface HeadOfficeOptions {
  /** 0 for any free one. */
  port: number;
  /** Where left out, 127.0.0.1. */
  host?: string;
  /** Home of the embedded database; unused with `databaseUrl`. */
  dataDir: string;
  /** A PostgreSQL server of one's own; `fsync` is then its owner's business. */
  databaseUrl?: string;
  /** Store id → token. */
  tokens: Record<string, string>;
  operatorToken?: string;
  /** Whose day "today" is; Asia/Shanghai where left out. */
  timeZone?: string;
  clock: Clock;
  log: SyncLog;
}

export interface HeadOffice {
  url: string;
  /** Resolves if the embedded database ends by itself; nothing can be stored from then on. */
  databaseLost: Promise<void>;
  /** Publishes a book; the same one again is no mistake. */
  seedPriceBook(book: PriceBook): Promise<Outcome<PublishedBook>>;
  state(storeId: string): Promise<StoreState | undefined>;
  /** A store's ledger as it is held here, after `seq`, at most `limit`. */
  events(storeId: string, after: number, limit: number): Promise<StoredEvent[]>;
  close(): Promise<void>;
}

/** Throws HeadOfficeError where it cannot start; leaves nothing running then. */
export async function startHeadOffice(options: HeadOfficeOptions): Promise<HeadOffice> {
  const { clock, log, timeZone = 'Asia/Shanghai', databaseUrl } = options;
  const postgres = databaseUrl ? undefined : await startPostgres(options);
  const started: (() => Promise<void>)[] = [];
  if (postgres) started.unshift(postgres.close);
  const close = async (): Promise<void> => {
    for (const stop of started.splice(0)) await stop();
  };
  try {
    const database = await openDatabase(databaseUrl ?? postgres?.url ?? '', log);
    started.unshift(database.close);
    const doors = createDoors({ ...options, database, timeZone });
    started.unshift(() => doors.close());
    await listen(doors, options);
    const { port } = doors.server.address() as AddressInfo;
    return {
      url: `http://${options.host ?? '127.0.0.1'}:${port}`,
      databaseLost: postgres?.ended ?? new Promise(() => {}),
      seedPriceBook: (book) =>
        publishBook(database, book.storeId, Buffer.from(JSON.stringify(book)), clock.wallMs()),
      state: async (storeId) =>
        (await storeStates(database, { wallMs: clock.wallMs(), timeZone }, storeId))[0],
      events: (storeId, after, limit) => storedEvents(database, storeId, after, limit),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function listen(
  doors: ReturnType<typeof createDoors>,
  { port, host = '127.0.0.1' }: HeadOfficeOptions,
): Promise<void> {
  try {
    await doors.listen({ port, host });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    throw new HeadOfficeError('PORT_IN_USE', `${host}:${port}`, { cause: error });
  }
}
