/**
 * The sending half of a real byte wire: every write has a deadline, no more than 4 KiB wait, and
 * nothing survives the wire. Streams of closed ports never call back, so the waiting promises are
 * settled here and never by the stream alone.
 */
import { WireError } from '../contract.ts';
import { say } from '../say.ts';
import { ioClock } from './io-clock.ts';

export const MAX_WAITING_BYTES = 4096;
export const DEFAULT_WRITE_TIMEOUT_MS = 1000;

export interface Outbox {
  write(bytes: Uint8Array, timeoutMs?: number): Promise<void>;
  /** Bytes handed to the stream and not yet taken by the system. */
  waiting(): number;
  /** Rejects everything that waits; every later write is refused. */
  close(): void;
}

/**
 * @param send hands bytes to the stream and calls back when the system took them
 * @param onStuck called when a write passed its deadline: bytes may sit in the stream, so the
 *   wire must be given up, or they would reach the device at some later time
 */
export function outbox(
  address: string,
  send: (bytes: Buffer, done: (error?: Error | null) => void) => void,
  onStuck: () => void,
): Outbox {
  const pending = new Set<(error: WireError) => void>();
  let open = true;
  let waiting = 0;
  const closed = (): WireError =>
    new WireError('CLOSED', say(`${address}: 连接已关闭`, `${address}: The wire is closed`));

  const write = (bytes: Uint8Array, timeoutMs = DEFAULT_WRITE_TIMEOUT_MS): Promise<void> => {
    if (!open) return Promise.reject(closed());
    if (waiting + bytes.length > MAX_WAITING_BYTES) {
      const text = say(
        `${address}: 待发送数据过多`,
        `${address}: More than ${MAX_WAITING_BYTES} bytes are waiting`,
      );
      return Promise.reject(new WireError('QUEUE_FULL', text));
    }
    waiting += bytes.length;
    return new Promise((resolve, reject) => {
      const settle = (error?: WireError): void => {
        if (!pending.delete(settle)) return;
        cancel();
        waiting -= bytes.length;
        if (error) reject(error);
        else resolve();
      };
      const cancel = ioClock.after(timeoutMs, () => {
        const text = say(
          `${address}: ${timeoutMs} 毫秒内发不出去`,
          `${address}: Not sent within ${timeoutMs} ms`,
        );
        settle(new WireError('WRITE_TIMEOUT', text));
        onStuck();
      });
      pending.add(settle);
      send(Buffer.from(bytes), (error) => settle(error ? closed() : undefined));
    });
  };

  return {
    write,
    waiting: () => waiting,
    close() {
      open = false;
      for (const settle of [...pending]) settle(closed());
    },
  };
}
