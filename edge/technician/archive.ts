/** A `.tar.gz`, written here: ustar headers of 512 bytes, gzip by Node. */
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { createGzip, type Gzip, gzipSync } from 'node:zlib';

export interface ArchivedFile {
  name: string;
  bytes: Uint8Array;
}

const BLOCK = 512;

function header(name: string, length: number, atWallMs: number): Buffer {
  const head = Buffer.alloc(BLOCK);
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, '0')}\0`;
  head.write(name.slice(0, 99), 0, 'utf8');
  head.write(octal(0o600, 7), 100);
  head.write(octal(0, 7), 108);
  head.write(octal(0, 7), 116);
  head.write(octal(length, 11), 124);
  head.write(octal(Math.floor(atWallMs / 1000), 11), 136);
  head.write('        ', 148);
  head.write('0', 156);
  head.write('ustar\x0000', 257);
  const sum = head.reduce((total, byte) => total + byte, 0);
  head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return head;
}

export function tarGz(files: readonly ArchivedFile[], atWallMs: number): Uint8Array {
  const parts = files.flatMap((file) => {
    const padding = Buffer.alloc((BLOCK - (file.bytes.length % BLOCK)) % BLOCK);
    return [header(file.name, file.bytes.length, atWallMs), Buffer.from(file.bytes), padding];
  });
  return gzipSync(Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]));
}

/** The same of large files, read while it is sent; `bytes` is each file's length. */
export function tarGzStream(
  files: readonly { name: string; path: string; bytes: number }[],
  atWallMs: number,
): Gzip {
  async function* parts(): AsyncGenerator<Buffer> {
    for (const { name, path, bytes } of files) {
      yield header(name, bytes, atWallMs);
      yield* createReadStream(path) as AsyncIterable<Buffer>;
      yield Buffer.alloc((BLOCK - (bytes % BLOCK)) % BLOCK);
    }
    yield Buffer.alloc(2 * BLOCK);
  }
  return Readable.from(parts()).pipe(createGzip({ level: 1 }));
}
