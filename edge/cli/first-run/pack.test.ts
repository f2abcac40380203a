/** Another model pack is another opinion: same goods taught, same picture shown. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Candidate } from '../../../models/contract.ts';
import { createGallery } from '../../../models/gallery.ts';
import { DEFAULT_PACK_DIR, galleryPack, openPack } from '../../../models/pack.ts';
import { startRecogniser } from '../../../models/recogniser.ts';
import { systemClock } from '../../runtime.ts';

const SUPPLIED = join(import.meta.dirname, '../../../../shared/recognition');
const OTHER_PACK = join(SUPPLIED, 'models/produce-mnv2-r.int8.onnx');
const PICTURES = join(SUPPLIED, 'pictures');
const PATIENCE_MS = 20_000;

function withoutSupplied(): string | undefined {
  const missing = [OTHER_PACK, PICTURES].find((path) => !existsSync(path));
  if (missing) process.stderr.write(`\n*** another pack SKIPPED: no ${missing} ***\n\n`);
  return missing;
}

const picturesOf = (split: string, fruit: string): Uint8Array[] => {
  const folder = join(PICTURES, split, fruit);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jpg'))
    .sort()
    .slice(0, 4)
    .map((name) => readFileSync(join(folder, name)));
};

/** What a pack says of one picture after it was taught four pictures each of these. */
async function opinion(packDir: string, taught: string[], shown: Uint8Array) {
  const opened = openPack(packDir);
  if (!opened.ok) throw new Error(opened.detail);
  const recogniser = startRecogniser({ packDir, clock: systemClock(), runLimitMs: PATIENCE_MS });
  const embedding = async (jpeg: Uint8Array) => {
    const embedded = await recogniser.embed(jpeg, PATIENCE_MS);
    if (!embedded.ok) throw new Error(`${embedded.code} ${embedded.detail}`);
    return embedded.embedding;
  };
  const gallery = createGallery(galleryPack(opened.pack));
  for (const sku of taught)
    for (const [shot, jpeg] of picturesOf('train', sku).entries())
      gallery.add({ sampleId: `${sku}-${shot}`, sku, embedding: await embedding(jpeg) });
  const { candidates } = gallery.recognise(await embedding(shown));
  await recogniser.close();
  return { candidates, packSha256: recogniser.packSha256 };
}

const probabilities = (candidates: Candidate[]) =>
  Object.fromEntries(candidates.map(({ sku, probability }) => [sku, probability]));

describe.skipIf(withoutSupplied())('another model pack', () => {
  it('gives the same picture other probabilities, and still knows the fruit', async () => {
    const taught = ['banana', 'golden-delicious', 'lime', 'orange'];
    const fruit = 'golden-delicious';
    const [shown = new Uint8Array()] = picturesOf('val', fruit);
    const ours = await opinion(DEFAULT_PACK_DIR, taught, shown);
    const other = await opinion(OTHER_PACK, taught, shown);
    expect(other.packSha256).not.toBe(ours.packSha256);
    expect(probabilities(other.candidates)).not.toEqual(probabilities(ours.candidates));
    expect(ours.candidates[0]?.sku).toBe(fruit);
    expect(other.candidates.map(({ sku }) => sku)).toContain(fruit);
  });
});
