/** The server on real sockets: live screens, and clients that never finish. */
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestServer, type TestServer } from './server.fixture.ts';

let shop: TestServer;
let url: string;
const leave: (() => void)[] = [];

beforeEach(async () => {
  shop = await openTestServer();
  url = await shop.server.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(async () => {
  for (const each of leave.splice(0)) each();
  await shop.server.close();
});

interface Message {
  id: string;
  event: string;
  data: Record<string, unknown>;
}

/** A screen that listens; `next` resolves with the next message it hears. */
async function screen(lastEventId?: string) {
  const gone = new AbortController();
  leave.push(() => gone.abort());
  const response = await fetch(`${url}/api/lanes/lane-1/stream`, {
    signal: gone.signal,
    headers: lastEventId === undefined ? {} : { 'last-event-id': lastEventId },
  });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let held = '';
  return {
    leave: () => gone.abort(),
    async next(): Promise<Message> {
      while (!held.includes('\n\n')) {
        const { value, done } = await reader.read();
        if (done) throw new Error('the server ended the stream');
        held += value;
      }
      const [message = ''] = held.split('\n\n', 1);
      held = held.slice(message.length + 2);
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(message)?.[1] ?? '';
      return { id: field('id'), event: field('event'), data: JSON.parse(field('data')) };
    },
  };
}

describe('a screen', () => {
  it('gets all of it once, then only what changed; what is gone is null', async () => {
    const first = await screen();
    expect(await first.next()).toEqual({
      id: 'boot-1-0',
      event: 'snapshot',
      data: { screen: 'attract', help: { sinceWallMs: 1 } },
    });
    shop.show({ screen: 'basket', sale: { totalFen: 350 } });
    const patch = { screen: 'basket', sale: { totalFen: 350 } };
    expect(await first.next()).toEqual({ id: 'boot-1-1', event: 'patch', data: patch });
    shop.show({ help: undefined });
    expect(await first.next()).toEqual({ id: 'boot-1-2', event: 'patch', data: { help: null } });
  });

  it('is not told of what did not change, and of several changes at once', async () => {
    const first = await screen();
    await first.next();
    shop.show({ screen: 'attract' });
    shop.show({ screen: 'find' });
    shop.show({ notice: { id: 1 } });
    expect((await first.next()).data).toEqual({ screen: 'find', notice: { id: 1 } });
  });

  it('that comes back gets only what it missed', async () => {
    const first = await screen();
    const { id } = await first.next();
    first.leave();
    shop.show({ screen: 'basket' });
    await new Promise((resolve) => setImmediate(resolve));
    shop.show({ screen: 'pay' });
    await new Promise((resolve) => setImmediate(resolve));
    const again = await screen(id);
    expect(await again.next()).toMatchObject({ event: 'patch', data: { screen: 'basket' } });
    expect(await again.next()).toMatchObject({ event: 'patch', data: { screen: 'pay' } });
    shop.show({ screen: 'done' });
    expect(await again.next()).toMatchObject({ id: 'boot-1-3', data: { screen: 'done' } });
  });

  it.each([
    ['of another boot', 'boot-0-0'],
    ['of the future', 'boot-1-99'],
    ['that is none', 'hello'],
    ['of nothing', ''],
  ])('with an id %s gets all of it again', async (_, id) => {
    expect((await (await screen(id)).next()).event).toBe('snapshot');
  });

  it('that was away too long gets all of it again', async () => {
    for (let change = 0; change < 200; change++) {
      shop.show({ weight: change });
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await (await screen('boot-1-10')).next()).toMatchObject({
      event: 'snapshot',
      data: { weight: 199 },
    });
    expect((await (await screen('boot-1-150')).next()).data).toEqual({ weight: 150 });
  });

  it('does not keep a closing server open', async () => {
    const first = await screen();
    await first.next();
    await shop.server.close();
    await expect(first.next()).rejects.toThrow('the server ended the stream');
  });
});

it('a client that never finishes its request is cut, and others are served meanwhile', async () => {
  const port = Number(new URL(url).port);
  const slow = [
    'GET /api/lanes HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ',
    'POST /api/lanes/lane-1/commands HTTP/1.1\r\nHost: 127.0.0.1\r\n' +
      'Content-Type: application/json\r\nIdempotency-Key: slow-body-1\r\nContent-Length: 99\r\n\r\n{',
  ].map(
    (bytes) =>
      new Promise<string>((resolve, reject) => {
        const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
        leave.push(() => socket.destroy());
        let heard = '';
        socket.on('data', (chunk) => {
          heard += chunk;
        });
        socket.on('error', reject);
        socket.on('close', () => resolve(heard));
      }),
  );
  expect((await fetch(`${url}/api/lanes`)).status).toBe(200);
  for (const heard of await Promise.all(slow)) expect(heard).toMatch(/^HTTP\/1.1 408 |^$/);
  expect(shop.handled).toEqual([]);
}, 25_000);
