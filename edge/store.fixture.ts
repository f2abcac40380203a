/** A whole store in simulated time for tests, and what people do in it. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noModel } from './cli/model/none.ts';
import { type SimulatedStore, type SimulateOptions, simulateStore } from './cli/sim/store.ts';
import type { CounterCommand } from './core/views/counter-views.ts';
import type { CommandAnswer, LaneCommand, LaneView } from './core/views/views.ts';
import type { Counter } from './counter/counter.ts';
import type { Lane } from './lane/lane.ts';

export interface TestStore extends SimulatedStore {
  dir: string;
  lane(): Lane;
  counter(): Counter;
  view(): LaneView;
  /** A tap on the lane's page, under a key of its own. */
  press(command: LaneCommand): Promise<CommandAnswer>;
  tap(command: CounterCommand): Promise<CommandAnswer>;
  /** Holds a code up to the lane's scanner and lets a second pass. */
  scan(code: string, aimId?: string): Promise<void>;
  /** Until every plugged device works. */
  ready(): Promise<boolean>;
  screenIs(screen: LaneView['screen'], ms?: number): Promise<boolean>;
  /** Everything in the data directory, byte for byte. */
  bytesOnDisk(): Buffer;
  free(): Promise<void>;
}

type Options = Pick<SimulateOptions, 'goods' | 'catalogue'> & Partial<SimulateOptions>;

export async function openTestStore(options: Options): Promise<TestStore> {
  const dir = mkdtempSync(join(tmpdir(), 'yike-store-'));
  const store = await simulateStore({ seed: 1, dataDir: dir, recogniser: noModel, ...options });
  const lane = () => store.controller().lanes[0]!;
  const counter = () => store.controller().counters[0]!;
  let keys = 0;
  return {
    ...store,
    dir,
    lane,
    counter,
    view: () => lane().view(),
    press: (command) => lane().handle(command, `lane-key-${++keys}`),
    tap: (command) => counter().handle(command, `counter-key-${++keys}`),
    async scan(code, aimId) {
      store.world.scan('scanner-1', code, ...(aimId ? [aimId] : []));
      await store.run(1_000);
    },
    ready() {
      const unplugged = new Set(store.world.devices().flatMap((d) => (d.plugged ? [] : d.id)));
      const used = store.controller().devices.all();
      const working = () => used.every((d) => d.status().state === 'ok' || unplugged.has(d.id));
      return store.run(20_000, working);
    },
    screenIs: (screen, ms = 20_000) => store.run(ms, () => lane().view().screen === screen),
    bytesOnDisk() {
      const files = readdirSync(dir, { recursive: true, withFileTypes: true });
      const kept = files.filter((file) => file.isFile());
      return Buffer.concat(kept.map((file) => readFileSync(join(file.parentPath, file.name))));
    },
    async free() {
      await store.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Pulls what weighing needs: a store where only the tills matter runs its time much faster. */
export function withoutPlates({ world }: TestStore): void {
  for (const id of ['scale-1', 'camera-1', 'scale-2', 'camera-2']) world.unplug(id);
}

/** The code of a refusal, or `done`. */
export const codeOf = (answer: { ok: true } | { ok: false; refusal: { code: string } }): string =>
  answer.ok ? 'done' : answer.refusal.code;
