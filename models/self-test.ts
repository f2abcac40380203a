/** Whether a pack gives on this machine the numbers that it gave where it was made. */
import { AGREEMENT_MIN } from './child-protocol.ts';
import type { EmbedFailure, RecogniserClock } from './contract.ts';
import { openPack } from './pack.ts';
import { startRecogniser } from './recogniser.ts';
import { dot } from './whitening.ts';

export type SelfTestOutcome =
  | { ok: true; pictures: number; agreement: number }
  | { ok: false; code: EmbedFailure | 'SELF_TEST'; detail: string };

const PATIENCE_MS = 20_000;

/** Loads the pack in a child of its own and looks at its golden pictures. */
export async function selfTest(folder: string, clock: RecogniserClock): Promise<SelfTestOutcome> {
  const opened = openPack(folder);
  if (!opened.ok) return opened;
  const { golden } = opened.pack.model;
  if (golden.length === 0) return { ok: false, code: 'SELF_TEST', detail: 'no golden pictures' };
  const recogniser = startRecogniser({ packDir: folder, clock, runLimitMs: PATIENCE_MS });
  try {
    let agreement = 1;
    for (const { jpeg, embedding } of golden) {
      const seen = await recogniser.embed(jpeg, PATIENCE_MS);
      if (!seen.ok) return seen;
      agreement = Math.min(agreement, dot(seen.embedding, embedding));
    }
    if (agreement >= AGREEMENT_MIN) return { ok: true, pictures: golden.length, agreement };
    const detail = `golden pictures agree to ${agreement.toFixed(3)}, ${AGREEMENT_MIN} is needed`;
    return { ok: false, code: 'SELF_TEST', detail };
  } finally {
    await recogniser.close();
  }
}
