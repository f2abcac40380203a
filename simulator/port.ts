import type { Clock } from './runtime.ts';

/** A device's own end of its cable: all a twin ever sees of the world's computers. */
export interface Port {
  /** Bytes the controller sent to the device. */
  onBytes(listener: (bytes: Uint8Array) => void): void;
  /** Bytes the device sends; lost where the cable is out. */
  write(bytes: Uint8Array): void;
}

/** A cable that can be pulled out and put back; the twin keeps its port through it. */
export interface Cable extends Port {
  readonly plugged: boolean;
  unplug(): void;
  plug(): void;
  /** Pulls the cable for good. */
  close(): void;
}

/** The controller's end of a cable in memory, to be joined to a wire of its own. */
export interface MemoryHost {
  write(bytes: Uint8Array): void;
  onBytes(listener: (bytes: Uint8Array) => void): void;
  /** The cable was pulled: the wire is dead and a new one must be joined after `plug`. */
  onUnplug(listener: () => void): void;
}

export interface MemoryCable extends Cable {
  /** A fresh controller's end, replacing the one before; undefined while the cable is out. */
  connect(): MemoryHost | undefined;
}

/** A byte on a serial line is ten bit times: start, eight data (or seven and parity), stop. */
const BITS_PER_BYTE = 10;
/** Bytes come in small groups, as from a UART's buffer, not one timer a byte. */
const GROUP_MS = 4;

/** Sends bytes at the line's speed: `write` queues, `send` gets small groups on time. */
export function paced(clock: Clock, baudRate: number, send: (bytes: Uint8Array) => void) {
  const byteMs = (BITS_PER_BYTE * 1000) / baudRate;
  let queue: Uint8Array[] = [];
  let waiting = 0;
  let lineFreeMs = 0;
  let cancel: (() => void) | undefined;
  const pump = () => {
    cancel = undefined;
    const due = Math.min(waiting, Math.max(1, Math.floor((clock.monoMs() - lineFreeMs) / byteMs)));
    const all = Buffer.concat(queue);
    lineFreeMs += due * byteMs;
    waiting -= due;
    queue = waiting > 0 ? [all.subarray(due)] : [];
    if (waiting > 0) cancel = clock.after(Math.max(GROUP_MS, byteMs), pump);
    send(all.subarray(0, due));
  };
  return {
    write(bytes: Uint8Array): void {
      if (bytes.length === 0) return;
      queue.push(Uint8Array.from(bytes));
      waiting += bytes.length;
      if (cancel) return;
      lineFreeMs = Math.max(lineFreeMs, clock.monoMs());
      cancel = clock.after(Math.max(GROUP_MS, byteMs), pump);
    },
    /** Forgets what was not sent yet: the cable is out. */
    drop(): void {
      cancel?.();
      cancel = undefined;
      queue = [];
      waiting = 0;
    },
  };
}

/** A cable in memory. `baudRate` paces the device's bytes; the controller's arrive whole. */
export function memoryPort(clock: Clock, baudRate = 9600): MemoryCable {
  const listeners: ((bytes: Uint8Array) => void)[] = [];
  let host: { bytes: ((bytes: Uint8Array) => void)[]; unplug: (() => void)[] } | undefined;
  let plugged = true;
  const line = paced(clock, baudRate, (bytes) => {
    for (const listener of host?.bytes ?? []) listener(bytes);
  });
  const unplug = () => {
    const gone = host;
    plugged = false;
    host = undefined;
    line.drop();
    for (const listener of gone?.unplug ?? []) listener();
  };
  return {
    get plugged() {
      return plugged;
    },
    onBytes: (listener) => void listeners.push(listener),
    write: (bytes) => {
      if (plugged) line.write(bytes);
    },
    unplug,
    plug: () => {
      plugged = true;
    },
    close: unplug,
    connect: () => {
      if (!plugged) return undefined;
      line.drop();
      const mine: NonNullable<typeof host> = { bytes: [], unplug: [] };
      host = mine;
      return {
        write: (bytes) => {
          if (host !== mine) return;
          const copy = Uint8Array.from(bytes);
          for (const listener of listeners) listener(copy);
        },
        onBytes: (listener) => void mine.bytes.push(listener),
        onUnplug: (listener) => void mine.unplug.push(listener),
      };
    },
  };
}
