/** A zip archive (PKWARE APPNOTE 6.3), each part deflated while it is made. */
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { crc32, createDeflateRaw } from 'node:zlib';

export interface ZipPart {
  name: string;
  /** Text, piece by piece. */
  content: Iterable<string> | AsyncIterable<string>;
}

interface Packed {
  name: Buffer;
  crc: number;
  bytes: number;
  packed: Buffer;
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const VERSION = 20;
const NAMES_ARE_UTF8 = 0x0800;
const DEFLATED = 8;
/** The first day a zip can tell: the same content is the same archive. */
const DATE = 0x21;

export async function zipOf(parts: readonly ZipPart[]): Promise<Buffer> {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const part of parts) {
    const packed = await pack(part);
    const head = Buffer.concat([u32(LOCAL), factsOf(packed), packed.name]);
    files.push(head, packed.packed);
    directory.push(entryOf(packed, offset));
    offset += head.length + packed.packed.length;
  }
  const entries = Buffer.concat(directory);
  const count = u16(parts.length);
  const sizes = [u32(entries.length), u32(offset)];
  const end = Buffer.concat([u32(END), u16(0), u16(0), count, count, ...sizes, u16(0)]);
  return Buffer.concat([...files, entries, end]);
}

async function pack({ name, content }: ZipPart): Promise<Packed> {
  const deflate = createDeflateRaw();
  const packing = buffer(deflate);
  let [crc, bytes] = [0, 0];
  for await (const text of content) {
    const piece = Buffer.from(text);
    crc = crc32(piece, crc);
    bytes += piece.length;
    if (!deflate.write(piece)) await once(deflate, 'drain');
  }
  deflate.end();
  return { name: Buffer.from(name), crc, bytes, packed: await packing };
}

/** What a part's own head and the directory both say. */
function factsOf({ name, crc, bytes, packed }: Packed): Buffer {
  return Buffer.concat([
    ...[u16(VERSION), u16(NAMES_ARE_UTF8), u16(DEFLATED), u16(0), u16(DATE)],
    ...[u32(crc), u32(packed.length), u32(bytes), u16(name.length), u16(0)],
  ]);
}

function entryOf(packed: Packed, offset: number): Buffer {
  // No comment, on the first disk, no attributes.
  const rest = [u16(0), u16(0), u16(0), u32(0), u32(offset)];
  return Buffer.concat([u32(CENTRAL), u16(VERSION), factsOf(packed), ...rest, packed.name]);
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
