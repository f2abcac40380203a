/** Packs are verified, tested, switched and switched back; the one in force never gets worse. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../edge/runtime.ts';
import { buildChild } from './fixtures.ts';
import { DEFAULT_PACK_DIR, digestOf, type PackManifest } from './pack.ts';
import { PACK_FAILURES, type PackFailure } from './pack-failures.ts';
import { RELEASE_KEYS, signatureFault, signPack } from './pack-signature.ts';
import { openPackStore, type PackStore } from './pack-store.ts';
import { textField } from './protobuf.ts';

const clock = systemClock();
const KEY_FILE = join(mkdtempSync(join(tmpdir(), 'yike-key-')), 'pack.key');
let key: string;
/** A release from before all that is installed here. */
let shipped: string;
let data: string;
let store: PackStore;
const met = new Set<PackFailure>();
/** Field of ModelProto (onnx.proto). */
const DOC_STRING = 6;

beforeAll(() => {
  buildChild();
  shipped = packOf(1);
  key = signPack(shipped, KEY_FILE);
});
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'yike-store-'));
  store = openPackStore(data, clock, shipped);
});

/** A copy of the shipped pack with another counter, changed and signed by the test's own key. */
function packOf(
  counter: number,
  change: (manifest: PackManifest, folder: string) => void = () => {},
) {
  const folder = mkdtempSync(join(tmpdir(), 'yike-pack-'));
  cpSync(DEFAULT_PACK_DIR, folder, { recursive: true });
  const path = join(folder, 'pack.json');
  const manifest: PackManifest = JSON.parse(readFileSync(path, 'utf8'));
  manifest.counter = counter;
  change(manifest, folder);
  writeFileSync(path, JSON.stringify(manifest));
  signPack(folder, KEY_FILE);
  return folder;
}

const install = (folder: string, trusted = [key]) => store.install(folder, trusted);
const states = () => store.list().map(({ name, state }) => `${name} ${state}`);

test('the shipped pack carries a signature that every box takes', () => {
  expect(signatureFault(DEFAULT_PACK_DIR, RELEASE_KEYS)).toBeUndefined();
});

test('a pack is installed, a newer one after it, and the one before comes back', async () => {
  expect(store.current()).toBe(shipped);
  expect(await install(packOf(3))).toMatchObject({ ok: true, pack: { counter: 3 } });
  expect(await install(packOf(4))).toMatchObject({ ok: true, pack: { state: 'current' } });
  expect(states()).toEqual([
    'shipped kept',
    'produce-mnv2-r-3 previous',
    'produce-mnv2-r-4 current',
  ]);
  expect(await store.rollback()).toMatchObject({ ok: true, pack: { counter: 3 } });
  expect(store.current()).toBe(join(data, 'models/produce-mnv2-r-3'));
  // Going back does not open the door to an older release.
  expect(await install(packOf(4))).toMatchObject({ ok: false, code: 'PACK_OLDER' });
  expect(await store.rollback()).toMatchObject({ ok: true, pack: { counter: 4 } });
}, 60_000);

test('any installed pack is put in force by name, tested anew, and the one in force kept', async () => {
  await install(packOf(3));
  await install(packOf(4));
  expect(await store.use('shipped')).toMatchObject({ ok: true, pack: { name: 'shipped' } });
  expect(store.current()).toBe(shipped);
  expect(states()).toEqual([
    'shipped current',
    'produce-mnv2-r-3 kept',
    'produce-mnv2-r-4 previous',
  ]);
  // What only one name begins with is enough; the one in force already is left as it is.
  expect(await store.use('ship')).toMatchObject({ ok: true, pack: { state: 'current' } });
  expect(await store.use('produce-mnv2-r-3')).toMatchObject({ ok: true, pack: { counter: 3 } });
  expect(states()).toContain('shipped previous');
  for (const name of ['produce', 'produce-mnv2-r-9', '', '..'])
    expect(await store.use(name)).toMatchObject({ ok: false, code: 'PACK_UNKNOWN' });
  // A file that rotted on the disk since it was installed is found before it answers.
  writeFileSync(join(data, 'models/produce-mnv2-r-4/model.onnx'), 'rotten');
  expect(await store.use('produce-mnv2-r-4')).toMatchObject({ code: 'PACK_SELF_TEST' });
  expect(store.current()).toBe(join(data, 'models/produce-mnv2-r-3'));
}, 120_000);

test.each<[string, PackFailure, () => string, (string[] | undefined)?]>([
  ['that is not there', 'PACK_MISSING', () => join(data, 'nowhere')],
  ['of a maker nobody trusts', 'PACK_UNSIGNED', () => packOf(3), []],
  [
    'without a signature',
    'PACK_UNSIGNED',
    () => {
      const folder = packOf(3);
      rmSync(join(folder, 'pack.sig'));
      return folder;
    },
  ],
  [
    'whose manifest was changed after signing',
    'PACK_UNSIGNED',
    () => {
      const folder = packOf(3);
      const path = join(folder, 'pack.json');
      writeFileSync(path, readFileSync(path, 'utf8').replace('"counter":3', '"counter":9'));
      return folder;
    },
  ],
  [
    'whose model was changed after signing',
    'PACK_BROKEN',
    () => {
      const folder = packOf(3);
      writeFileSync(join(folder, 'model.onnx'), 'another model');
      return folder;
    },
  ],
  [
    'of a format to come',
    'PACK_BROKEN',
    () => packOf(3, (manifest) => Object.assign(manifest, { format: 3 })),
  ],
  [
    'that answers other numbers than where it was made',
    'PACK_SELF_TEST',
    () =>
      packOf(3, (manifest, folder) => {
        const path = join(folder, 'golden.f32');
        const numbers = readFileSync(path).reverse();
        writeFileSync(path, numbers);
        const listed = manifest.files.find(({ file }) => file === 'golden.f32');
        if (listed) listed.sha256 = digestOf(numbers);
      }),
  ],
])('a pack %s is not installed, and the shipped one stays', async (_name, code, make, trusted) => {
  const outcome = await install(make(), trusted);
  expect(outcome).toMatchObject({ ok: false, code });
  met.add(code);
  expect(store.current()).toBe(shipped);
  expect(states()).toEqual(['shipped current']);
});

test('with nothing installed there is nothing to go back to', async () => {
  expect(await store.rollback()).toMatchObject({ ok: false, code: 'PACK_NO_PREVIOUS' });
  expect(Object.keys(PACK_FAILURES).sort()).toEqual(
    [...met, 'PACK_OLDER', 'PACK_NO_PREVIOUS', 'PACK_UNKNOWN'].sort(),
  );
});

describe('an update that ships another model', () => {
  /** A pack whose model has other bytes than the shipped one of `counter`. */
  const shippedWith = (counter: number) =>
    packOf(counter, (manifest, folder) => {
      const model = Buffer.concat([
        readFileSync(join(folder, 'model.onnx')),
        textField(DOC_STRING, `release ${counter}`),
      ]);
      writeFileSync(join(folder, 'model.onnx'), model);
      const listed = manifest.files.find(({ file }) => file === 'model.onnx');
      Object.assign(listed!, { sha256: digestOf(model), bytes: model.length });
    });
  const updatedTo = (release: string) => openPackStore(data, clock, release);

  test('leaves a store that was taught with its own, and a person may change over and back', async () => {
    const before = updatedTo(shippedWith(5));
    await before.keepTaught();
    expect(before.list().map(({ name }) => name)).toEqual(['shipped']);
    const six = shippedWith(6);
    store = updatedTo(six);
    expect(store.current()).toBe(join(data, 'models/shipped-5'));
    expect(states()).toEqual(['shipped newer', 'shipped-5 current']);
    // Nobody changed over yet: there is nothing to go back to, and nothing to keep once more.
    expect(await store.rollback()).toMatchObject({ ok: false, code: 'PACK_NO_PREVIOUS' });
    await store.keepTaught();
    expect(states()).toEqual(['shipped newer', 'shipped-5 current']);
    expect(await store.use('shipped')).toMatchObject({ ok: true, pack: { counter: 6 } });
    expect(store.current()).toBe(six);
    expect(states()).toEqual(['shipped current', 'shipped-5 previous']);
    expect(await store.rollback()).toMatchObject({ ok: true, pack: { counter: 5 } });
    expect(await store.rollback()).toMatchObject({ ok: true, pack: { counter: 6 } });
    // Taught with the newer one, and updated again: it is that one that stays.
    await store.keepTaught();
    expect(updatedTo(shippedWith(7)).current()).toBe(join(data, 'models/shipped-6'));
  }, 60_000);

  test('is simply taken where nothing was taught, or where the model is the same', async () => {
    expect(updatedTo(shippedWith(6)).current()).not.toContain(data);
    await updatedTo(packOf(5)).keepTaught();
    const again = packOf(6);
    expect(updatedTo(again).current()).toBe(again);
  });

  test('a copy cut short by the power is not the one in force', async () => {
    const five = updatedTo(shippedWith(5));
    await five.keepTaught();
    rmSync(join(data, 'models/shipped-5/pack.json'));
    const six = shippedWith(6);
    expect(updatedTo(six).current()).toBe(six);
  });

  test('a disk that does not take the copy is told of, and changes nothing', async () => {
    const five = shippedWith(5);
    rmSync(join(five, 'labels.json'));
    const taught = updatedTo(five);
    await expect(taught.keepTaught()).rejects.toThrow('labels.json');
    expect(taught.current()).toBe(five);
  });
});

test('a power cut while copying leaves the old pack, and the next install sweeps up', async () => {
  mkdirSync(join(data, 'models/staging'), { recursive: true });
  writeFileSync(join(data, 'models/staging/pack.json'), '{"half');
  expect(states()).toEqual(['shipped current']);
  expect(await install(packOf(3))).toMatchObject({ ok: true });
  expect(existsSync(join(data, 'models/staging'))).toBe(false);
}, 30_000);
