import { createServer } from 'node:net';
import { expect, test, vi } from 'vitest';
import { memoryPair } from './memory.ts';
import { openWire, parseSerialAddress } from './open.ts';
import { checkParity, PARITY_ERROR_BYTE, withoutParityBit, withParityBit } from './parity.ts';

test.each([
  ['', 'unknown kind of link'],
  ['usb:1', 'unknown kind of link "usb"'],
  ['memory:', 'unknown kind of link "memory"'],
  ['serial:COM3', 'must begin with /'],
  ['serial:/dev/x?baud=fast', 'no line speed'],
  ['serial:/dev/x?baud=9600&parity=mark', 'parity=mark, use none|even|odd'],
  ['serial:/dev/x?speed=9600', 'unknown setting "speed"'],
  ['tcp:printer', 'host:port'],
  ['tcp:printer:99999', 'host:port'],
  ['http://', 'not a URL'],
])('the address "%s" is refused: %s', async (address, why) => {
  const opening = openWire(address);
  await expect(opening).rejects.toMatchObject({ code: 'BAD_ADDRESS', retry: false });
  await expect(opening).rejects.toThrow(why);
});

test('what the address does not say comes from the driver', () => {
  const line = { baudRate: 4800, dataBits: 7, parity: 'even' } as const;
  expect(parseSerialAddress('serial:/dev/x', line).line).toEqual(line);
  expect(parseSerialAddress('serial:/dev/x?baud=19200&bits=8&parity=none', line)).toEqual({
    path: '/dev/x',
    line: { baudRate: 19200, dataBits: 8, parity: 'none' },
    stopBits: 1,
    checked: true,
  });
});

test('a memory wire comes in by injection and hears the pieces the far end chose', async () => {
  const [near, far] = memoryPair('memory:scale', (bytes) => [bytes.slice(0, 1), bytes.slice(1)]);
  const wire = await openWire('memory:scale', undefined, { memory: async () => near });
  if (wire.kind !== 'bytes') throw new Error('not a byte wire');
  const pieces: number[][] = [];
  const reasons: string[] = [];
  wire.onBytes((bytes) => pieces.push([...bytes]));
  wire.onClose((reason) => reasons.push(reason));
  await far.write(Uint8Array.of(1, 2, 3));
  await vi.waitFor(() => expect(pieces).toEqual([[1], [2, 3]]));
  await far.close();
  await vi.waitFor(() => expect(reasons).toEqual(['hung up']));
  await expect(wire.write(Uint8Array.of(1))).rejects.toMatchObject({ code: 'CLOSED' });
});

test('a serial server over TCP speaks both ways and its going is noticed', async () => {
  const server = createServer((socket) => socket.pipe(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const at = server.address();
  if (at === null || typeof at === 'string') throw new Error('no port');
  const sockets: { destroy(): void }[] = [];
  server.on('connection', (socket) => sockets.push(socket));
  const wire = await openWire(`tcp:127.0.0.1:${at.port}`);
  if (wire.kind !== 'bytes') throw new Error('not a byte wire');
  const heard: number[] = [];
  const reasons: string[] = [];
  wire.onBytes((bytes) => heard.push(...bytes));
  wire.onClose((reason) => reasons.push(reason));
  await wire.write(Uint8Array.of(5));
  await vi.waitFor(() => expect(heard).toEqual([5]));
  for (const socket of sockets) socket.destroy();
  await vi.waitFor(() => expect(reasons).toHaveLength(1));
  await new Promise((resolve) => server.close(resolve));
  await expect(openWire(`tcp:127.0.0.1:${at.port}`)).rejects.toMatchObject({
    code: 'UNREACHABLE',
  });
});

test('every single wrong bit of a 7-bit byte is seen', () => {
  for (const parity of ['even', 'odd'] as const) {
    for (let byte = 0; byte < 128; byte++) {
      const sent = withParityBit(byte, parity);
      expect(withoutParityBit(sent, parity)).toBe(byte);
      for (let bit = 0; bit < 8; bit++) {
        expect(withoutParityBit(sent ^ (1 << bit), parity)).toBe(PARITY_ERROR_BYTE);
      }
    }
  }
});

test('an adapter that sends plain seven bits can be told so', async () => {
  const [near, far] = memoryPair();
  const wire = checkParity(near, 'odd', false);
  const heard: number[] = [];
  wire.onBytes((bytes) => heard.push(...bytes));
  await far.write(Uint8Array.of(0x82, 0x30));
  await vi.waitFor(() => expect(heard).toEqual([0x02, 0x30]));
});
