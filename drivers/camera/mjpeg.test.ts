import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { manualClock } from '../clock-for-tests.ts';
import { conforms } from '../conformance.ts';
import type { DeviceEvent, DriverClock, DriverContext, ReasonCode } from '../contract.ts';
import { parseGolden } from '../golden.ts';
import { openHttpWire } from '../wire/request.ts';
import { MAX_PICTURE_BYTES, pictureFinder } from './jpeg-stream.ts';
import { mjpeg } from './mjpeg.ts';

const goldenPath = fileURLToPath(new URL('./golden/mjpeg.txt', import.meta.url));
const golden = parseGolden(readFileSync(goldenPath, 'utf8'));
const parts = golden.lines.map((line) => line.bytes);
const meanings = golden.lines.flatMap((line) => line.meaning);
const seed = Number(process.env.SEED ?? 20261123);

function pictureOf(part: Uint8Array): Uint8Array {
  const [found] = pictureFinder().push(part);
  if (found === undefined || !('jpeg' in found)) throw new Error('no picture in the golden part');
  return found.jpeg;
}

// ---- bytes --------------------------------------------------------------------------------------

conforms(mjpeg, goldenPath, { heldBytes: 2 * MAX_PICTURE_BYTES });

test('noise, a cut picture and a broken head cost that picture only', () => {
  const [first, second, third] = parts as [Uint8Array, Uint8Array, Uint8Array];
  const noise = (length: number) => Uint8Array.from({ length }, (_, at) => (at * 37 + 11) & 0xff);
  const cases: [string, Uint8Array[], number][] = [
    ['noise between parts', [first, noise(500), second, third], 3],
    ['a picture cut in its image data', [first.subarray(0, first.length - 20), second, third], 2],
    ['a picture cut in its tables', [first.subarray(0, 150), second, third], 2],
    ['a picture that lost its beginning', [first.subarray(80), second, third], 2],
    ['a stray beginning', [Uint8Array.of(0xff, 0xd8), first, second], 2],
    ['dashes that begin no part', [Buffer.from('-x--\u0000'), first, second], 2],
    ['an endless head', [Buffer.from(`--${'a'.repeat(5000)}`), first, second], 2],
  ];
  for (const [name, pieces, wanted] of cases) {
    const decoder = mjpeg.decoder({});
    const items = [...decoder.push(Buffer.concat(pieces)), ...decoder.end()];
    const frames = items.filter((item) => item.kind === 'frame');
    expect([name, frames.length]).toEqual([name, wanted]);
    expect([name, frames.at(-1)]).toEqual([name, meanings[parts.indexOf(pieces.at(-1)!)]]);
    expect([name, items.some((item) => item.kind === 'discarded')]).toEqual([name, true]);
  }
});

test('damaged bytes never throw, and what comes out begins and ends as a picture', () => {
  const stream = Buffer.concat(parts);
  const changes = fc.array(fc.tuple(fc.nat(stream.length - 1), fc.nat(255)), { maxLength: 20 });
  fc.assert(
    fc.property(changes, (changed) => {
      const bytes = Uint8Array.from(stream);
      for (const [at, value] of changed) bytes[at] = value;
      const finder = pictureFinder();
      const found = [...finder.push(bytes), ...finder.push(stream), ...finder.end()];
      const pictures = found.filter((one) => 'jpeg' in one);
      expect(pictures.length).toBeGreaterThanOrEqual(2);
      for (const { jpeg } of pictures) {
        expect([jpeg[0], jpeg[1], jpeg.at(-2), jpeg.at(-1)]).toEqual([0xff, 0xd8, 0xff, 0xd9]);
      }
    }),
    { seed, numRuns: 300 },
  );
});

test('a picture that never ends is let go at 2 MiB, and the next one is seen', () => {
  const endless = new Uint8Array(MAX_PICTURE_BYTES + 100_000).fill(0x55);
  const finder = pictureFinder();
  const head = pictureOf(parts[0]!);
  const found = [
    ...finder.push(head.subarray(0, head.length - 2)),
    ...finder.push(endless),
    ...finder.push(parts[1]!),
  ];
  expect(found.filter((one) => 'jpeg' in one)).toHaveLength(1);
});

// ---- a real camera server -----------------------------------------------------------------------

const cleanUps: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

const realClock: DriverClock = {
  monoMs: () => performance.now(),
  after(delayMs, fn) {
    const timer = setTimeout(fn, delayMs);
    return () => clearTimeout(timer);
  },
};

async function served(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUps.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A camera whose pictures are sent by the test. */
async function camera(clock: DriverClock, options = {}) {
  const viewers: ServerResponse[] = [];
  const asked: (string | undefined)[] = [];
  const address = await served((incoming, outgoing) => {
    asked.push(incoming.url, incoming.headers.authorization);
    const type = 'multipart/x-mixed-replace; boundary=frame';
    outgoing.writeHead(200, { 'content-type': type });
    outgoing.write(parts[0]);
    viewers.push(outgoing);
  });
  const events: DeviceEvent[] = [];
  const warnings: (ReasonCode | undefined)[] = [];
  const counts: Record<string, number> = {};
  const context: DriverContext = {
    clock,
    log: { debug: () => {}, warn: () => {} },
    signal: new AbortController().signal,
    connection: 1,
    alive: () => {},
    emit: (event) => events.push(event),
    warn: (reason) => warnings.push(reason),
    count: (statistic, by = 1) => {
      counts[statistic] = (counts[statistic] ?? 0) + by;
    },
  };
  const wire = openHttpWire(address, realClock);
  cleanUps.unshift(() => wire.close());
  const device = await mjpeg.connect(wire, options, context);
  const pictures = () => counts.M_PictureCount ?? 0;
  return { device, viewers, asked, events, warnings, counts, pictures, context, wire };
}

test('the camera is there with its first picture, and the newest is always at hand', async () => {
  const clock = manualClock();
  const { device, viewers, pictures } = await camera(clock);
  expect(device.latest(0)?.jpeg).toEqual(pictureOf(parts[0]!));
  await clock.advance(50);
  viewers[0]!.write(parts[2]);
  await expect.poll(pictures).toBe(2);
  expect(device.latest(0)).toEqual({ kind: 'frame', jpeg: pictureOf(parts[2]!), atMs: 50 });
  await clock.advance(1000);
  expect(device.latest(999)).toBeUndefined();
  expect(device.latest(1000)?.atMs).toBe(50);
  await device.close();
  expect(clock.timers()).toBe(0);
});

test('pictures are passed on ten times a second at most', async () => {
  const clock = manualClock();
  const { viewers, pictures, events } = await camera(clock);
  for (let sent = 1; sent <= 30; sent++) {
    await clock.advance(25);
    viewers[0]!.write(parts[sent % 3]);
    await expect.poll(pictures).toBe(sent + 1);
  }
  expect(events.length).toBe(1 + 7);
});

test('when the camera breaks off, that is said and the old picture ages', async () => {
  const clock = manualClock();
  const { device, viewers, warnings } = await camera(clock);
  viewers[0]!.destroy();
  await expect.poll(() => warnings).toEqual(['CAM_LOST']);
  await clock.advance(3000);
  expect(device.latest(2999)).toBeUndefined();
  await device.close();
  expect(warnings).toEqual(['CAM_LOST']);
});

test.each(['CAM_DARK', 'CAM_BLOCKED'] as const)(
  'pictures found %s three times in a row are a warning, until a good one',
  async (finding) => {
    const { device, warnings } = await camera(manualClock());
    for (const found of [finding, finding, undefined, finding, finding]) device.judged?.(found);
    expect(warnings).toEqual([]);
    device.judged?.(finding);
    expect(warnings).toEqual([finding]);
    device.judged?.(undefined);
    device.judged?.(undefined);
    expect(warnings).toEqual([finding, undefined]);
  },
);

test('the path and the login of the options are used', async () => {
  const { asked } = await camera(manualClock(), { path: '/video?n=1', user: 'u', password: 'p' });
  expect(asked).toEqual(['/video?n=1', 'Basic dTpw']);
});

test.each([
  [401, 'text/html', 'AUTH_REFUSED'],
  [404, 'text/html', 'NO_REPLY'],
  [200, 'text/html', 'WRONG_DEVICE'],
])('an answer %s %s at that address is told as %s', async (status, type, code) => {
  const address = await served((_, outgoing) => {
    outgoing.writeHead(status, { 'content-type': type }).end('<html>');
  });
  const wire = openHttpWire(address, realClock);
  cleanUps.unshift(() => wire.close());
  const { context } = await camera(manualClock());
  await expect(mjpeg.connect(wire, {}, context)).rejects.toMatchObject({ code });
});

test('a stream without a picture is NO_REPLY after five seconds', async () => {
  const clock = manualClock();
  let watched = false;
  const address = await served((_, outgoing) => {
    outgoing.writeHead(200, { 'content-type': 'multipart/x-mixed-replace; boundary=b' });
    outgoing.write('--b\r\n');
    watched = true;
  });
  const { context } = await camera(manualClock());
  const wire = openHttpWire(address, realClock);
  cleanUps.unshift(() => wire.close());
  const connecting = mjpeg.connect(wire, {}, { ...context, clock });
  const refused = expect(connecting).rejects.toMatchObject({ code: 'NO_REPLY', retry: true });
  await expect.poll(() => watched).toBe(true);
  await clock.advance(5000);
  await refused;
  expect(clock.timers()).toBe(0);
});
