/** A pack installed while the store sells is in use seconds later, and so is the one before. */
import { cpSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildChild, fruitPicture } from '../../models/fixtures.ts';
import {
  DEFAULT_PACK_DIR,
  digestOf,
  galleryPack,
  openPack,
  type PackManifest,
} from '../../models/pack.ts';
import { signPack } from '../../models/pack-signature.ts';
import { openPackStore } from '../../models/pack-store.ts';
import { textField } from '../../models/protobuf.ts';
import { type SwappingRecogniser, startSwapping } from '../../models/swapping.ts';
import type { Ledger } from '../ledger/contract.ts';
import { openLedger } from '../ledger/open.ts';
import { ledgerOptions } from '../ledger/shop.fixture.ts';
import { silentLog } from '../log.ts';
import { galleryFolder } from '../recognition/gallery-folder.ts';
import { createRecognition } from '../recognition/recognition.ts';
import { systemClock, systemIds } from '../runtime.ts';
import { followPacks } from './model-packs.ts';

const clock = systemClock();
let recogniser: SwappingRecogniser;
let ledger: Ledger;

beforeAll(buildChild);
afterAll(async () => {
  await recogniser.close();
  ledger.close();
});

/** The same model with a word added to it: other bytes, the same numbers. */
function otherPack(): { folder: string; key: string } {
  const folder = mkdtempSync(join(tmpdir(), 'yike-pack-'));
  cpSync(DEFAULT_PACK_DIR, folder, { recursive: true });
  const [path, modelPath] = [join(folder, 'pack.json'), join(folder, 'model.onnx')];
  // ModelProto { doc_string = 6 }
  const model = Buffer.concat([readFileSync(modelPath), textField(6, 'another')]);
  writeFileSync(modelPath, model);
  const manifest: PackManifest = JSON.parse(readFileSync(path, 'utf8'));
  const files = manifest.files.map((each) =>
    each.file === 'model.onnx' ? { ...each, sha256: digestOf(model), bytes: model.length } : each,
  );
  writeFileSync(path, JSON.stringify({ ...manifest, files, counter: 9 }));
  return { folder, key: signPack(folder, join(mkdtempSync(join(tmpdir(), 'yike-key-')), 'key')) };
}

test('switched over and back, with what was learnt with each', async () => {
  const data = mkdtempSync(join(tmpdir(), 'yike-data-'));
  const packs = openPackStore(data, clock);
  recogniser = startSwapping({ packDir: DEFAULT_PACK_DIR, clock, runLimitMs: 20_000 });
  ledger = openLedger(ledgerOptions(mkdtempSync(join(tmpdir(), 'yike-ledger-'))));
  const opened = openPack(DEFAULT_PACK_DIR);
  if (!opened.ok) throw new Error(opened.detail);
  const recognition = createRecognition({
    ...{ recogniser, clock, ids: systemIds, onSale: () => new Set(['tomato']) },
    ...{ pack: galleryPack(opened.pack), store: galleryFolder(join(data, 'gallery')) },
  });
  const tomato = await fruitPicture({ r: 210, g: 40, b: 30 });
  await recogniser.embed(tomato, 20_000);
  expect(await recognition.teach('tomato', tomato)).toMatchObject({ ok: true });
  await recognition.publish();
  const stop = followPacks({
    ...{ packs, running: DEFAULT_PACK_DIR, recogniser, recognition, ledger, clock },
    ...{ log: silentLog, lookEveryMs: 100 },
  });
  const copied = () => existsSync(join(data, `models/shipped-${opened.pack.counter}/pack.json`));
  await expect.poll(copied, { timeout: 20_000 }).toBe(true);
  const before = recogniser.packSha256;
  const { folder, key } = otherPack();
  expect(await packs.install(folder, [key])).toMatchObject({ ok: true });
  await expect.poll(() => recogniser.packSha256, { timeout: 20_000 }).not.toBe(before);
  expect(recognition.stats()).toMatchObject({
    items: 0,
    galleryRefusal: { code: 'GALLERY_OTHER_PACK' },
  });
  await recognition.teach('tomato', tomato);
  // More versions than are kept of one pack: those of the former pack outlive them.
  for (let version = 0; version < 6; version += 1) await recognition.publish();
  await packs.rollback();
  await expect.poll(() => recogniser.packSha256, { timeout: 20_000 }).toBe(before);
  expect(recognition.stats()).toMatchObject({ items: 1, samples: 1 });
  expect(recognition.stats().galleryRefusal).toBeUndefined();
  const told = () => ledger.tail(10).filter(({ type }) => type === 'RecognitionPackSwitched');
  await expect.poll(told, { timeout: 20_000 }).toHaveLength(2);
  stop();
}, 60_000);
