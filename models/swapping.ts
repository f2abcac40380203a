/** A recogniser whose pack can be changed while it works: a swap is another process. */
import type { EmbedFailure, Recogniser } from './contract.ts';
import { EMBED_DEADLINE_MS, type RecogniserOptions, startRecogniser } from './recogniser.ts';

export type SwapOutcome = { ok: true } | { ok: false; code: EmbedFailure; detail: string };

export interface SwappingRecogniser extends Recogniser {
  /**
   * Starts the pack at `packDir` in a second child and changes over once it is ready; one that
   * does not get ready is closed and the old one goes on. Pictures under way are answered by the
   * child that has them. `changed` runs in the moment of changing over.
   */
  swapTo(packDir: string, changed?: () => void): Promise<SwapOutcome>;
}

export function startSwapping(options: RecogniserOptions): SwappingRecogniser {
  const listeners: (() => void)[] = [];
  const tell = () => {
    for (const listener of listeners) listener();
  };
  let current = startRecogniser(options);
  current.onState(tell);
  let closed = false;
  return {
    get packId() {
      return current.packId;
    },
    get packSha256() {
      return current.packSha256;
    },
    state: () => current.state(),
    onState: (listener) => void listeners.push(listener),
    embed: (...request) => current.embed(...request),
    residentBytes: () => current.residentBytes(),
    async swapTo(packDir, changed) {
      const next = startRecogniser({ ...options, packDir });
      const ready = await settled(next);
      if (!ready.ok || closed) {
        await next.close();
        return ready.ok ? { ok: false, code: 'CLOSED', detail: 'closed meanwhile' } : ready;
      }
      const old = current;
      current = next;
      changed?.();
      next.onState(tell);
      tell();
      // Whatever the old child was asked for is answered, or given up, by then.
      await new Promise<void>((done) => void options.clock.after(EMBED_DEADLINE_MS, done));
      await old.close();
      return { ok: true };
    },
    async close() {
      closed = true;
      await current.close();
    },
  };
}

function settled(recogniser: Recogniser): Promise<SwapOutcome> {
  return new Promise((resolve) => {
    const look = () => {
      const { state, reason, detail = '' } = recogniser.state();
      if (state === 'ready') resolve({ ok: true });
      if (state === 'unavailable') resolve({ ok: false, code: reason ?? 'MODEL_CRASHED', detail });
    };
    recogniser.onState(look);
    look();
  });
}
