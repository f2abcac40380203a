/** A look at the plate before it is taught: is there anything to learn, and what is it taken for. */
import type { Area } from '../../models/child-protocol.ts';
import { dot } from '../../models/whitening.ts';
import type { Outcome } from '../core/ports.ts';
import { judge } from './judging.ts';
import type { SeenCandidate } from './recognition.ts';
import { refuse } from './refusals.ts';
import { BLURRED_SHARPNESS, DARK_LUMINANCE, type Room } from './room.ts';

export interface Inspected {
  /** The pan alone as a JPEG. */
  pan: Uint8Array;
  /** `dark` and `blurred` pictures are not learnt from. */
  look: 'fine' | 'dark' | 'blurred';
  /** Best first: what it is taken for now. */
  candidates: SeenCandidate[];
  /** Likeness with the picture taught last, -1…1; undefined before the first. */
  alike?: number;
}

const DEADLINE_MS = 3_000;

export async function inspect(
  room: Room,
  jpeg: Uint8Array,
  area: Area | undefined,
): Promise<Outcome<Inspected>> {
  const look = { ...(area && { area }), keep: true };
  const seen = await room.recogniser.embed(jpeg, DEADLINE_MS, 'inspecting', look);
  if (!seen.ok || !seen.kept)
    return refuse('TEACH_MODEL_UNAVAILABLE', { why: seen.ok ? 'no picture' : seen.detail });
  const { candidates } = judge(room, seen.embedding, false, undefined);
  const last = room.gallery.samples().find(({ sampleId }) => sampleId === room.lastTaught);
  return {
    ok: true,
    value: {
      ...{ pan: seen.kept, candidates, look: lookOf(seen.luminance, seen.sharpness) },
      ...(last && { alike: dot(last.embedding, seen.embedding) }),
    },
  };
}

function lookOf(luminance: number, sharpness: number): Inspected['look'] {
  if (luminance < DARK_LUMINANCE) return 'dark';
  return sharpness < BLURRED_SHARPNESS ? 'blurred' : 'fine';
}
