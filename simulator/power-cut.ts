/**
 * What a disk could hold after its power was cut. `native/disk.c` logs every write, sync, rename
 * and removal of a process; here a moment of that log becomes a directory: what was synced is
 * there, and of everything else each 512-byte sector is there or not, as chance has it.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Uniform in [0, 1). */
type Random = () => number;

export interface DiskRecord {
  op: 'P' | 'W' | 'T' | 'S' | 'D' | 'R' | 'U' | 'A';
  file: number;
  offset: number;
  bytes: Buffer;
}

const SECTOR_BYTES = 512;
const HEAD_BYTES = 17;

/** Builds the shim with the system's compiler; where that cannot be, why. */
export function buildDisk(): { ok: true; library: string } | { ok: false; why: string } {
  const source = [import.meta.dirname, join(import.meta.dirname, '../../simulator')]
    .map((folder) => join(folder, 'native/disk.c'))
    .find((path) => existsSync(path));
  if (!source) return { ok: false, why: 'simulator/native/disk.c is not here' };
  const library = join(mkdtempSync(join(tmpdir(), 'yike-disk-')), 'disk.so');
  const args = ['-O2', '-shared', '-fPIC', '-o', library, source, '-ldl', '-lpthread'];
  const made = spawnSync('cc', args, { encoding: 'utf8' });
  if (made.status === 0) return { ok: true, library };
  return { ok: false, why: made.error ? 'no C compiler (cc)' : made.stderr };
}

/** The shim's log, record by record; a record that a cut left half-written is left out. */
export function readDiskLog(log: Buffer): DiskRecord[] {
  const records: DiskRecord[] = [];
  let at = 0;
  while (at + HEAD_BYTES <= log.length) {
    const length = log.readUInt32LE(at + 13);
    const end = at + HEAD_BYTES + length;
    if (end > log.length) break;
    records.push({
      op: String.fromCharCode(log[at] ?? 0) as DiskRecord['op'],
      file: log.readUInt32LE(at + 1),
      offset: Number(log.readBigUInt64LE(at + 5)),
      bytes: log.subarray(at + HEAD_BYTES, end),
    });
    at = end;
  }
  return records;
}

/** What the process had said on its standard output before record `cut`. */
export function saidBefore(records: readonly DiskRecord[], cut: number): string {
  const said = records.slice(0, cut).filter(({ op }) => op === 'A');
  return Buffer.concat(said.map(({ bytes }) => bytes)).toString('utf8');
}

interface FileState {
  content: Buffer;
  /** Writes and truncations since the last sync. */
  pending: DiskRecord[];
  /** Whether its name is on the disk, and what has been asked of the name since. */
  named: boolean;
  wanted: boolean;
}

const grown = (content: Buffer, bytes: number): Buffer =>
  bytes <= content.length
    ? content
    : Buffer.concat([content, Buffer.alloc(bytes - content.length)]);

function applied(content: Buffer, { op, offset, bytes }: DiskRecord): Buffer {
  if (op === 'T') return grown(Buffer.from(content.subarray(0, offset)), offset);
  const next = grown(content, offset + bytes.length);
  bytes.copy(next, offset);
  return next;
}

/** A write of which some sectors reached the disk: each with probability `kept`. */
function partly(content: Buffer, write: DiskRecord, kept: number, random: Random): Buffer {
  if (write.op === 'T') return random() < kept ? applied(content, write) : content;
  let next = content;
  let from = 0;
  while (from < write.bytes.length) {
    const toEdge = SECTOR_BYTES - ((write.offset + from) % SECTOR_BYTES);
    const bytes = write.bytes.subarray(from, from + toEdge);
    if (random() < kept) next = applied(next, { ...write, offset: write.offset + from, bytes });
    from += toEdge;
  }
  return next;
}

/**
 * Files by path as a disk could hold them when the power went just before record `cut`. Of what
 * was not synced each sector, truncation, name and removal is there with probability `kept`.
 */
export function diskAfterCut(
  records: readonly DiskRecord[],
  cut: number,
  kept: number,
  random: Random,
): Map<string, Buffer> {
  const paths = new Map<number, string>();
  const files = new Map<string, FileState>();
  const fileOf = (path: string): FileState => {
    const known = files.get(path) ?? {
      content: Buffer.alloc(0),
      pending: [],
      named: false,
      wanted: true,
    };
    files.set(path, known);
    return known;
  };
  for (const record of records.slice(0, cut)) follow(record, paths, files, fileOf);
  const disk = new Map<string, Buffer>();
  for (const [path, { content, pending, named, wanted }] of files) {
    const there = named === wanted ? named : random() < kept ? wanted : named;
    if (!there) continue;
    const settled = pending.reduce((now, each) => partly(now, each, kept, random), content);
    disk.set(path, settled);
  }
  return disk;
}

function follow(
  record: DiskRecord,
  paths: Map<number, string>,
  files: Map<string, FileState>,
  fileOf: (path: string) => FileState,
): void {
  if (record.op === 'P') paths.set(record.file, record.bytes.toString('utf8'));
  const path = paths.get(record.file) ?? '';
  switch (record.op) {
    case 'W':
    case 'T':
      fileOf(path).pending.push(record);
      fileOf(path).wanted = true;
      return;
    case 'S': {
      // A synced file is found again: its name goes to the journal with it (ext4, xfs).
      const file = fileOf(path);
      file.content = file.pending.reduce(applied, Buffer.from(file.content));
      file.pending = [];
      file.named = file.wanted;
      return;
    }
    case 'U':
      fileOf(path).wanted = false;
      return;
    case 'R': {
      const to = record.bytes.toString('utf8');
      const from = fileOf(path);
      files.set(to, { ...from, named: false, wanted: true });
      from.wanted = false;
      return;
    }
    case 'D':
      for (const [each, file] of files) if (each.startsWith(`${path}/`)) file.named = file.wanted;
      return;
    default:
  }
}
