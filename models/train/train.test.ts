/** The scripts that train a backbone and turn it into 8-bit numbers: a few pictures, once. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../edge/runtime.ts';
import { buildChild, fruitPicture } from '../fixtures.ts';
import { refit } from '../refit.ts';

const SUPPLIED = join(import.meta.dirname, '../../../shared/recognition/models');
const BACKBONE = join(SUPPLIED, 'produce-mnv2-r.fp32.onnx');
const IN_BYTES = join(SUPPLIED, 'produce-mnv2-r.int8.onnx');
/** Debian's own, which sees Debian's packages. */
const PYTHON = '/usr/bin/python3';
const ITEMS = { apple: { r: 200, g: 40, b: 30 }, pear: { r: 150, g: 190, b: 60 } };

function missing(): string | undefined {
  if (!process.env.YIKE_DEEP) return 'YIKE_DEEP is not set';
  const tools = spawnSync(PYTHON, ['-c', 'import torch, onnx, PIL']);
  if (tools.status !== 0) return 'python3-torch, python3-onnx or python3-pil is not installed';
  return [BACKBONE, IN_BYTES].find((path) => !existsSync(path));
}

const why = missing();
if (why) process.stderr.write(`\n*** training a backbone SKIPPED: ${why} ***\n\n`);

describe.skipIf(why)('training a backbone', () => {
  let folder: string;
  let index: string[];
  const at = (name: string) => join(folder, name);
  const run = (script: string, ...flags: string[]) =>
    spawnSync(PYTHON, [join(import.meta.dirname, script), ...flags], { encoding: 'utf8' });

  beforeAll(async () => {
    buildChild();
    folder = mkdtempSync(join(tmpdir(), 'yike-train-'));
    const rows = ['path,split,fine,coarse'];
    for (const [item, colour] of Object.entries(ITEMS))
      for (let shot = 0; shot < 6; shot += 1) {
        writeFileSync(at(`${item}-${shot}.jpg`), await fruitPicture(colour, shot));
        rows.push(`${item}-${shot}.jpg,train,${item},fruit`);
      }
    writeFileSync(at('index.csv'), rows.join('\n'));
    index = ['--index', at('index.csv')];
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('gives a backbone and its 8-bit version, and a pack is made of both', async () => {
    const little = ['--passes', '2', '--batch', '4', '--size', '64', '--out', at('new.onnx')];
    const trained = run('backbone.py', ...index, '--start', BACKBONE, ...little);
    expect([trained.status, trained.stderr]).toEqual([0, '']);
    expect(trained.stdout).toMatch(/^step 0 of 6, loss \d/);
    const mean = run('average.py', '--out', at('mean.onnx'), BACKBONE, at('new.onnx'));
    expect([mean.status, mean.stderr]).toEqual([0, '']);
    const like = ['--like', IN_BYTES, '--pictures', '4', '--out', at('new.int8.onnx')];
    const counted = run('quantise.py', ...index, '--model', at('mean.onnx'), ...like);
    expect([counted.status, counted.stderr]).toEqual([0, '']);
    const calibration = { temperature: 0.05, unknown: { offset: 2, score: -7, margin: 0 } };
    const pack = await refit({
      ...{ model: at('mean.onnx'), fast: at('new.int8.onnx'), learn: at('index.csv') },
      ...{ golden: [at('apple-0.jpg'), at('pear-0.jpg')], out: at('pack'), id: 'tried' },
      ...{ counter: 9, licence: 'none', calibration, clock: systemClock() },
    });
    expect(pack).toMatchObject({ model: 'model.onnx', fast: 'model.int8.onnx' });
  }, 300_000);

  it('says which file is not there', () => {
    const none = ['--start', at('none.onnx'), '--out', at('x')];
    const { status, stderr } = run('backbone.py', ...index, ...none);
    expect(status).not.toBe(0);
    expect(stderr).toContain('none.onnx');
  });
});
