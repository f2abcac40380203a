/** A TCP connection (a serial server, a network printer) as a byte wire. */
import { connect, type Socket } from 'node:net';
import { type ByteWire, WireError } from '../contract.ts';
import { say } from '../say.ts';
import { ioClock } from './io-clock.ts';
import { outbox } from './outbox.ts';

export const CONNECT_TIMEOUT_MS = 3000;

function connected(host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true, keepAlive: true });
    const fail = (why: string): void => {
      cancel();
      socket.destroy();
      const text = say(`连不上 ${host}:${port}（${why}）`, `Cannot reach ${host}:${port} (${why})`);
      reject(new WireError('UNREACHABLE', text));
    };
    const cancel = ioClock.after(CONNECT_TIMEOUT_MS, () => fail('timeout'));
    const refused = (error: Error): void => fail(error.message);
    socket.once('error', refused);
    socket.once('connect', () => {
      cancel();
      socket.off('error', refused);
      resolve(socket);
    });
  });
}

/** Connects within 3 s or rejects with UNREACHABLE. */
export async function openTcp(address: string, host: string, port: number): Promise<ByteWire> {
  const socket = await connected(host, port);
  const closeListeners: ((reason: string) => void)[] = [];
  const sending = outbox(
    address,
    (bytes, done) => socket.write(bytes, done),
    () => shut('write timeout'),
  );
  let open = true;
  const shut = (reason: string): void => {
    if (!open) return;
    open = false;
    sending.close();
    socket.removeAllListeners('data');
    socket.destroy();
    for (const listener of closeListeners.splice(0)) listener(reason);
  };
  socket.on('error', (error) => shut(error.message));
  socket.on('end', () => shut('hung up'));
  socket.on('close', () => shut('hung up'));
  return {
    kind: 'bytes',
    address,
    write: (bytes, timeoutMs) => sending.write(bytes, timeoutMs),
    onBytes: (listener) => void socket.on('data', listener),
    onClose: (listener) => void closeListeners.push(listener),
    async close() {
      shut('closed');
    },
  };
}
