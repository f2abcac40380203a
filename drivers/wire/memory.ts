/**
 * A wire with both ends in this process: what one end writes, the other end hears, always
 * asynchronously and in the pieces the caller chose. Closing the far end is pulling the plug.
 */
import { type ByteWire, WireError } from '../contract.ts';
import { say } from '../say.ts';

/** Cuts one write into the pieces in which it arrives; empty pieces are skipped. */
export type Split = (bytes: Uint8Array) => Uint8Array[];

interface End {
  wire: ByteWire;
  deliver(bytes: Uint8Array): void;
  hangUp(reason: string): void;
}

function makeEnd(address: string, split: Split, other: () => End): End {
  const byteListeners: ((bytes: Uint8Array) => void)[] = [];
  const closeListeners: ((reason: string) => void)[] = [];
  let open = true;
  const hangUp = (reason: string): void => {
    if (!open) return;
    open = false;
    for (const listener of closeListeners.splice(0)) listener(reason);
    byteListeners.length = 0;
  };
  const deliver = (bytes: Uint8Array): void => {
    if (!open) return;
    for (const listener of [...byteListeners]) listener(bytes);
  };
  const wire: ByteWire = {
    kind: 'bytes',
    address,
    async write(bytes) {
      if (!open)
        throw new WireError(
          'CLOSED',
          say(`${address}: 连接已关闭`, `${address}: The wire is closed`),
        );
      for (const piece of split(Uint8Array.from(bytes))) {
        if (piece.length > 0) queueMicrotask(() => other().deliver(piece));
      }
    },
    onBytes: (listener) => void byteListeners.push(listener),
    onClose: (listener) => void closeListeners.push(listener),
    async close() {
      hangUp('closed');
      queueMicrotask(() => other().hangUp('hung up'));
    },
  };
  return { wire, deliver, hangUp };
}

/**
 * Two connected wires: the driver's end and the far (device's) end. `split` cuts every write,
 * in both directions, into the pieces that arrive; by default a write arrives whole.
 */
export function memoryPair(
  address = 'memory:',
  split: Split = (bytes) => [bytes],
): [near: ByteWire, far: ByteWire] {
  const near: End = makeEnd(address, split, () => far);
  const far: End = makeEnd(address, split, () => near);
  return [near.wire, far.wire];
}
