/** A shopper's server around one lane that does nothing but remember what it was asked. */
import type { FastifyInstance } from 'fastify';
import type { Clock } from '../core/ports.ts';
import type { CommandAnswer, LaneCommand } from '../core/views/views.ts';
import { createServer } from './http.ts';
import { shop } from './shop.ts';

export interface TestServer {
  server: FastifyInstance;
  /** Commands that reached the lane, with their keys. */
  handled: { command: LaneCommand; key: string }[];
  /** What went into the log. */
  logged: object[];
  /** Changes what the lane shows; `undefined` takes a key away. */
  show(change: Record<string, unknown>): void;
  /** The next commands fail as a bug would. */
  breakLane(): void;
}

/** Time that stands still: no heartbeat comes while a test looks. */
const still: Clock = {
  monoMs: () => 0,
  wallMs: () => 0,
  wallQuality: () => 'trusted',
  after: () => () => {},
};

export async function openTestServer(hosts: string[] = []): Promise<TestServer> {
  const handled: TestServer['handled'] = [];
  const logged: object[] = [];
  const listeners: (() => void)[] = [];
  let view: Record<string, unknown> = { screen: 'attract', help: { sinceWallMs: 1 } };
  let broken = false;
  const server = createServer({ hosts, log: { error: (fields) => logged.push(fields) } });
  await server.register(shop, {
    lanes: [
      {
        id: 'lane-1',
        view: () => view,
        onChange: (listener: () => void) => listeners.push(listener),
        async handle(command: LaneCommand, key: string): Promise<CommandAnswer> {
          if (broken) throw new Error('a secret of the house');
          handled.push({ command, key });
          return { ok: true };
        },
      },
    ],
    ...{
      counters: [],
      items: () => [],
      oftenSold: () => new Map(),
      receipt: () => undefined,
      clock: still,
      boot: 'boot-1',
    },
  });
  return {
    ...{ server, handled, logged },
    show(change) {
      view = { ...view, ...change };
      for (const listener of listeners) listener();
    },
    breakLane() {
      broken = true;
    },
  };
}
