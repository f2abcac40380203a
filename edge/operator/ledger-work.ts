/** Verifying the ledger and copying it, in a process of their own, one at a time. */
import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Clock, Outcome, Refusal } from '../core/ports.ts';
import type { BackupView, LedgerFilesView, LedgerWorkView } from '../core/views/audit-views.ts';
import { type BackupManifest, MANIFEST_FILE } from '../ledger/backup.ts';
import { BUILT } from '../main.ts';
import type { WorkOrder, WorkWord } from './ledger-work-child.ts';

const BACKUPS = 'backups';
const NAME = /^\d{4}-\d{2}-\d{2}T\d{6}$/;

const refusal = (code: string, zh: [string, string], en: [string, string]): Refusal => ({
  code,
  message: { zh: zh[0], en: en[0] },
  next: { zh: zh[1], en: en[1] },
});
export const WORK_REFUSALS = {
  WORK_UNDER_WAY: refusal(
    'WORK_UNDER_WAY',
    ['正在检查或备份账本', '等它完成，或先取消'],
    ['The ledger is being verified or copied', 'Wait for it, or call it off'],
  ),
  NO_SUCH_BACKUP: refusal(
    'NO_SUCH_BACKUP',
    ['没有这份备份', '从列表里选一份'],
    ['There is no such backup', 'Choose one of the list'],
  ),
  WORK_BROKE_OFF: refusal(
    'WORK_BROKE_OFF',
    ['中途停止了，没有结果', '再试一次；仍不行请在主机上运行 yike ledger verify'],
    ['It broke off without a result', 'Try again, or run yike ledger verify on the box'],
  ),
} as const;

export interface LedgerWork {
  view(): LedgerFilesView;
  begin(kind: LedgerWorkView['kind'], by: string, name?: string): Outcome<LedgerWorkView>;
  cancel(): void;
  /** Hears of every piece of work that came to an end. */
  onEnd(listener: (ended: LedgerWorkView) => void): void;
  /** The files of a backup, by their names within it. */
  files(name: string): { name: string; path: string; bytes: number }[];
  close(): void;
}

export interface LedgerWorkParts {
  dataDir: string;
  clock: Clock;
  /** Newest event now: how far there is to go. */
  headSeq(): number;
  localTime(wallMs: number): string;
}

export function ledgerWork(parts: LedgerWorkParts): LedgerWork {
  const { dataDir, clock } = parts;
  let now: LedgerWorkView | undefined;
  let child: ChildProcess | undefined;
  const listeners: ((ended: LedgerWorkView) => void)[] = [];
  const folderOf = (name = '') => join(dataDir, BACKUPS, name);

  function end(change: Partial<LedgerWorkView>, folder: string | undefined) {
    if (now?.state !== 'running') return;
    now = { ...now, endedWallMs: clock.wallMs(), ...change };
    // Half a copy is none.
    if (folder && now.state !== 'done') rmSync(folder, { recursive: true, force: true });
    for (const told of listeners) told(now);
  }

  function hear(word: WorkWord, folder: string | undefined) {
    if (now?.state !== 'running') return;
    if (word.what === 'progress') now = { ...now, phase: word.phase, done: word.done };
    else end(resultOf(word), folder);
  }

  function start(order: WorkOrder) {
    const folder = order.kind === 'backup' ? order.folder : undefined;
    const started = forkWork();
    child = started;
    // One that was called off may still end, or speak, while the next is under way.
    started.on('message', (word: WorkWord) => void (child === started && hear(word, folder)));
    started.on('exit', () => {
      if (child !== started) return;
      end({ state: 'failed', refusal: WORK_REFUSALS.WORK_BROKE_OFF }, folder);
      child = undefined;
    });
    started.send(order);
  }

  return {
    view: () => ({ ...(now && { work: now }), backups: backupsIn(dataDir) }),
    begin(kind, by, name) {
      if (now?.state === 'running') return { ok: false, refusal: WORK_REFUSALS.WORK_UNDER_WAY };
      if (kind === 'check-backup' && !(name && existsSync(manifestFile(dataDir, name))))
        return { ok: false, refusal: WORK_REFUSALS.NO_SUCH_BACKUP };
      const wallMs = Math.round(clock.wallMs());
      const called = kind === 'backup' ? fileName(parts.localTime(wallMs), wallMs) : name;
      const folder = folderOf(called);
      const of = parts.headSeq();
      const begun = { phase: 'starting', done: 0, of, startedWallMs: wallMs, by } as const;
      now = { kind, state: 'running', ...begun, ...(called && { name: called }) };
      start({ kind, dir: kind === 'check-backup' ? folder : dataDir, folder, wallMs });
      return { ok: true, value: now };
    },
    cancel() {
      child?.kill('SIGKILL');
      child = undefined;
      end({ state: 'cancelled' }, now?.kind === 'backup' ? folderOf(now.name) : undefined);
    },
    onEnd: (listener) => void listeners.push(listener),
    files: (name) => filesOf(dataDir, name),
    close: () => void child?.kill('SIGKILL'),
  };
}

function resultOf(word: Exclude<WorkWord, { what: 'progress' }>): Partial<LedgerWorkView> {
  if (word.what === 'refused') return { state: 'failed', refusal: word.refusal };
  return { state: 'done', ...(word.what === 'verified' && { verified: word.report }) };
}

const forkWork = (): ChildProcess =>
  fork(join(BUILT, 'edge/operator/ledger-work-child.js'), [], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });

/** `2026-11-23 17:42` → `2026-11-23T174208`. */
const fileName = (local: string, wallMs: number): string =>
  `${local.replace(' ', 'T').replace(':', '')}${String(Math.floor(wallMs / 1000) % 60).padStart(2, '0')}`;

const manifestFile = (dataDir: string, name: string): string =>
  join(dataDir, BACKUPS, NAME.test(name) ? name : '-', MANIFEST_FILE);

function backupsIn(dataDir: string): BackupView[] {
  const folder = join(dataDir, BACKUPS);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => existsSync(manifestFile(dataDir, name)))
    .map((name) => {
      const text = readFileSync(manifestFile(dataDir, name), 'utf8');
      const { wallMs, seq, epoch, bytes, sha256 } = JSON.parse(text) as BackupManifest;
      return { name, atWallMs: wallMs, seq, epoch, bytes, sha256 };
    })
    .sort((one, other) => other.atWallMs - one.atWallMs);
}

function filesOf(dataDir: string, name: string) {
  if (!existsSync(manifestFile(dataDir, name))) return [];
  const folder = join(dataDir, BACKUPS, name);
  const found = readdirSync(folder, { recursive: true, withFileTypes: true });
  return found
    .filter((each) => each.isFile())
    .map((each) => {
      const path = join(each.parentPath, each.name);
      return { name: join(name, relative(folder, path)), path, bytes: statSync(path).size };
    });
}
