/**
 * Signed heads in a file of their own beside the database. A ledger proves by its chain that
 * nothing in it was changed; only something outside it can tell that its end was cut off.
 */
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { SignedHead } from './contract.ts';
import { syncDirectory } from './database.ts';
import { isSignedBy } from './device-key.ts';

/** One signed head a line, oldest first. */
export const ANCHOR_FILE = 'anchors.ndjson';

type Statement = Omit<SignedHead, 'key' | 'signature'>;

/** The exact text that is signed: a JSON array, so that no value can pass for two. */
export function signedText(head: Statement): string {
  const { store, epoch, seq, hash, sales, soldFen, capturedFen, wallMs, reason } = head;
  const claims = [store, epoch, seq, hash, sales, soldFen, capturedFen, wallMs, reason];
  return JSON.stringify(['yike-head-1', ...claims]);
}

/** Appends one line and puts it on the disk. What a power cut left of a line before goes first. */
export function appendAnchor(dir: string, head: SignedHead): void {
  const file = join(dir, ANCHOR_FILE);
  const fresh = !existsSync(file);
  const handle = openSync(file, 'a+', 0o644);
  try {
    dropTornLine(handle);
    writeSync(handle, `${JSON.stringify(head)}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  if (fresh) syncDirectory(dir);
}

const LINE_END = 0x0a;

function dropTornLine(handle: number): void {
  const { size } = fstatSync(handle);
  const last = Buffer.alloc(1, LINE_END);
  readSync(handle, last, 0, 1, Math.max(0, size - 1));
  if (last[0] !== LINE_END) ftruncateSync(handle, readFileSync(handle).lastIndexOf(LINE_END) + 1);
}

/**
 * The newest head of the file that `key` signed, undefined where there is none. Lines that are
 * damaged or forged are the verifier's business: they must not stop a shop from opening.
 */
export function newestAnchor(dir: string, key: string): SignedHead | undefined {
  const file = join(dir, ANCHOR_FILE);
  if (!existsSync(file)) return undefined;
  for (const line of readFileSync(file, 'utf8').trimEnd().split('\n').reverse()) {
    const head = anchorOf(line);
    if (head && isSignedBy(key, signedText(head), head.signature)) return head;
  }
  return undefined;
}

function anchorOf(line: string): SignedHead | undefined {
  try {
    const head: SignedHead | null = JSON.parse(line);
    return head && typeof head.signature === 'string' ? head : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
