/** A model that is missing, broken, wrong, slow or dying must cost the shop nothing but a list. */
import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { systemClock } from '../edge/runtime.ts';
import type { EmbedFailure, Recogniser } from './contract.ts';
import { buildChild, constantModel, fruitPicture, packFolder } from './fixtures.ts';
import { DEFAULT_PACK_DIR } from './pack.ts';
import { startRecogniser } from './recogniser.ts';

const clock = systemClock();
const patience = 20_000;
let apple: Uint8Array;

beforeAll(async () => {
  buildChild();
  apple = await fruitPicture({ r: 200, g: 40, b: 30 });
});

const unit = new Float32Array(256).fill(1 / 16);
const notNumbers = new Float32Array(256).fill(Number.NaN);

/** A copy of the shipped pack whose model was cut short by a full disk. */
function truncatedPack(): string {
  const model = readFileSync(join(DEFAULT_PACK_DIR, 'model.onnx'));
  const folder = packFolder(model);
  truncateSync(join(folder, 'model.onnx'), model.length - 1000);
  return folder;
}

const badManifest = (change: (manifest: Record<string, unknown>) => void): string => {
  const folder = packFolder(constantModel(unit));
  const path = join(folder, 'pack.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8'));
  change(manifest);
  writeFileSync(path, JSON.stringify(manifest));
  return folder;
};

test.each<[string, EmbedFailure, () => string]>([
  ['without its folder', 'MODEL_MISSING', () => '/nonexistent/pack'],
  ['without its manifest', 'MODEL_MISSING', () => mkdtempSync(join(tmpdir(), 'yike-pack-'))],
  ['without its model file', 'MODEL_MISSING', () => packFolder(undefined)],
  ['cut short', 'MODEL_BROKEN', truncatedPack],
  ['that is no ONNX file', 'MODEL_BROKEN', () => packFolder(Buffer.from('not a model'))],
  ['whose manifest is of a newer format', 'MODEL_BROKEN', () => badManifest((m) => (m.format = 3))],
  [
    'whose manifest points outside its folder',
    'MODEL_BROKEN',
    () => badManifest((m) => (m.files = [{ file: '../x', sha256: '', bytes: 1 }])),
  ],
  [
    'with an answer of another size',
    'MODEL_SHAPE',
    () => packFolder(constantModel(unit.subarray(4))),
  ],
  ['without an output of that name', 'MODEL_SHAPE', () => packFolder(constantModel(unit, 'out'))],
  ['that answers NaN', 'MODEL_NAN', () => packFolder(constantModel(notNumbers))],
])('a pack %s is unavailable with its own code', async (_name, code, make) => {
  const recogniser = startRecogniser({ packDir: make(), clock });
  expect(await recogniser.embed(apple, patience)).toMatchObject({ ok: false, code });
  expect(recogniser.state()).toMatchObject({ state: 'unavailable', reason: code });
  expect(recogniser.state().detail).not.toBe('');
  await recogniser.close();
});

test('putting the model file right is enough: it is found without a restart', async () => {
  const model = constantModel(unit);
  const folder = packFolder(model);
  rmSync(join(folder, 'model.onnx'));
  const recogniser = startRecogniser({ packDir: folder, clock });
  expect(await recogniser.embed(apple, patience)).toMatchObject({ code: 'MODEL_MISSING' });
  expect(recogniser.packSha256).toBe('');
  writeFileSync(join(folder, 'model.onnx'), model);
  await expect.poll(() => recogniser.state().state, { timeout: patience }).toBe('ready');
  expect(await recogniser.embed(apple, patience)).toMatchObject({ ok: true });
  expect(recogniser.packSha256).toMatch(/^[0-9a-f]{64}$/);
  await recogniser.close();
});

/** A child that loads at once and then does `onPicture`, for what the real one never does. */
function fakeChild(onPicture: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'yike-child-')), 'child.mjs');
  const script = `process.on('disconnect', () => process.exit(0));
process.on('message', (message) => {
  if (message.kind === 'load') process.send({ kind: 'loaded' });
  if (message.kind === 'embed') { ${onPicture} }
});`;
  writeFileSync(path, script);
  return path;
}

async function ready(recogniser: Recogniser): Promise<void> {
  await expect.poll(() => recogniser.state().state, { timeout: patience }).toBe('ready');
}

test('a hung model is given up within the deadline, killed and started anew', async () => {
  const childPath = fakeChild('for (;;);');
  const options = { packDir: DEFAULT_PACK_DIR, clock, childPath, runLimitMs: 300 };
  const recogniser = startRecogniser(options);
  await ready(recogniser);
  const states: string[] = [];
  recogniser.onState(() => states.push(recogniser.state().state));
  expect(await recogniser.embed(apple, 200)).toMatchObject({ ok: false, code: 'MODEL_SLOW' });
  expect(await recogniser.residentBytes()).toBeUndefined();
  await ready(recogniser);
  expect(states).toEqual(['unavailable', 'starting', 'ready']);
  await recogniser.close();
});

test('a short deadline is no reason to kill a model that answers a little later', async () => {
  const recogniser = startRecogniser({ packDir: DEFAULT_PACK_DIR, clock, runLimitMs: patience });
  await recogniser.embed(apple, patience);
  expect(await recogniser.embed(apple, 0)).toMatchObject({ ok: false, code: 'MODEL_SLOW' });
  expect(recogniser.state().state).toBe('ready');
  expect(await recogniser.embed(apple, patience)).toMatchObject({ ok: true });
  await recogniser.close();
});

test('a model that never finishes loading is slow, not waited for', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'yike-child-'));
  const childPath = join(folder, 'child.mjs');
  writeFileSync(childPath, "process.on('message', () => {});");
  const options = { packDir: DEFAULT_PACK_DIR, clock, childPath, loadLimitMs: 100 };
  const recogniser = startRecogniser(options);
  expect(await recogniser.embed(apple, patience)).toMatchObject({ code: 'MODEL_SLOW' });
  await recogniser.close();
});

test('a child that dies on every picture is tried again ever more seldom, never in a loop', async () => {
  const reports: string[] = [];
  const recogniser = startRecogniser({
    packDir: DEFAULT_PACK_DIR,
    clock,
    childPath: fakeChild("throw new Error('out of memory')"),
    onReport: (code, detail) => void reports.push(`${code} ${detail}`),
  });
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    await ready(recogniser);
    const outcome = await recogniser.embed(apple, patience);
    expect(outcome).toMatchObject({ ok: false, code: 'MODEL_CRASHED' });
    // While it rests, pictures are answered at once.
    expect(await recogniser.embed(apple)).toMatchObject({ code: 'MODEL_CRASHED' });
  }
  expect(reports).toHaveLength(3);
  expect(reports[0]).toContain('out of memory');
  await recogniser.close();
});

test('the real child, killed time and again in mid-run, answers every picture and comes back', async () => {
  const recogniser = startRecogniser({ packDir: DEFAULT_PACK_DIR, clock, runLimitMs: patience });
  const kills = process.env.YIKE_DEEP === '1' ? 200 : 10;
  for (let kill = 1; kill <= kills; kill += 1) {
    await ready(recogniser);
    const first = recogniser.embed(apple, patience, 'lane-1');
    const waiting = recogniser.embed(apple, patience, 'lane-2');
    process.kill(childOf(process.pid), 'SIGKILL');
    expect(await first).toMatchObject({ ok: false, code: 'MODEL_CRASHED' });
    expect(await waiting).toMatchObject({ ok: false, code: 'MODEL_CRASHED' });
    await ready(recogniser);
    expect(await recogniser.embed(apple, patience)).toMatchObject({ ok: true });
  }
  await recogniser.close();
}, 1_200_000);

test('a controller killed outright leaves no recognition child behind', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'yike-parent-'));
  const parentPath = join(folder, 'parent.mjs');
  const child = JSON.stringify(join(import.meta.dirname, '../dist/models/onnx-child.js'));
  const fork = `fork(${child}, [], { serialization: 'advanced' })`;
  writeFileSync(
    parentPath,
    `import { fork } from 'node:child_process';\nprocess.send(${fork}.pid);\nsetInterval(() => {}, 1000);`,
  );
  const parent = spawn(process.execPath, [parentPath], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const pid = await new Promise<number>((resolve) => parent.once('message', resolve));
  expect(existsSync(`/proc/${pid}`)).toBe(true);
  parent.kill('SIGKILL');
  await expect.poll(() => existsSync(`/proc/${pid}`), { timeout: patience }).toBe(false);
});

/** The one child of this process that runs the recogniser; Linux's /proc lists them. */
function childOf(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  const found = children.filter((child) =>
    readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('onnx-child.js'),
  );
  expect(found).toHaveLength(1);
  return Number(found[0]);
}
