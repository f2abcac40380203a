/** The shipped model in simulated time, and teaching it through the counter's camera. */
import type { Recogniser } from '../../../models/contract.ts';
import { DEFAULT_PACK_DIR } from '../../../models/pack.ts';
import { startRecogniser } from '../../../models/recogniser.ts';
import { systemClock } from '../../runtime.ts';
import { during } from './shopping.ts';
import type { SimulatedStore } from './store.ts';
import type { Track } from './time.ts';

/** The real model in its child process; its deadlines are real time, its answers are awaited. */
export function realRecogniser(track: Track): Recogniser {
  const recogniser = startRecogniser({ packDir: DEFAULT_PACK_DIR, clock: systemClock() });
  return {
    ...recogniser,
    packId: recogniser.packId,
    packSha256: recogniser.packSha256,
    embed: (jpeg, deadlineMs = 10_000, ...more) =>
      track(recogniser.embed(jpeg, deadlineMs, ...more)),
  };
}

/** Lays items down and teaches them through the counter's camera. */
export async function teachInSimulation(store: SimulatedStore, skus: string[], shots: number) {
  for (const sku of skus)
    for (let shot = 0; shot < shots; shot += 1) {
      store.world.take('plate-1', 'all');
      store.world.place('plate-1', sku, 1 + (shot % 3));
      await store.run(800);
      const taught = await during(store, store.controller().teach('counter-1', sku), 5_000);
      if (!taught.ok) throw new Error(`${sku}: ${taught.refusal.message.en}`);
    }
  store.world.take('plate-1', 'all');
  await store.run(2_000);
  await during(store, store.real(store.controller().publish()), 5_000);
}
