/** `yike scale read` on a running store, with a scale on the network that says what it is told. */
import { writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { build } from '../built.fixture.ts';
import { envelopeOf, type Started, start, temporaryDirectory, yike } from '../cli.fixture.ts';

const ENQ = 0x05;
const DC1 = 0x11;
const ACK = Buffer.from([0x06]);

/** SOH STX, ten characters of status, sign, weight and unit, their XOR, ETX EOT (CAS AP-1). */
function frame(text: string): Buffer {
  const body = Buffer.from(text, 'ascii');
  const sum = body.reduce((xor, byte) => xor ^ byte, 0);
  return Buffer.concat([Buffer.from([1, 2]), body, Buffer.from([sum, 3, 4])]);
}

/** What the scale answers to DC1; nothing at all while it is undefined. */
let plate: string | undefined = 'S 00.612kg';
const links = new Set<Socket>();
const scale: Server = createServer((link) => {
  links.add(link);
  link.on('close', () => links.delete(link)).on('error', () => link.destroy());
  link.on('data', (bytes) => {
    if (plate === undefined) return;
    if (bytes.includes(ENQ)) link.write(ACK);
    if (bytes.includes(DC1)) link.write(frame(plate));
  });
});

const { dir, free } = temporaryDirectory();
let store: Started;

beforeAll(async () => {
  build();
  await new Promise<void>((listening) => scale.listen(0, '127.0.0.1', listening));
  const { port } = scale.address() as AddressInfo;
  const config = join(dir, 'config.json');
  const content = {
    store: { id: 'store-1', name: { zh: '一店', en: 'Store One' } },
    listen: { kioskPort: 0, adminPort: 0 },
    devices: [
      {
        id: 'scale-1',
        driver: 'enq-dc1',
        address: `tcp:127.0.0.1:${port}`,
        plate: { minGrams: 40, maxGrams: 15_000, divisionGrams: 2 },
      },
    ],
    counters: [{ id: 'counter-1', scale: 'scale-1' }],
  };
  writeFileSync(config, JSON.stringify(content));
  store = start(['start', '--config', config, '--data', join(dir, 'data')]);
  await store.says(/http:/);
});

afterAll(async () => {
  store.child.kill('SIGTERM');
  await store.ended;
  for (const link of links) link.destroy();
  scale.close();
  free();
});

const read = async (...flags: string[]) =>
  envelopeOf(await yike(['scale', 'read', ...flags, '--data', join(dir, 'data'), '--json']));

describe('what lies on the plate', () => {
  const weights: [string, string, string[], number, object][] = [
    ['three apples', 'S 00.612kg', ['--stable'], 0, { data: { kind: 'stable', grams: 612 } }],
    ['nothing', 'S 00.000kg', ['--stable'], 0, { data: { kind: 'zero', grams: 0 } }],
    ['a bag still swinging', 'U 00.500kg', [], 0, { data: { kind: 'moving', grams: 500 } }],
    [
      'a bag that never comes to rest',
      'U 00.500kg',
      ['--stable', '--timeout', '300ms'],
      112,
      { error: { code: 'E_TIMEOUT', upos: 112, device: 'scale-1' } },
    ],
    ['too much', 'SFFF.FFFkg', [], 114, { error: { code: 'E_SCALE', upos: 114, ext: 201 } }],
    ['less than nothing', 'S-00.125kg', [], 114, { error: { upos: 114, ext: 202 } }],
    ['a scale in trouble', 'F 00.000kg', [], 111, { error: { code: 'E_SCALE', upos: 111 } }],
  ];
  test.each(weights)('%s', async (_, says, flags, exit, answer) => {
    plate = says;
    // The controller asks nine times a second; the new weight is there within a few answers.
    await vi.waitFor(async () => expect(await read(...flags)).toMatchObject({ exit, ...answer }), {
      timeout: 10_000,
      interval: 20,
    });
  });

  test('is printed in kilograms for people', async () => {
    plate = 'S 01.234kg';
    await vi.waitFor(async () => expect((await read('--stable')).data.grams).toBe(1234), 10_000);
    const { stdout } = await yike(['scale', 'read', 'scale', '--data', join(dir, 'data')]);
    expect(stdout).toBe('scale-1  1.234 kg  稳定\n');
  });

  test('is no weight any more once the scale falls silent', async () => {
    plate = undefined;
    await vi.waitFor(
      async () => {
        const { exit, data, error } = await read('--timeout', '100ms');
        expect({ exit, code: error?.code }).toEqual({ exit: 108, code: 'E_OFFLINE' });
        expect(data).not.toHaveProperty('grams');
      },
      { timeout: 10_000, interval: 50 },
    );
    await vi.waitFor(
      async () => {
        const listed = await yike(['device', 'list', '--data', join(dir, 'data')]);
        expect(listed).toMatchObject({
          exit: 3,
          stdout: expect.stringMatching(/scale-1.*NO_REPLY/),
        });
      },
      { timeout: 10_000, interval: 100 },
    );
  });
});
