import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { DriverClock, RequestWire } from '../contract.ts';
import { memoryRequestWire, openHttpWire } from './request.ts';

const clock: DriverClock = {
  monoMs: () => performance.now(),
  after(delayMs, fn) {
    const timer = setTimeout(fn, delayMs);
    return () => clearTimeout(timer);
  },
};
const cleanUps: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

async function served(listener: RequestListener): Promise<RequestWire> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const wire = openHttpWire(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, clock);
  cleanUps.push(async () => {
    await wire.close();
    server.closeAllConnections();
    server.close();
  });
  return wire;
}

const GET = { method: 'GET', path: '/x?y=1', timeoutMs: 5000 } as const;

test('a question goes out whole and its answer comes back with status and headers', async () => {
  const wire = await served((incoming, outgoing) => {
    let body = '';
    incoming.on('data', (chunk) => {
      body += chunk;
    });
    incoming.on('end', () => {
      outgoing.writeHead(404, { 'x-seen': `${incoming.method} ${incoming.url}` });
      outgoing.end(`${incoming.headers['content-type']} ${body}`);
    });
  });
  const body = new TextEncoder().encode('一刻');
  const headers = { 'content-type': 'text/xml' };
  const answer = await wire.request({ method: 'POST', path: '/p', headers, body, timeoutMs: 5000 });
  expect(answer.status).toBe(404);
  expect(answer.headers['x-seen']).toBe('POST /p');
  expect(new TextDecoder().decode(answer.body)).toBe('text/xml 一刻');
});

test('a device that never answers gives REQUEST_TIMEOUT, also when it stops half-way', async () => {
  const wire = await served((incoming, outgoing) => {
    if (incoming.url === '/half') outgoing.write('half');
  });
  for (const path of ['/silent', '/half']) {
    const asked = wire.request({ method: 'GET', path, timeoutMs: 60 });
    await expect(asked).rejects.toMatchObject({ code: 'REQUEST_TIMEOUT', retry: true });
  }
});

test('nobody listening gives UNREACHABLE', async () => {
  const wire = openHttpWire('http://127.0.0.1:1', clock);
  cleanUps.push(() => wire.close());
  await expect(wire.request(GET)).rejects.toMatchObject({ code: 'UNREACHABLE' });
});

test('an answer that breaks off, or is over 1 MiB, gives CLOSED', async () => {
  const wire = await served((incoming, outgoing) => {
    if (incoming.url === '/long') return void outgoing.end(Buffer.alloc(1024 * 1024 + 1));
    outgoing.writeHead(200, { 'content-length': 100 });
    outgoing.write('short', () => outgoing.destroy());
  });
  for (const path of ['/long', '/broken']) {
    await expect(wire.request({ ...GET, path })).rejects.toMatchObject({ code: 'CLOSED' });
  }
});

test('closing the wire ends what is under way, and nothing is sent afterwards', async () => {
  let seen = 0;
  let arrived: () => void = () => {};
  const first = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const wire = await served(() => {
    seen += 1;
    arrived();
  });
  const asked = wire.request(GET);
  const refused = expect(asked).rejects.toMatchObject({ code: 'CLOSED' });
  await first;
  await wire.close();
  await refused;
  await expect(wire.request(GET)).rejects.toMatchObject({ code: 'CLOSED' });
  expect(seen).toBe(1);
});

test('an address that is no http address is refused in words', () => {
  for (const address of ['', 'serial:/dev/ttyS0', 'ftp://x', '127.0.0.1:80']) {
    expect(() => openHttpWire(address, clock)).toThrow(/BAD_ADDRESS|http/);
  }
});

test('an endless answer is handed over piece by piece and ends once, with the reason', async () => {
  const wire = await served((_, outgoing) => {
    outgoing.writeHead(200, { 'content-type': 'multipart/x' });
    outgoing.write('one');
    const timer = setInterval(() => outgoing.write('more'), 5);
    outgoing.on('close', () => clearInterval(timer));
  });
  const ends: string[] = [];
  let text = '';
  let running: { close(): void } | undefined;
  await new Promise<void>((resolve, reject) => {
    wire
      .stream(
        GET,
        (bytes) => {
          text += new TextDecoder().decode(bytes);
          if (text.length > 10) resolve();
        },
        (reason) => ends.push(reason),
      )
      .then((started) => {
        expect(started.headers['content-type']).toBe('multipart/x');
        running = started;
      })
      .catch(reject);
  });
  running?.close();
  running?.close();
  await wire.close();
  expect(ends).toEqual(['closed']);
  expect(text.startsWith('onemore')).toBe(true);
});

test('the wire in memory has the same deadline, the same hang-up and the same end', async () => {
  const wire = memoryRequestWire((request) => {
    if (request.path === '/silent') return new Promise(() => {});
    if (request.path === '/broken') throw new Error('hung up');
    return { status: 200, headers: {}, body: new Uint8Array([1, 2]) };
  }, clock);
  const silent = wire.request({ ...GET, path: '/silent', timeoutMs: 5 });
  await expect(silent).rejects.toMatchObject({ code: 'REQUEST_TIMEOUT' });
  const broken = wire.request({ ...GET, path: '/broken' });
  await expect(broken).rejects.toMatchObject({ code: 'CLOSED' });
  expect((await wire.request(GET)).body).toEqual(new Uint8Array([1, 2]));
  const pieces: number[] = [];
  const reason = await new Promise<string>((resolve, reject) => {
    wire.stream(GET, (bytes) => pieces.push(...bytes), resolve).catch(reject);
  });
  expect([reason, pieces]).toEqual(['ended', [1, 2]]);
  await wire.close();
  await expect(wire.request(GET)).rejects.toMatchObject({ code: 'CLOSED' });
});
