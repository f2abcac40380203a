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
import { join } from 'node:path';
import type { RecogniserClock } from './contract.ts';
import { DEFAULT_PACK_DIR, digestOf, listedIn, type PackManifest, readManifest } from './pack.ts';
import type { PackFailure } from './pack-failures.ts';
import { type Pointer, point, readPointer, SHIPPED, synced } from './pack-pointer.ts';
import { SIGNATURE_FILE, signatureFault } from './pack-signature.ts';
import { selfTest } from './self-test.ts';

export type StoreOutcome =
  | { ok: true; pack: InstalledPack }
  | { ok: false; code: PackFailure; detail: string };

export interface InstalledPack {
  /** `<id>-<counter>`, `shipped`, or `shipped-<counter>` of an earlier release. */
  name: string;
  /** `newer`: came with an update, and waits for somebody to put it in force. */
  state: 'current' | 'newer' | 'previous' | 'kept';
  /** Absolute path of its folder. */
  folder: string;
  id: string;
  counter: number;
  /** SHA-256 of its model, by which what was learnt with it is known. */
  sha256: string;
}

export interface PackStore {
  /** Folder of the pack in force. */
  current(): string;
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
  /**
   * Goods were taught with the pack in force: if it is the shipped one, a copy is kept, so that an
   * update that ships another leaves this store with the one that knows its goods. Throws where
   * the disk does not take it.
   */
  keepTaught(): Promise<void>;
}

/** Copies under way; whatever begins so is no pack yet. */
const STAGING = 'staging';
const STAGING_TAUGHT = `${STAGING}-taught`;
/** Packs kept besides the current, the previous and the one that goods were taught with. */
const KEPT = 1;

interface Place {
  root: string;
  /** Folder of the pack that came with the controller. */
  shipped: string;
}

export function openPackStore(
  dataDir: string,
  clock: RecogniserClock,
  shipped = DEFAULT_PACK_DIR,
): PackStore {
  const place = { root: join(dataDir, 'models'), shipped };
  return {
    current: () => folderOf(place, inForce(place, readPointer(place.root))),
    list: () => list(place),
    install: (source, trusted) => install(place, source, trusted, clock),
    rollback: () => rollback(place),
    use: (name) => use(place, name, clock),
    keepTaught: () => keepTaught(place),
  };
}

const folderOf = ({ root, shipped }: Place, name: string): string =>
  name === SHIPPED ? shipped : join(root, name);

const manifestIn = (folder: string): PackManifest =>
  readManifest(readFileSync(join(folder, 'pack.json'), 'utf8'));

const isPack = (folder: string): boolean => existsSync(join(folder, 'pack.json'));

/** By name. An update may have brought another shipped pack; what goods were taught with stays. */
function inForce(place: Place, { current, taughtWith }: Pointer): string {
  if (current !== SHIPPED || taughtWith === undefined) return current;
  const copy = folderOf(place, taughtWith);
  return isPack(copy) && !sameModel(copy, place.shipped) ? taughtWith : SHIPPED;
}

const modelOf = (manifest: PackManifest): string => listedIn(manifest, manifest.model).sha256;

const sameModel = (one: string, other: string): boolean =>
  modelOf(manifestIn(one)) === modelOf(manifestIn(other));

function list(place: Place): InstalledPack[] {
  const { root } = place;
  const pointer = readPointer(root);
  const names = existsSync(root) ? readdirSync(root) : [];
  const current = inForce(place, pointer);
  const installed = names.filter((name) => !name.startsWith(STAGING) && isPack(join(root, name)));
  // The copy of the shipped pack is one to speak of once an update has brought another.
  const spare = (name: string) =>
    name.startsWith(`${SHIPPED}-`) && sameModel(join(root, name), place.shipped);
  return [SHIPPED, ...installed.sort()]
    .filter((name) => name === current || !spare(name))
    .map((name) => described(place, name, pointer));
}

function described(place: Place, name: string, pointer: Pointer): InstalledPack {
  const folder = folderOf(place, name);
  const manifest = manifestIn(folder);
  const { id, counter } = manifest;
  const state = stateOf(place, name, pointer);
  return { name, state, folder, id, counter, sha256: modelOf(manifest) };
}

function stateOf(place: Place, name: string, pointer: Pointer): InstalledPack['state'] {
  const current = inForce(place, pointer);
  if (name === current) return 'current';
  if (name === SHIPPED) {
    const [now, shipped] = [manifestIn(folderOf(place, current)), manifestIn(place.shipped)];
    if (now.id === shipped.id && shipped.counter > now.counter) return 'newer';
  }
  return name === pointer.previous ? 'previous' : 'kept';
}

async function install(
  place: Place,
  source: string,
  trusted: readonly string[],
  clock: RecogniserClock,
): Promise<StoreOutcome> {
  const { root } = place;
  const failure = (code: PackFailure, detail: string) => ({ ok: false, code, detail }) as const;
  if (!isPack(source)) return failure('PACK_MISSING', source);
  const fault = signatureFault(source, trusted);
  if (fault) return failure('PACK_UNSIGNED', fault);
  let manifest: PackManifest;
  try {
    manifest = manifestIn(source);
  } catch (error) {
    return failure('PACK_BROKEN', error instanceof Error ? error.message : String(error));
  }
  const { id, counter } = manifest;
  const pointer = readPointer(root);
  const newest = pointer.highest[id] ?? 0;
  if (counter <= newest) return failure('PACK_OLDER', `${id} ${counter}, ${newest} was installed`);
  const staged = join(root, STAGING);
  const broken = (await stage(source, staged, manifest)) ?? signatureFault(staged, trusted);
  if (broken) return failure('PACK_BROKEN', broken);
  const tested = await selfTest(staged, clock);
  if (!tested.ok) return failure('PACK_SELF_TEST', `${tested.code}: ${tested.detail}`);
  const name = `${id}-${counter}`;
  rename(staged, join(root, name));
  const highest = { ...pointer.highest, [id]: counter };
  return switchTo(place, name, { ...pointer, highest });
}

/** Copies the files named in the manifest and holds the copies against it. */
async function stage(
  source: string,
  staged: string,
  { files }: PackManifest,
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
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function rename(staged: string, folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  renameSync(staged, folder);
}

/** The one in force becomes the one before. */
async function switchTo(place: Place, name: string, pointer: Pointer): Promise<StoreOutcome> {
  const next: Pointer = { ...pointer, current: name, previous: inForce(place, pointer) };
  // The shipped one is asked for as it is now, whatever goods were taught with before.
  if (name === SHIPPED) delete next.taughtWith;
  mkdirSync(place.root, { recursive: true });
  await point(place.root, next);
  prune(place);
  return { ok: true, pack: described(place, name, next) };
}

async function rollback(place: Place): Promise<StoreOutcome> {
  const pointer = readPointer(place.root);
  const { current, previous } = pointer;
  if (previous === current)
    return { ok: false, code: 'PACK_NO_PREVIOUS', detail: `${previous} is the only one` };
  return switchTo(place, previous, pointer);
}

async function use(place: Place, asked: string, clock: RecogniserClock): Promise<StoreOutcome> {
  const installed = list(place);
  const begun = installed.filter(({ name }) => name.startsWith(asked));
  const pack = installed.find(({ name }) => name === asked) ?? (begun.length === 1 && begun[0]);
  if (!pack || asked === '') {
    const names = (begun.length > 0 ? begun : installed).map(({ name }) => name).join(', ');
    return { ok: false, code: 'PACK_UNKNOWN', detail: `${asked}: ${names}` };
  }
  if (pack.state === 'current') return { ok: true, pack };
  const tested = await selfTest(pack.folder, clock);
  if (!tested.ok)
    return { ok: false, code: 'PACK_SELF_TEST', detail: `${tested.code}: ${tested.detail}` };
  return switchTo(place, pack.name, readPointer(place.root));
}

async function keepTaught(place: Place): Promise<void> {
  const { root, shipped } = place;
  if (inForce(place, readPointer(root)) !== SHIPPED) return;
  const manifest = manifestIn(shipped);
  const name = `${SHIPPED}-${manifest.counter}`;
  const { taughtWith } = readPointer(root);
  const copy = join(root, name);
  if (taughtWith === name && isPack(copy) && sameModel(copy, shipped)) return;
  // Apart from what `yike model install` may be copying at this moment.
  const staged = join(root, STAGING_TAUGHT);
  const broken = await stage(shipped, staged, manifest);
  if (broken) throw new Error(broken);
  rename(staged, copy);
  await point(root, { ...readPointer(root), taughtWith: name });
  prune(place);
}

function prune(place: Place): void {
  const { taughtWith } = readPointer(place.root);
  const spare = list(place)
    .filter(({ name, state }) => state === 'kept' && ![SHIPPED, taughtWith].includes(name))
    .sort((a, b) => b.counter - a.counter);
  for (const { folder } of spare.slice(KEPT)) rmSync(folder, { recursive: true });
}
