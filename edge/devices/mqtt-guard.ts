/**
 * Stands between a socket and the broker: reads the fixed headers of MQTT 3.1.1 (§2.2) as they
 * pass, and ends a connection whose first packet is no CONNECT, comes late or is too large, before
 * anything of it is kept. The broker's own parser would collect up to 256 MiB.
 */
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { Clock } from '../core/ports.ts';
import type { GuardReason } from '../core/views/mqtt-views.ts';

export const MAX_PACKET_BYTES = 64 * 1024;
/** Will, user, password and client id of a CONNECT. */
export const MAX_CONNECT_BYTES = 4096;
export const CONNECT_TIMEOUT_MS = 5000;

const CONNECT = 0x10;

/** Reads header after header; says what is wrong with the first that is not right. */
export function createHeaderReader() {
  let leftBytes = 0;
  let header: number[] = [];
  let connected = false;
  let whole = false;
  return {
    /** The CONNECT packet has come, all of it. */
    connected: () => whole,
    read(bytes: Uint8Array): GuardReason | undefined {
      let at = 0;
      while (at < bytes.length) {
        if (leftBytes > 0) {
          const step = Math.min(leftBytes, bytes.length - at);
          leftBytes -= step;
          at += step;
          whole = leftBytes === 0 || whole;
          continue;
        }
        header.push(bytes[at++] ?? 0);
        if (!connected && (header[0] ?? 0) !== CONNECT) return 'not-mqtt';
        const last = header.at(-1) ?? 0;
        if (header.length === 1 || (last & 0x80) !== 0) {
          if (header.length >= 5) return 'not-mqtt';
          continue;
        }
        leftBytes = header.slice(1).reduce((sum, byte, k) => sum + (byte & 0x7f) * 128 ** k, 0);
        if (leftBytes > (connected ? MAX_PACKET_BYTES : MAX_CONNECT_BYTES)) return 'too-large';
        connected = true;
        header = [];
      }
      return undefined;
    },
  };
}

/** The guarded stream, with the far address the broker asks for. */
export class GuardedSocket extends Duplex {
  readonly remoteAddress: string;
  readonly #socket: Socket;

  constructor(socket: Socket, after: Clock['after'], onRefused: (reason: GuardReason) => void) {
    super();
    this.#socket = socket.setNoDelay(true);
    this.remoteAddress = socket.remoteAddress ?? '';
    const reader = createHeaderReader();
    const refuse = (reason: GuardReason): void => {
      if (this.destroyed) return;
      onRefused(reason);
      this.destroy();
    };
    const cancel = after(CONNECT_TIMEOUT_MS, () => refuse('connect-timeout'));
    socket.on('data', (bytes: Buffer) => {
      const reason = reader.read(bytes);
      if (reason !== undefined) return refuse(reason);
      if (reader.connected()) cancel();
      if (!this.push(bytes)) socket.pause();
    });
    socket.on('end', () => this.push(null));
    socket.on('error', () => this.destroy());
    socket.on('close', () => {
      cancel();
      this.destroy();
    });
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(bytes: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    if (this.#socket.destroyed) done();
    else this.#socket.write(bytes, (error) => done(error));
  }

  /** The parts of a packet, which the broker writes one by one, leave as one. */
  override _writev(
    parts: { chunk: Buffer; encoding: BufferEncoding }[],
    done: (error?: Error | null) => void,
  ): void {
    this._write(Buffer.concat(parts.map(({ chunk }) => chunk)), 'buffer', done);
  }

  override _final(done: () => void): void {
    this.#socket.end(() => done());
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }
}
