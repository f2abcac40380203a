/**
 * The packs installed in a store's directory: `models/<id>-<counter>/` and `models/packs.json`,
 * which names the one in force and the one before. Whatever moment the power goes, the file names
 * a whole pack; a pack half copied has another name and is swept away by the next install.
 */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { RecogniserClock } from './contract.ts';
import { DEFAULT_PACK_DIR, digestOf, type PackManifest, readManifest } from './pack.ts';
import { SIGNATURE_FILE, signatureFault } from './pack-signature.ts';
import { selfTest } from './self-test.ts';

export type PackFailure =
  | 'PACK_MISSING'
  | 'PACK_UNKNOWN'
  | 'PACK_UNSIGNED'
  | 'PACK_BROKEN'
  | 'PACK_OLDER'
  | 'PACK_SELF_TEST'
  | 'PACK_NO_PREVIOUS';

/** What went wrong, and what to do, in words. */
export const PACK_FAILURES: Record<
  PackFailure,
  { message: { zh: string; en: string }; next: { zh: string; en: string } }
> = {
  PACK_MISSING: {
    message: { zh: '这里没有模型包', en: 'There is no pack there' },
    next: { zh: '给出含有 pack.json 的文件夹', en: 'Name a folder that holds pack.json' },
  },
  PACK_UNKNOWN: {
    message: { zh: '没有装过这个模型包', en: 'No such pack is installed' },
    next: { zh: '用 yike model list 看装了哪些', en: 'yike model list shows what is installed' },
  },
  PACK_UNSIGNED: {
    message: { zh: '模型包没有可信的签名', en: 'The pack has no signature that is trusted' },
    next: { zh: '用 --trust 给出制作者的公钥', en: 'Give its maker’s public key with --trust' },
  },
  PACK_BROKEN: {
    message: { zh: '模型包不完整', en: 'The pack is not whole' },
    next: { zh: '重新拷贝模型包', en: 'Copy the pack again' },
  },
  PACK_OLDER: {
    message: {
      zh: '已装过同样或更新的版本',
      en: 'This version or a newer one was installed before',
    },
    next: { zh: '要退回上一个，用 yike model rollback', en: 'To go back, use yike model rollback' },
  },
  PACK_SELF_TEST: {
    message: {
      zh: '模型在这台机器上自检不合格',
      en: 'The model failed its self-test on this machine',
    },
    next: { zh: '保留原来的模型；请联系制作者', en: 'The former one stays; tell the maker' },
  },
  PACK_NO_PREVIOUS: {
    message: { zh: '没有可以退回的模型', en: 'There is no pack to go back to' },
    next: { zh: '先安装一个模型包', en: 'Install a pack first' },
  },
};

export type StoreOutcome =
  | { ok: true; pack: InstalledPack }
  | { ok: false; code: PackFailure; detail: string };

export interface InstalledPack {
  /** `<id>-<counter>`, or `shipped`. */
  name: string;
  state: 'current' | 'previous' | 'kept';
  /** Absolute path of its folder; '' for the shipped one. */
  folder: string;
  id: string;
  counter: number;
}

interface Pointer {
  current: string;
  previous: string;
  /** Highest counter ever installed, by id: going back is no way to an older release. */
  highest: Record<string, number>;
}

export interface PackStore {
  /** Folder of the pack in force; undefined for the shipped one. */
  current(): string | undefined;
  list(): InstalledPack[];
  /** Verifies, stages, tests and switches; whatever fails, the pack in force stays in force. */
  install(source: string, trusted: readonly string[]): Promise<StoreOutcome>;
  /** Puts the pack before in force again; twice is forward again. */
  rollback(): Promise<StoreOutcome>;
  /**
   * Puts an installed pack in force by its name, or by what only its name begins with: its files
   * are held against the manifest and it is tested anew. The one in force stays as it is.
   */
  use(name: string): Promise<StoreOutcome>;
}

export const SHIPPED = 'shipped';
const POINTER = 'packs.json';
const STAGING = 'staging';
/** Packs kept besides the current and the previous one. */
const KEPT = 1;

export function openPackStore(dataDir: string, clock: RecogniserClock): PackStore {
  const root = join(dataDir, 'models');
  return {
    current() {
      const { current } = readPointer(root);
      return current === SHIPPED ? undefined : join(root, current);
    },
    list: () => list(root),
    install: (source, trusted) => install(root, source, trusted, clock),
    rollback: () => rollback(root),
    use: (name) => use(root, name, clock),
  };
}

function readPointer(root: string): Pointer {
  const path = join(root, POINTER);
  if (!existsSync(path)) return { current: SHIPPED, previous: SHIPPED, highest: {} };
  return JSON.parse(readFileSync(path, 'utf8'));
}

function list(root: string): InstalledPack[] {
  const pointer = readPointer(root);
  const names = existsSync(root)
    ? readdirSync(root).filter(
        (name) => existsSync(join(root, name, 'pack.json')) && name !== STAGING,
      )
    : [];
  return [SHIPPED, ...names.sort()].map((name) => described(root, name, pointer));
}

function described(root: string, name: string, pointer: Pointer): InstalledPack {
  const state =
    name === pointer.current ? 'current' : name === pointer.previous ? 'previous' : 'kept';
  if (name === SHIPPED) return { name, state, folder: '', id: '', counter: 0 };
  const folder = join(root, name);
  const { id, counter } = readManifest(readFileSync(join(folder, 'pack.json'), 'utf8'));
  return { name, state, folder, id, counter };
}

async function install(
  root: string,
  source: string,
  trusted: readonly string[],
  clock: RecogniserClock,
): Promise<StoreOutcome> {
  const failure = (code: PackFailure, detail: string) => ({ ok: false, code, detail }) as const;
  if (!existsSync(join(source, 'pack.json'))) return failure('PACK_MISSING', source);
  const fault = signatureFault(source, trusted);
  if (fault) return failure('PACK_UNSIGNED', fault);
  let manifest: PackManifest;
  try {
    manifest = readManifest(readFileSync(join(source, 'pack.json'), 'utf8'));
  } catch (error) {
    return failure('PACK_BROKEN', error instanceof Error ? error.message : String(error));
  }
  const { id, counter } = manifest;
  const pointer = readPointer(root);
  const newest = pointer.highest[id] ?? 0;
  if (counter <= newest) return failure('PACK_OLDER', `${id} ${counter}, ${newest} was installed`);
  const staged = join(root, STAGING);
  const broken = await stage(source, staged, manifest, trusted);
  if (broken) return failure('PACK_BROKEN', broken);
  const tested = await selfTest(staged, clock);
  if (!tested.ok) return failure('PACK_SELF_TEST', `${tested.code}: ${tested.detail}`);
  const name = `${id}-${counter}`;
  rmSync(join(root, name), { recursive: true, force: true });
  renameSync(staged, join(root, name));
  const highest = { ...pointer.highest, [id]: counter };
  const next: Pointer = { current: name, previous: pointer.current, highest };
  await point(root, next);
  prune(root);
  return { ok: true, pack: described(root, name, next) };
}

/** Copies the files named in the manifest and holds the copies against it. */
async function stage(
  source: string,
  staged: string,
  { files }: PackManifest,
  trusted: readonly string[],
): Promise<string | undefined> {
  rmSync(staged, { recursive: true, force: true });
  mkdirSync(staged, { recursive: true });
  try {
    for (const name of ['pack.json', SIGNATURE_FILE, ...files.map(({ file }) => file)]) {
      copyFileSync(join(source, name), join(staged, name));
      await synced(join(staged, name));
    }
    await synced(staged);
    for (const { file, sha256 } of files) {
      if (digestOf(readFileSync(join(staged, file))) !== sha256) return `${file}: wrong SHA-256`;
    }
    return signatureFault(staged, trusted);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function rollback(root: string): Promise<StoreOutcome> {
  const { current, previous, highest } = readPointer(root);
  if (current === previous)
    return { ok: false, code: 'PACK_NO_PREVIOUS', detail: `${current} is the only one` };
  const next: Pointer = { current: previous, previous: current, highest };
  await point(root, next);
  return { ok: true, pack: described(root, previous, next) };
}

async function use(root: string, asked: string, clock: RecogniserClock): Promise<StoreOutcome> {
  const installed = list(root);
  const begun = installed.filter(({ name }) => name.startsWith(asked));
  const pack = installed.find(({ name }) => name === asked) ?? (begun.length === 1 && begun[0]);
  if (!pack || asked === '') {
    const names = (begun.length > 0 ? begun : installed).map(({ name }) => name).join(', ');
    return { ok: false, code: 'PACK_UNKNOWN', detail: `${asked}: ${names}` };
  }
  if (pack.state === 'current') return { ok: true, pack };
  const tested = await selfTest(pack.folder || DEFAULT_PACK_DIR, clock);
  if (!tested.ok)
    return { ok: false, code: 'PACK_SELF_TEST', detail: `${tested.code}: ${tested.detail}` };
  const { current, highest } = readPointer(root);
  const next: Pointer = { current: pack.name, previous: current, highest };
  mkdirSync(root, { recursive: true });
  await point(root, next);
  return { ok: true, pack: described(root, pack.name, next) };
}

/** Written aside, synced, renamed, and the folder synced. */
async function point(root: string, pointer: Pointer): Promise<void> {
  const half = join(root, `${POINTER}.half`);
  const file = await open(half, 'w', 0o640);
  try {
    await file.writeFile(`${JSON.stringify(pointer, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  renameSync(half, join(root, POINTER));
  await synced(root);
}

async function synced(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

function prune(root: string): void {
  const spare = list(root)
    .filter(({ name, state }) => state === 'kept' && name !== SHIPPED)
    .sort((a, b) => b.counter - a.counter);
  for (const { folder } of spare.slice(KEPT)) rmSync(folder, { recursive: true });
}
