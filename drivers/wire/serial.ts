/**
 * A serial port or a pty as a byte wire, on serialport 13. One port object per connection, never
 * reopened: the stream keeps bytes written after an unplug and would send them at the next open.
 * The error listener is attached in the constructor's own tick: without one, a missing port ends
 * the process. Hang-ups the stream misses are noticed by watching the folder of the device file.
 */
import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { SerialPort } from 'serialport';
import { type ByteWire, WireError } from '../contract.ts';
import { say } from '../say.ts';
import { ioClock } from './io-clock.ts';
import { outbox } from './outbox.ts';
import { watchFolder } from './ports.ts';

/** Line settings; the data bits are what travels, parity is added by the port's own hardware. */
export interface SerialSettings {
  baudRate: number;
  dataBits: 7 | 8;
  stopBits: 1 | 2;
  parity: 'none' | 'even' | 'odd';
}

/** The part of serialport's stream that is used here; the mock's stream has it too. */
export interface PortStream {
  readonly isOpen: boolean;
  open(done: (error: Error | null) => void): void;
  close(done: (error: Error | null) => void): void;
  destroy(): unknown;
  write(bytes: Buffer, encoding: undefined, done: (error?: Error | null) => void): boolean;
  on(event: 'data', listener: (bytes: Buffer) => void): unknown;
  on(event: 'error' | 'close', listener: (error: Error) => void): unknown;
  removeAllListeners(event: string): unknown;
}

/** Makes the stream, closed, without touching the port yet. */
export type MakePort = (path: string, settings: SerialSettings) => PortStream;

const realPort: MakePort = (path, settings) =>
  new SerialPort({ path, ...settings, autoOpen: false, lock: true, highWaterMark: 4096 });

/** What the system said about opening `path`, in the words of the error table. */
export function openError(path: string, error: Error): WireError {
  const said = error.message;
  if (/no such file|no such device|cannot open.*not found|does not exist/i.test(said)) {
    return new WireError(
      'PORT_MISSING',
      say(`找不到串口 ${path}`, `Port ${path} is not there (${said})`),
    );
  }
  if (/lock|busy|temporarily unavailable/i.test(said)) {
    return new WireError(
      'PORT_BUSY',
      say(`串口 ${path} 被占用`, `Port ${path} is in use (${said})`),
    );
  }
  if (/permission|access denied|not permitted/i.test(said)) {
    return new WireError(
      'PORT_DENIED',
      say(`无权打开串口 ${path}`, `No right to open ${path} (${said})`),
    );
  }
  return new WireError(
    'PORT_MISSING',
    say(`串口 ${path} 打不开（${said}）`, `Port ${path} does not open (${said})`),
  );
}

function openPort(port: PortStream, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    port.open((error) => (error ? reject(openError(path, error)) : resolve()));
  });
}

/** Calls `gone` when the device file of an open port disappears. */
function watchForUnplug(path: string, gone: () => void): () => void {
  const files = existsSync(path) ? [path, realpathSync(path)] : [path];
  const stops = [...new Set(files)].map((file) =>
    watchFolder(dirname(file), (name) => {
      if ((name === null || name === basename(file)) && !existsSync(path)) gone();
    }),
  );
  return () => {
    for (const stop of stops) stop?.();
  };
}

/**
 * Opens `path`; rejects with PORT_MISSING, PORT_BUSY or PORT_DENIED, naming the path.
 * @param address how people know the wire
 */
export async function openSerial(
  address: string,
  path: string,
  settings: SerialSettings,
  make: MakePort = realPort,
): Promise<ByteWire> {
  const port = make(path, settings);
  const bytesListeners: ((bytes: Uint8Array) => void)[] = [];
  const closeListeners: ((reason: string) => void)[] = [];
  let early: Uint8Array[] = [];
  let released: Promise<void> | undefined;
  let shut: ((reason: string) => void) | undefined;
  port.on('error', (error: Error) => shut?.(error.message));
  await openPort(port, path);

  const sending = outbox(
    address,
    (bytes, done) => port.write(bytes, undefined, done),
    () => shut?.('write timeout'),
  );
  const stopWatching = watchForUnplug(path, () => shut?.('unplugged'));
  shut = (reason) => {
    shut = undefined;
    sending.close();
    stopWatching();
    released = release(port);
    bytesListeners.length = 0;
    for (const listener of closeListeners.splice(0)) listener(reason);
  };
  port.on('close', () => shut?.('unplugged'));
  port.on('data', (bytes: Uint8Array) => {
    if (bytesListeners.length === 0 && early.length < 64) early.push(bytes);
    for (const listener of [...bytesListeners]) listener(bytes);
  });

  return {
    kind: 'bytes',
    address,
    write: (bytes, timeoutMs) => sending.write(bytes, timeoutMs),
    onBytes(listener) {
      bytesListeners.push(listener);
      for (const bytes of early) listener(bytes);
      early = [];
    },
    onClose: (listener) => void closeListeners.push(listener),
    async close() {
      shut?.('closed');
      await released;
    },
  };
}

/**
 * Lets go of the system's port for good; whatever the stream still says is of no interest. The
 * kernel may hold a port with unsent bytes for long: nobody waits for it longer than 2 s.
 */
function release(port: PortStream): Promise<void> {
  port.removeAllListeners('data');
  port.removeAllListeners('close');
  return new Promise((resolve) => {
    const cancel = ioClock.after(2000, resolve);
    const done = (): void => {
      cancel();
      port.destroy();
      resolve();
    };
    if (port.isOpen) port.close(done);
    else done();
  });
}
