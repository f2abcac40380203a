/** Links in memory between the controller's drivers and the simulator's twins. */
import {
  type ByteWire,
  type RequestWire,
  type TopicWire,
  WireError,
} from '../../../drivers/contract.ts';
import { memoryPair } from '../../../drivers/wire/memory.ts';
import { memoryRequestWire } from '../../../drivers/wire/request.ts';
import type { Scene } from '../../../simulator/camera-frame.ts';
import type { MemoryCable } from '../../../simulator/port.ts';
import type { Dial } from '../../../simulator/topics.ts';
import type { Acquirer } from '../../../simulator/twins/acquirer.ts';
import type { Clock } from '../../core/ports.ts';

/** One end to the driver, the other to the twin's cable. A pulled cable is a missing port. */
export async function joinCable(address: string, cable: MemoryCable): Promise<ByteWire> {
  const host = cable.connect();
  if (!host)
    throw new WireError('PORT_MISSING', {
      zh: `${address}: 线已拔出`,
      en: `${address}: the cable is out`,
    });
  const [near, far] = memoryPair(address);
  far.onBytes((bytes) => host.write(bytes));
  host.onBytes((bytes) => {
    far.write(bytes).catch(() => far.close());
  });
  host.onUnplug(() => far.close());
  return near;
}

/** The acquirer as a request wire; a pulled cable there is its silence. */
export function joinAcquirer(acquirer: Acquirer, clock: Clock): RequestWire {
  return memoryRequestWire(({ method, path, body }) => {
    return acquirer.handle({ method, path, ...(body && { body }) });
  }, clock);
}

/** A broker in memory as the driver's wire of topics. */
export function joinTopics(address: string, dial: Dial): Promise<TopicWire> {
  const listeners: ((topic: string, payload: Uint8Array, retained: boolean) => void)[] = [];
  const closeListeners: ((reason: string) => void)[] = [];
  let open = true;
  const shut = (reason: string) => {
    if (open) for (const listener of closeListeners.splice(0)) listener(reason);
    open = false;
  };
  const closed = () =>
    new WireError('CLOSED', { zh: `${address}: 已断开`, en: `${address}: the line is broken` });
  return new Promise((resolve, reject) => {
    const line = dial(
      { clientId: 'controller', will: { topic: '', payload: '' } },
      {
        connected: () =>
          resolve({
            ...{ kind: 'topics', address },
            async publish(topic, payload, { qos, retain = false }) {
              if (!open) throw closed();
              line?.publish(topic, payload, qos, retain);
            },
            async subscribe(filter) {
              if (!open) throw closed();
              line?.subscribe(filter);
            },
            onMessage: (listener) => void listeners.push(listener),
            onClose: (listener) => void closeListeners.push(listener),
            async close() {
              shut('closed');
              line?.cut();
            },
          }),
        message(topic, payload, retained) {
          if (open) for (const listener of listeners) listener(topic, payload, retained);
        },
        closed() {
          shut('hung up');
          reject(closed());
        },
      },
    );
  });
}

export interface MemoryCameraParts {
  scene(): Scene;
  /** A JPEG of what lies there; real work, awaited outside simulated time. */
  compose(scene: Scene): Promise<Uint8Array>;
  plugged(): boolean;
  clock: Clock;
}

const FRAME_MS = 200;
const BOUNDARY = 'frame';

/** The camera's endless MJPEG stream. An unchanged scene is the same picture again. */
export function joinCamera({ scene, compose, plugged, clock }: MemoryCameraParts): RequestWire {
  let closed = false;
  return {
    kind: 'request',
    address: 'memory:camera',
    request: async () => {
      throw new WireError('UNREACHABLE', {
        zh: 'memory:camera: 只有视频流',
        en: 'memory:camera: streams only',
      });
    },
    async stream(_request, onBytes, onEnd) {
      if (!plugged())
        throw new WireError('UNREACHABLE', {
          zh: 'memory:camera: 线已拔出',
          en: 'memory:camera: the cable is out',
        });
      let seen = '';
      let part = new Uint8Array();
      let open = true;
      const end = (reason: string) => {
        if (open) onEnd(reason);
        open = false;
      };
      const tick = async () => {
        if (!open || closed) return;
        if (!plugged()) return end('unplugged');
        const now = scene();
        const look = JSON.stringify(now);
        if (look !== seen) {
          seen = look;
          part = mjpegPart(await compose(now));
        }
        if (open) onBytes(part);
        clock.after(FRAME_MS, next);
      };
      const next = () => {
        tick().catch((error: unknown) => end(String(error)));
      };
      clock.after(0, next);
      const headers = { 'content-type': `multipart/x-mixed-replace; boundary=${BOUNDARY}` };
      return { status: 200, headers, close: () => end('closed') };
    },
    async close() {
      closed = true;
    },
  };
}

function mjpegPart(jpeg: Uint8Array): Uint8Array<ArrayBuffer> {
  const head = `--${BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\n\r\n`;
  return Uint8Array.from(Buffer.concat([Buffer.from(head), jpeg, Buffer.from('\r\n')]));
}
