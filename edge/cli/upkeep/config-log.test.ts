/** `yike config` and `yike log` on files alone, with the real command. */
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { build } from '../built.fixture.ts';
import { envelopeOf, start, temporaryDirectory, yike } from '../cli.fixture.ts';

const { dir, free } = temporaryDirectory();
const file = join(dir, 'store.json');
const log = join(dir, 'log', 'yike.jsonl');
const TOKEN = 'canary-token-7f3a9c1e5b';
const logged = (level: number, device: string, msg: string) =>
  `${JSON.stringify({ level, time: 1_795_000_000_000, device, msg })}\n`;

beforeAll(() => {
  build();
  mkdirSync(join(dir, 'log'));
  const scanner = { id: 'scanner-1', driver: 'serial-scanner', address: 'pty:/dev/pts/9' };
  const store = { id: 's-1', name: { zh: '店', en: 'Shop' } };
  const headOffice = { url: 'http://127.0.0.1:9', token: TOKEN };
  writeFileSync(file, JSON.stringify({ store, devices: [scanner], headOffice }));
  writeFileSync(join(dir, 'config-file'), `${file}\n`);
  writeFileSync(join(dir, 'wrong.json'), JSON.stringify({ store, devcies: [] }));
  const lines = [
    logged(30, 'scale-1', 'ready'),
    logged(40, 'scale-1', 'lost'),
    '{"level":40,"ti\n',
  ];
  writeFileSync(log, [...lines, logged(40, 'scanner-1', 'gone')].join(''));
}, 60_000);
afterAll(free);

const ask = async (...words: string[]) =>
  envelopeOf(await yike([...words, '--data', dir, '--json', '--lang', 'en']));

test.each([
  ['config show', { exit: 0, data: { config: { headOffice: { token: '[redacted]' } } } }],
  ['config get devices.scanner-1.driver', { exit: 0, data: { value: 'serial-scanner' } }],
  ['config get devices.0.id', { exit: 0, data: { value: 'scanner-1' } }],
  ['config get headOffice.token', { exit: 0, data: { value: '[redacted]' } }],
  ['config get lanes.9', { exit: 109, error: { code: 'E_NOEXIST' } }],
  ['config get', { exit: 2, error: { code: 'E_USAGE' } }],
  ['config check', { exit: 0, data: { devices: 1, lanes: 0 } }],
  ['log --level warn --device scale-1', { exit: 0, data: { lines: [{ msg: 'lost' }] } }],
  ['log -n 1', { exit: 0, data: { lines: [{ msg: 'gone' }] } }],
  ['log --level loud', { exit: 2, error: { code: 'E_USAGE' } }],
])('yike %s', async (line, wanted) => {
  const answer = await ask(...line.split(' '));
  expect(answer).toMatchObject(wanted);
  expect(JSON.stringify(answer)).not.toContain(TOKEN);
});

test('a wrong configuration names the key that is wrong', async () => {
  const answer = await ask('config', 'check', join(dir, 'wrong.json'));
  expect(answer).toMatchObject({ exit: 2 });
  expect(JSON.stringify(answer.error)).toContain('devcies');
});

test('a value is changed over the running store, and a wrong one is not', async () => {
  const alone = temporaryDirectory();
  const own = join(alone.dir, 'store.json');
  const store = { id: 's-1', name: { zh: '店', en: 'Shop' } };
  const listen = { kioskPort: 0, adminPort: 0 };
  writeFileSync(own, JSON.stringify({ store, listen, lanes: [{ id: 'lane-1' }] }));
  const running = start(['start', '--config', own, '--data', alone.dir, '--lang', 'en']);
  await running.says(/Controller up/);
  const set = async (...words: string[]) =>
    envelopeOf(
      await yike(['config', 'set', ...words, '--by', 'Li', '--data', alone.dir, '--json']),
    );
  expect(await set('lanes.lane-1.policy.parkMinutes', '30')).toMatchObject({
    exit: 0,
    data: { version: 1, by: 'Li' },
  });
  expect(JSON.parse(readFileSync(own, 'utf8')).lanes[0].policy).toEqual({ parkMinutes: 30 });
  expect(await set('listen.kioskPort', '99999')).toMatchObject({
    exit: 2,
    error: { code: 'E_CONFIG_INVALID' },
  });
  running.child.kill('SIGTERM');
  await running.ended;
  alone.free();
}, 120_000);

test('a log is followed line by line until Ctrl-C', async () => {
  const following = start(['log', '-f', '-n', '1', '--data', dir, '--lang', 'en']);
  await following.says(/gone/);
  appendFileSync(log, logged(30, 'lock-1', 'opened'));
  await following.says(/info {2}opened device=lock-1/);
  following.child.kill('SIGINT');
  expect((await following.ended).exit).toBe(0);
});
