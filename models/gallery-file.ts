/** A gallery as bytes: `YKG1`, length and JSON of the header, 16-bit embeddings, SHA-256 of all. */
import { createHash } from 'node:crypto';
import { createGallery, type Gallery, type GalleryPack, QUANTUM, type Tuning } from './gallery.ts';

export type GalleryFailure = 'GALLERY_BROKEN' | 'GALLERY_NEWER' | 'GALLERY_OTHER_PACK';

export type GalleryOutcome =
  /** `fitted`: how a head is to count, once it is fitted to the gallery again. */
  | { ok: true; gallery: Gallery; fitted?: Fitted }
  | { ok: false; code: GalleryFailure; detail: string };

export type Fitted = Pick<Tuning, 'weight' | 'temperature'>;

interface Header {
  packSha256: string;
  dimensions: number;
  /** `[sku, sampleId]` in the order of the embeddings that follow. */
  samples: [string, string][];
  fitted?: Fitted;
}

const MAGIC = 'YKG';
const FORMAT = '1';
const DIGEST_BYTES = 32;
const START_BYTES = 8;

/** Two bytes a number, so ten pictures of an item take 5 KiB. */
export function serialise(gallery: Gallery): Uint8Array {
  const samples = gallery.samples();
  const tuning = gallery.tuning();
  const header: Header = {
    packSha256: gallery.packSha256,
    dimensions: samples[0]?.embedding.length ?? 0,
    samples: samples.map(({ sku, sampleId }) => [sku, sampleId]),
    ...(tuning && { fitted: { weight: tuning.weight, temperature: tuning.temperature } }),
  };
  const json = Buffer.from(JSON.stringify(header));
  const numbers = Buffer.alloc(samples.length * header.dimensions * 2);
  let at = 0;
  for (const { embedding } of samples) {
    for (const value of embedding) at = numbers.writeInt16LE(Math.round(value / QUANTUM), at);
  }
  const start = Buffer.alloc(START_BYTES);
  start.write(MAGIC + FORMAT, 'latin1');
  start.writeUInt32LE(json.length, 4);
  const body = Buffer.concat([start, json, numbers]);
  return Buffer.concat([body, createHash('sha256').update(body).digest()]);
}

/**
 * Reads it back for one pack. Embeddings of two packs have nothing in common, so a gallery of
 * another is refused, as is one that has lost a bit or comes from a newer version.
 */
export function parse(bytes: Uint8Array, pack: GalleryPack): GalleryOutcome {
  const buffer = Buffer.from(bytes);
  if (buffer.length < START_BYTES + DIGEST_BYTES || buffer.toString('latin1', 0, 3) !== MAGIC) {
    return { ok: false, code: 'GALLERY_BROKEN', detail: 'this is no gallery' };
  }
  const format = buffer.toString('latin1', 3, 4);
  if (format !== FORMAT) {
    return { ok: false, code: 'GALLERY_NEWER', detail: `format ${format}, ${FORMAT} is read here` };
  }
  const body = buffer.subarray(0, -DIGEST_BYTES);
  if (!createHash('sha256').update(body).digest().equals(buffer.subarray(-DIGEST_BYTES))) {
    return { ok: false, code: 'GALLERY_BROKEN', detail: 'SHA-256 does not match its content' };
  }
  const numbersAt = START_BYTES + body.readUInt32LE(4);
  const header: Header = JSON.parse(body.toString('utf8', START_BYTES, numbersAt));
  if (header.packSha256 !== pack.sha256) {
    const detail = `taught with ${header.packSha256.slice(0, 12)}…, running ${pack.sha256.slice(0, 12)}…`;
    return { ok: false, code: 'GALLERY_OTHER_PACK', detail };
  }
  const gallery = createGallery(pack);
  header.samples.forEach(([sku, sampleId], index) => {
    const embedding = new Float32Array(header.dimensions);
    const from = numbersAt + index * header.dimensions * 2;
    for (let at = 0; at < embedding.length; at += 1) {
      embedding[at] = body.readInt16LE(from + at * 2) * QUANTUM;
    }
    gallery.add({ sku, sampleId, embedding });
  });
  const { fitted } = header;
  return { ok: true, gallery, ...(fitted && { fitted }) };
}

/** SHA-256 of the pack that these bytes were learnt with; undefined where they are no gallery. */
export const packOf = (bytes: Uint8Array): string | undefined => summaryOf(bytes)?.packSha256;

/** What the header says, without reading the pictures; undefined where it is no gallery. */
export function summaryOf(
  bytes: Uint8Array,
): { packSha256: string; items: number; samples: number } | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < START_BYTES || buffer.toString('latin1', 0, 4) !== MAGIC + FORMAT) return;
  try {
    const end = START_BYTES + buffer.readUInt32LE(4);
    const { packSha256, samples }: Header = JSON.parse(buffer.toString('utf8', START_BYTES, end));
    const items = new Set(samples.map(([sku]) => sku)).size;
    return { packSha256, items, samples: samples.length };
  } catch {
    return undefined;
  }
}
