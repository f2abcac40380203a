// What is between a driver and its device: bytes both ways, requests and answers, or topics.

/**
 * A byte duplex to one device, single-use: once closed it stays closed and reconnecting makes a
 * new one. Serial, pty, tcp and memory wires all behave like this.
 */
export interface ByteWire {
  readonly kind: 'bytes';
  /** How the wire was opened, e.g. `serial:/dev/serial/by-id/x?baud=9600`; for people. */
  readonly address: string;
  /**
   * Sends all bytes or rejects with a WireError: `CLOSED`, `WRITE_TIMEOUT` (after `timeoutMs`,
   * default 1000) or `QUEUE_FULL` (> 4 KiB waiting). Never hangs, never writes after close.
   */
  write(bytes: Uint8Array, timeoutMs?: number): Promise<void>;
  onBytes(listener: (bytes: Uint8Array) => void): void;
  /** Called once, with the reason; a wire that was closed by us says `closed`. */
  onClose(listener: (reason: string) => void): void;
  close(): Promise<void>;
}

export interface WireRequest {
  method: 'GET' | 'POST';
  /** Path and query relative to the wire's base address. */
  path: string;
  headers?: Record<string, string>;
  body?: Uint8Array;
  timeoutMs: number;
}

export interface WireResponse {
  status: number;
  headers: Record<string, string>;
  body: Uint8Array;
}

/** Request/response to one device (HTTP, or memory in tests). Rejects with WireError. */
export interface RequestWire {
  readonly kind: 'request';
  readonly address: string;
  request(request: WireRequest): Promise<WireResponse>;
  /** A response read piece by piece, for streams that never end (MJPEG). */
  stream(
    request: WireRequest,
    onBytes: (bytes: Uint8Array) => void,
    onEnd: (reason: string) => void,
  ): Promise<{ status: number; headers: Record<string, string>; close(): void }>;
  close(): Promise<void>;
}

/**
 * Topics of a message broker, single-use like a byte wire: what was not confirmed when it closed
 * is given up, never sent on a later connection.
 */
export interface TopicWire {
  readonly kind: 'topics';
  /** Without user and password. */
  readonly address: string;
  /**
   * Resolves when the broker has it (QoS 1) or the system took it (QoS 0), which says nothing of
   * the device. Rejects with WireError `CLOSED`, `WRITE_TIMEOUT` (`timeoutMs`, default 1000; ends
   * the wire, and may still arrive, so a command must carry its own expiry) or `QUEUE_FULL` (64 unconfirmed).
   */
  publish(
    topic: string,
    payload: Uint8Array,
    options: { qos: 0 | 1; retain?: boolean; timeoutMs?: number },
  ): Promise<void>;
  /** Rejects as `publish` does, and with `LOGIN_REFUSED` where the account may not read it. */
  subscribe(filter: string, timeoutMs?: number): Promise<void>;
  onMessage(listener: (topic: string, payload: Uint8Array, retained: boolean) => void): void;
  onClose(listener: (reason: string) => void): void;
  close(): Promise<void>;
}

export type Wire = ByteWire | RequestWire | TopicWire;
