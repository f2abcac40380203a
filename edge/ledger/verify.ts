/**
 * The ledger's auditor. It shares no code with the writer: it reads the stored bytes, recomputes
 * every hash with its own means, and derives the projections its own way.
 */
import { hash as digest } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { EVENT_TYPES, GENESIS, type RecordedEvent } from '../core/events.ts';
import type { Text } from '../core/ports.ts';
import { say } from '../core/say.ts';
import type { VerifyReport } from './contract.ts';
import { type Connection, LEDGER_FILE, schemaFiles, schemaVersion } from './database.ts';
import { archivedSubjectsFinding, joinArchive } from './verify-archive.ts';
import { type Evidence, headFinding, readOutside } from './verify-heads.ts';
import { projectionFinding } from './verify-projections.ts';
import { subject } from './verify-subject.ts';

/** One thing wrong: words for people, and the event it is about where there is one. */
export interface Finding {
  seq?: number;
  reason: Text;
}

/** How far the walk came; also what the next event is held to. */
export interface Progress {
  events: number;
  epoch: number;
  headSeq: number;
  headHash: string;
  store: string;
  boot: string;
  monoMs: number;
  boots: Set<string>;
  /** The event before began an epoch: `Booted` follows under the same boot id. */
  restored: boolean;
}

/** Told how many events were walked over, and when the tables' turn has come. */
export type Watch = (phase: 'chain' | 'tables', events: number) => void;

const TOLD_EVERY_EVENTS = 2000;

interface EventRow {
  seq: number;
  tx: string;
  source: string;
  subject: string;
  type: string;
  record: string;
  hash: string;
}

const KNOWN_TYPES: ReadonlySet<string> = new Set(EVENT_TYPES);
const KEY_ORDER = 'seq,epoch,store,boot,monoMs,wallMs,clock,tx,source,prev,v,type,body';

export const startOfChain = (): Progress => ({
  events: 0,
  epoch: 0,
  headSeq: 0,
  headHash: GENESIS,
  store: '',
  boot: '',
  monoMs: 0,
  boots: new Set(),
  restored: false,
});

/**
 * Checks the ledger in `dir`: gap-free seq, the hash chain over every record, columns against
 * records, epochs, boots, whole transactions, the schema with its append-only guards, signed heads
 * and the anchor file, archive segments, SQLite's own structure, and every projection. Opens read-only, in one
 * snapshot, so the store may be selling. A damaged file is reported, never thrown. Events cut off
 * the end after the newest anchor cannot be seen here; head office sees them when it is next asked.
 */
export function verifyLedger(dir: string, watch: Watch = () => {}): VerifyReport {
  const progress = startOfChain();
  const evidence: Evidence = { anchoredSeq: 0, warnings: [] };
  const outside = readOutside(dir);
  const finding = inspect(
    dir,
    (db) =>
      chainFinding(db, progress, watch) ??
      headFinding(db, progress, outside, evidence) ??
      restFinding(db, progress, watch),
  );
  const { events, epoch, headSeq, headHash } = progress;
  const { anchoredSeq, deviceKey, warnings } = evidence;
  const base: VerifyReport = {
    ...{ events, ok: !finding, epoch, headSeq, headHash, anchored: anchoredSeq > 0 },
    ...(anchoredSeq > 0 && { anchoredSeq }),
    ...(deviceKey !== undefined && { deviceKey }),
    ...(warnings.length > 0 && { warnings }),
  };
  if (!finding) return base;
  const { reason, seq } = finding;
  return { ...base, ...(seq === undefined ? {} : { firstBadSeq: seq }), reason };
}

/**
 * Opens the ledger of `dir` read-only in one snapshot, archived events among the others; unreadable
 * pages become a finding.
 */
export function inspect(
  dir: string,
  look: (db: Connection) => Finding | undefined,
): Finding | undefined {
  const file = join(dir, LEDGER_FILE);
  if (!existsSync(file))
    return { reason: say(`没有找到账本 ${file}`, `There is no ledger at ${file}`) };
  let db: Connection | undefined;
  try {
    const opened = new Database(file, { readonly: true, timeout: 1000 });
    db = opened;
    return opened.transaction(() => joinArchive(opened, dir) ?? look(opened))();
  } catch (error) {
    if (!(error instanceof Database.SqliteError)) throw error;
    return {
      reason: say(
        `无法读取账本文件（${error.message}）`,
        `The ledger file cannot be read (${error.message})`,
      ),
    };
  } finally {
    db?.close();
  }
}

/** Walks the chain from the first event; returns the first break. Advances `progress`. */
export function chainFinding(
  db: Connection,
  progress: Progress,
  watch: Watch = () => {},
): Finding | undefined {
  const newer = schemaFinding(db);
  if (newer) return newer;
  try {
    const rows = db.prepare<[], EventRow>('SELECT * FROM events ORDER BY seq');
    for (const row of rows.iterate()) {
      const reason = rowFinding(row, progress);
      if (reason) return { seq: progress.headSeq + 1, reason };
      progress.events += 1;
      if (progress.events % TOLD_EVERY_EVENTS === 0) watch('chain', progress.events);
      progress.headSeq = row.seq;
      progress.headHash = row.hash;
    }
  } catch (error) {
    if (!(error instanceof Database.SqliteError)) throw error;
    const reason = say(
      `数据页已损坏（${error.message}）`,
      `A page of the file is damaged (${error.message})`,
    );
    return { seq: progress.headSeq + 1, reason };
  }
  return splitTransaction(db);
}

/** What is wrong with one row, given everything before it. */
function rowFinding(row: EventRow, before: Progress): Text | undefined {
  if (row.seq !== before.headSeq + 1)
    return say(`缺少第 ${before.headSeq + 1} 条`, 'The event is missing');
  if (digest('sha256', row.record, 'hex') !== row.hash)
    return say('内容与哈希不符', 'The record does not match its hash');
  const event = parsed(row.record);
  if (!event) return say('内容不是规定的格式', 'The record does not have the agreed form');
  if (event.prev !== before.headHash)
    return say('哈希链断开', 'The chain to the event before is broken');
  const copies = [event.seq, event.tx, event.source, event.type, subject(event)];
  const columns = [row.seq, row.tx, row.source, row.type, row.subject];
  if (copies.join('\0') !== columns.join('\0')) {
    return say('索引列与内容不符', 'The columns do not match the record');
  }
  return identityFinding(event, before) ?? bootFinding(event, before);
}

function parsed(record: string): RecordedEvent | undefined {
  try {
    const event = JSON.parse(record);
    if (typeof event !== 'object' || event === null) return undefined;
    const formed = Object.keys(event).join(',') === KEY_ORDER && event.v === 1;
    return formed && KNOWN_TYPES.has(event.type) ? event : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function identityFinding(event: RecordedEvent, before: Progress): Text | undefined {
  const first = before.events === 0;
  if (!first && event.store !== before.store) return say('门店编号变了', 'The store id changed');
  if (!Number.isInteger(event.epoch) || event.epoch < Math.max(1, before.epoch)) {
    return say('账本代次倒退', 'The epoch went backwards');
  }
  const risen = !first && event.epoch > before.epoch;
  if (risen !== (event.type === 'Restored')) {
    return say('代次只能在恢复时上升', 'The epoch may rise exactly at a Restored event');
  }
  before.store = event.store;
  before.epoch = event.epoch;
  return undefined;
}

function bootFinding(event: RecordedEvent, before: Progress): Text | undefined {
  const booted = event.boot !== before.boot;
  const begins = event.type === 'Restored' || (event.type === 'Booted' && !before.restored);
  if (booted !== begins) {
    return say('启动编号只能在启动时改变', 'The boot id may change exactly at a Booted event');
  }
  if (booted && before.boots.has(event.boot))
    return say('启动编号重复', 'The boot id was used before');
  if (!booted && event.monoMs < before.monoMs)
    return say('单调时钟倒退', 'Monotonic time went back');
  before.boots.add(event.boot);
  before.boot = event.boot;
  before.monoMs = event.monoMs;
  before.restored = event.type === 'Restored';
  return undefined;
}

function splitTransaction(db: Connection): Finding | undefined {
  const seq = db
    .prepare<[], number>(
      `SELECT min(seq) FROM events GROUP BY tx
       HAVING count(*) <> max(seq) - min(seq) + 1 OR count(DISTINCT source) > 1 LIMIT 1`,
    )
    .pluck()
    .get();
  if (seq === undefined) return undefined;
  return {
    seq,
    reason: say('同一笔决定的记录不连续', 'The events of one decision are torn apart'),
  };
}

function schemaFinding(db: Connection): Finding | undefined {
  const version = schemaVersion(db);
  const files = schemaFiles();
  if (version > files.length) {
    return {
      reason: say(`由更新的软件写成（${version}）`, `Newer software wrote it (${version})`),
    };
  }
  const fresh = new Database(':memory:');
  for (const { sql } of files.slice(0, version)) fresh.exec(sql);
  const list = (of: Connection) =>
    JSON.stringify(
      of.prepare("SELECT name, sql FROM sqlite_schema WHERE sql <> '' ORDER BY name").all(),
    );
  const same = list(fresh) === list(db);
  fresh.close();
  if (same && version > 0) return undefined;
  return {
    reason: say('表结构或只增保护被改动', 'The tables or their append-only guards were changed'),
  };
}

/** Everything beside the chain: SQLite's structure, identity, the ack mark, projections. */
export function restFinding(
  db: Connection,
  progress: Progress,
  watch: Watch = () => {},
): Finding | undefined {
  watch('tables', progress.events);
  const structure = db.pragma('integrity_check(1)', { simple: true });
  if (structure !== 'ok')
    return {
      reason: say(
        `文件结构损坏：${structure}`,
        `The structure of the file is broken: ${structure}`,
      ),
    };
  const meta = new Map(db.prepare<[], [string, string]>('SELECT key, value FROM meta').raw().all());
  const identity = [progress.store, String(progress.epoch)];
  if (progress.events > 0 && `${identity}` !== `${[meta.get('store'), meta.get('epoch')]}`) {
    return { reason: say('门店编号或代次与记录不符', 'Store or epoch differ from the events') };
  }
  if (Number(meta.get('acked')) > progress.headSeq) {
    return {
      seq: progress.headSeq + 1,
      reason: say('账本比总部已确认的短', 'The ledger is shorter than head office acknowledged'),
    };
  }
  const held = db.prepare<[number], string>('SELECT hash FROM events WHERE seq = ?').pluck();
  const acked = meta.get('acked_hash');
  if (acked !== undefined && held.get(Number(meta.get('acked'))) !== acked) {
    return {
      reason: say('与总部已确认的不符', 'The ledger differs from what head office acknowledged'),
    };
  }
  return archivedSubjectsFinding(db) ?? projectionFinding(db);
}
