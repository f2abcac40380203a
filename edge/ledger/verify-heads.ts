/**
 * Holds the events to what was signed about them: the heads in the database, the anchor file
 * beside it and head office's mark. Shares nothing with the code that signs.
 */
import { createPrivateKey, createPublicKey, verify } from 'node:crypto';
import { accessSync, constants, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Text } from '../core/ports.ts';
import { say } from '../core/say.ts';
import type { Connection } from './database.ts';
import type { Finding, Progress } from './verify.ts';

/** What stands outside the database, read before its snapshot: it can only be older than that. */
export interface Outside {
  /** Whole lines of the anchor file; undefined where there is no such file. */
  lines: string[] | undefined;
  /** Public key of `device.key`, base64url; '' where it is no key. Undefined where unreadable. */
  key: string | undefined;
}

/** What the heads prove, filled in while they are read. */
export interface Evidence {
  anchoredSeq: number;
  deviceKey?: string;
  warnings: Text[];
}

const FIELDS = ['store', 'epoch', 'seq', 'hash', 'sales', 'soldFen', 'capturedFen', 'wallMs'];
type Signed = Record<string, unknown> & { epoch: number; seq: number };
type Claim = Signed & { anchor: boolean };

interface Held {
  epoch: number;
  hash: string;
}

export function readOutside(dir: string): Outside {
  const anchors = textOf(join(dir, 'anchors.ndjson'));
  const pem = textOf(join(dir, 'device.key'));
  // A line without its end is what a power cut left of it.
  const lines = anchors?.split('\n').slice(0, -1);
  return { lines, key: pem === undefined ? undefined : publicKeyOf(pem) };
}

/** Undefined where the file is missing or not this user's to read. */
function textOf(file: string): string | undefined {
  try {
    accessSync(file, constants.R_OK);
  } catch {
    return undefined;
  }
  return readFileSync(file, 'utf8');
}

function publicKeyOf(pem: string): string {
  try {
    return createPublicKey(createPrivateKey(pem)).export({ format: 'jwk' }).x ?? '';
  } catch {
    return '';
  }
}

/** The first claim that is not signed as it should be, or that the events contradict. */
export function headFinding(
  db: Connection,
  progress: Progress,
  outside: Outside,
  evidence: Evidence,
): Finding | undefined {
  const keys = epochKeys(db);
  const known = keys.get(progress.epoch);
  if (known !== undefined) evidence.deviceKey = known;
  if (known !== undefined && outside.key !== undefined && outside.key !== known)
    return { reason: say('设备密钥被换过', 'The device key is not the one of this ledger') };
  const rows = headRows(db);
  const claims = [...rows];
  for (const [at, line] of (outside.lines ?? []).entries()) {
    const claim = claimOf(line);
    if (!claim)
      return { reason: say(`锚点文件第 ${at + 1} 行被改动`, `Anchor line ${at + 1} is damaged`) };
    claims.push(claim);
  }
  const held = holder(db, progress);
  for (const claim of claims.sort((a, b) => a.seq - b.seq || a.epoch - b.epoch)) {
    const reason = signatureFinding(claim, keys) ?? held(claim, evidence);
    if (reason) return { seq: Math.min(claim.seq, progress.headSeq + 1), reason };
  }
  warn(rows, outside, evidence, progress.epoch);
  return undefined;
}

function epochKeys(db: Connection): Map<number, string> {
  const rows = db
    .prepare<[], [number, string]>(
      `SELECT CAST(substr(key, 12) AS INTEGER), value FROM meta WHERE key LIKE 'device_key.%'`,
    )
    .raw()
    .all();
  return new Map(rows);
}

function headRows(db: Connection): Claim[] {
  const stored = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'heads'").get();
  if (!stored) return [];
  const rows = db
    .prepare<[], Signed>(
      `SELECT value AS store, epoch, seq, hash, sales, sold_fen AS soldFen,
       captured_fen AS capturedFen, wall_ms AS wallMs, reason, heads.key AS key, signature
       FROM heads JOIN meta ON meta.key = 'store'`,
    )
    .all();
  return rows.map((row) => ({ ...row, anchor: false }));
}

function claimOf(line: string): Claim | undefined {
  try {
    const head: Signed | null = JSON.parse(line);
    const whole = Number.isSafeInteger(head?.seq) && Number.isSafeInteger(head?.epoch);
    return head && whole ? { ...head, anchor: true } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function signatureFinding(claim: Claim, keys: Map<number, string>): Text | undefined {
  const words = say('签名不符', 'The signature of a head is not that of its epoch’s key');
  const x = keys.get(claim.epoch);
  if (x === undefined || claim.key !== x || typeof claim.signature !== 'string') return words;
  if (Buffer.from(x, 'base64url').length !== 32) return words;
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  const text = ['yike-head-1', ...FIELDS.map((field) => claim[field]), claim.reason];
  const signature = Buffer.from(claim.signature, 'base64url');
  return verify(null, Buffer.from(JSON.stringify(text)), key, signature) ? undefined : words;
}

/** Compares claims, in order of seq, with the events; what a later epoch replaced is passed. */
function holder(db: Connection, progress: Progress) {
  const event = db.prepare<[number], Held>(
    "SELECT record ->> '$.epoch' AS epoch, hash FROM events WHERE seq = ?",
  );
  const totalsAt = runningTotals(db);
  return (claim: Claim, evidence: Evidence): Text | undefined => {
    const { seq, epoch } = claim;
    if (claim.store !== progress.store)
      return say('锚点属于别的门店', 'A head names another store');
    const found = event.get(seq);
    if (epoch < progress.epoch && found?.epoch !== epoch) return undefined;
    if (epoch > progress.epoch || !found)
      return say('账本比签过名的短，末尾被截掉', 'The ledger is shorter than what was signed');
    if (found.hash !== claim.hash)
      return say('与签过名的哈希不符', 'The hash differs from what was signed');
    const totals = JSON.stringify([claim.sales, claim.soldFen, claim.capturedFen]);
    if (totals !== JSON.stringify(totalsAt(seq)))
      return say('与签过名的金额不符', 'The totals differ from what was signed');
    if (claim.anchor) evidence.anchoredSeq = Math.max(evidence.anchoredSeq, seq);
    return undefined;
  };
}

/** Sales, what they came to and what was paid, up to a seq; asked in rising order. */
function runningTotals(db: Connection): (seq: number) => number[] {
  const next = db.prepare<[number, number], { seq: number; type: string; record: string }>(
    `SELECT seq, type, record FROM events WHERE seq > ? AND seq <= ?
     AND type IN ('SaleCompleted', 'TenderCaptured') ORDER BY seq`,
  );
  let [upTo, sales, soldFen, capturedFen] = [0, 0, 0, 0];
  return (seq) => {
    for (const { type, record } of next.iterate(upTo, seq)) {
      const { body } = JSON.parse(record);
      if (type === 'SaleCompleted') sales += 1;
      if (type === 'SaleCompleted') soldFen += body.totalFen;
      else capturedFen += body.amountFen;
    }
    upTo = Math.max(upTo, seq);
    return [sales, soldFen, capturedFen];
  };
}

/**
 * The newest head may not have reached the file yet; any other of this epoch that is missing there
 * was lost. Heads of earlier epochs may be in the file of another box.
 */
function warn(rows: Claim[], { lines }: Outside, { warnings }: Evidence, epoch: number): void {
  const own = rows.filter((row) => row.epoch === epoch).sort((a, b) => a.seq - b.seq);
  const inFile = new Set((lines ?? []).map((line) => claimOf(line)?.signature));
  const missing = own.slice(0, -1).filter(({ signature }) => !inFile.has(signature));
  if (lines === undefined && own.length > 0)
    warnings.push(
      say('锚点文件 anchors.ndjson 不见了', 'The anchor file anchors.ndjson is missing'),
    );
  else if (missing.length > 0)
    warnings.push(
      say(
        `锚点文件少了 ${missing.length} 条`,
        `${missing.length} signed heads are not in the anchor file`,
      ),
    );
}
