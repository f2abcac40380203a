/** What a look costs on this box: the pack in force, what the store has learnt, real pictures. */
import type { EmbedFailure, EmbedOutcome, Recogniser } from '../../models/contract.ts';
import { percentile } from '../../models/metrics.ts';
import { openPack } from '../../models/pack.ts';
import { openPackStore } from '../../models/pack-store.ts';
import { startRecogniser } from '../../models/recogniser.ts';
import type { Outcome, Refusal, Text } from '../core/ports.ts';
import { SLOWEST_P95_MS } from '../core/store-troubles.ts';
import { SIGHTING_REASONS } from '../recognition/reasons.ts';
import { systemClock } from '../runtime.ts';
import { NO_EYES, openLearnt } from './carried-gallery.ts';

interface Quantiles {
  p50Ms: number;
  p95Ms: number;
}

export interface LookTimes {
  pack: { id: string; counter: number; sha256: string };
  /** Different pictures, and how often one was looked at. */
  pictures: number;
  looks: number;
  /** What the store has learnt: it is searched with every look. */
  items: number;
  samples: number;
  /** Loading the model, its self-check and the first look. */
  loadMs: number;
  /** A picture in, tiles out; and of that: decoding and resizing, the bare model, the rest. */
  photo: Quantiles;
  prepare: Quantiles;
  run: Quantiles;
  rest: Quantiles;
  /** Of the process the model runs in; absent where the system does not tell. */
  residentMb?: number;
  /** Above this at p95 the store says MODEL_SLOW. */
  limitMs: number;
}

type Seen = Extract<EmbedOutcome, { ok: true }>;

const ANOTHER_PICTURE: Text = { zh: '换一张 JPEG 照片', en: 'Name another JPEG picture' };

const PATIENCE_MS = 20_000;

/**
 * Looks `looks` times at the pictures in turn (JPEG bytes), or at those the pack brings with it,
 * as the store would: its own 8-bit model where that is the faster one. Nothing is written.
 */
export async function timeLooks(
  dataDir: string,
  jpegs: readonly Uint8Array[],
  looks: number,
): Promise<Outcome<LookTimes>> {
  const clock = systemClock();
  const packDir = openPackStore(dataDir, clock).current();
  const opened = openPack(packDir);
  if (!opened.ok) return refused(opened.code, opened.detail);
  const { id, counter, sha256, model } = opened.pack;
  const pictures = jpegs.length > 0 ? jpegs : model.golden.map(({ jpeg }) => jpeg);
  if (pictures.length === 0) return refused('PICTURE_BAD', `${id} brings none`);
  let last: EmbedOutcome = { ok: false, code: 'CLOSED', detail: '' };
  const recall: Recogniser = { ...NO_EYES, embed: async () => last };
  const learnt = openLearnt(dataDir, () => recall);
  const startedMs = clock.monoMs();
  const eyes = startRecogniser({ packDir, clock, fast: true });
  const times: { photo: number; seen: Seen }[] = [];
  try {
    let loadMs = 0;
    for (let look = 0; look < pictures.length + Math.max(looks, pictures.length); look++) {
      const [jpeg = new Uint8Array()] = pictures.slice(look % pictures.length);
      const beganMs = clock.monoMs();
      const seen = await eyes.embed(jpeg, PATIENCE_MS);
      last = seen;
      if (!seen.ok) return refused(seen.code, seen.detail);
      await learnt.recognise(jpeg);
      if (look === 0) loadMs = clock.monoMs() - startedMs;
      // Each picture once unclocked: the first run of anything is another matter.
      if (look >= pictures.length) times.push({ photo: clock.monoMs() - beganMs, seen });
    }
    const { items, samples } = learnt.stats();
    const resident = await eyes.residentBytes();
    const value = {
      ...{ pack: { id, counter, sha256 }, pictures: pictures.length, looks: times.length },
      ...{ items, samples, loadMs, ...quantilesOf(times), limitMs: SLOWEST_P95_MS },
      ...(resident !== undefined && { residentMb: resident / 1e6 }),
    };
    return { ok: true, value };
  } finally {
    await eyes.close();
  }
}

function refused(code: EmbedFailure, why: string): { ok: false; refusal: Refusal } {
  const { message, next } = SIGHTING_REASONS[code];
  const then = code === 'PICTURE_BAD' ? ANOTHER_PICTURE : next;
  return { ok: false, refusal: { code, message, next: then, detail: { why } } };
}

function quantilesOf(times: readonly { photo: number; seen: Seen }[]) {
  const of = (ms: (one: { photo: number; seen: Seen }) => number): Quantiles => {
    const all = times.map(ms);
    return { p50Ms: percentile(all, 0.5), p95Ms: percentile(all, 0.95) };
  };
  return {
    photo: of(({ photo }) => photo),
    prepare: of(({ seen }) => seen.prepareMs),
    run: of(({ seen }) => seen.runMs),
    rest: of(({ photo, seen }) => photo - seen.prepareMs - seen.runMs),
  };
}
