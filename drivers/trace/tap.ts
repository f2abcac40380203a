/**
 * Listens at the wire itself, outside every driver: what is written and what is heard goes into
 * the ring on its way. What a payment wire carries is a secret of somebody's: only its length is
 * kept. Pictures are kept by their number and size.
 */
import type { ByteWire, DeviceKind, RequestWire, TopicWire, Wire } from '../contract.ts';
import type { TraceRing } from './ring.ts';

/** Pieces of an endless stream are told together, at most this often. */
const STREAM_NOTE_US = 1_000_000;

export function tapWire(wire: Wire, kind: DeviceKind, ring: TraceRing, nowUs: () => number): Wire {
  const secret = kind === 'payment';
  if (wire.kind === 'bytes') return tapBytes(wire, secret, ring);
  if (wire.kind === 'topics') return tapTopics(wire, ring);
  return tapRequests(wire, secret, ring, nowUs);
}

function tapBytes(wire: ByteWire, secret: boolean, ring: TraceRing): ByteWire {
  const heard = (direction: 'rx' | 'tx', bytes: Uint8Array): void => {
    if (secret) ring.say('note', `${direction} ${bytes.length} B (payment, not kept)`);
    else ring.add(direction, bytes);
  };
  const listeners: ((bytes: Uint8Array) => void)[] = [];
  const tapped: ByteWire = {
    kind: 'bytes',
    address: wire.address,
    async write(bytes, timeoutMs) {
      heard('tx', bytes);
      try {
        await wire.write(bytes, timeoutMs);
      } catch (error) {
        ring.say('note', `not sent: ${error instanceof Error ? error.message : String(error)}`);
        throw error;
      }
    },
    onBytes(listener) {
      listeners.push(listener);
      // Only now: a wire keeps what came early for whoever listens first.
      if (listeners.length > 1) return;
      wire.onBytes((bytes) => {
        heard('rx', bytes);
        for (const each of listeners) each(bytes);
      });
    },
    onClose: (listener) => wire.onClose(listener),
    close: () => wire.close(),
  };
  wire.onClose((why) => ring.say('note', `closed: ${why}`));
  return tapped;
}

/** No payment goes by topics, and a wire says its address without a password: all is kept. */
function tapTopics(wire: TopicWire, ring: TraceRing): TopicWire {
  const keep = (direction: 'rx' | 'tx', topic: string, payload: Uint8Array): void => {
    ring.say('note', `${direction} ${topic}`);
    if (payload.length > 0) ring.add(direction, payload);
  };
  wire.onClose((why) => ring.say('note', `closed: ${why}`));
  return {
    kind: 'topics',
    address: wire.address,
    publish(topic, payload, options) {
      keep('tx', topic, payload);
      return wire.publish(topic, payload, options);
    },
    subscribe(filter, timeoutMs) {
      ring.say('note', `subscribe ${filter}`);
      return wire.subscribe(filter, timeoutMs);
    },
    onMessage(listener) {
      wire.onMessage((topic, payload, retained) => {
        keep('rx', topic, payload);
        listener(topic, payload, retained);
      });
    },
    onClose: (listener) => wire.onClose(listener),
    close: () => wire.close(),
  };
}

function tapRequests(
  wire: RequestWire,
  secret: boolean,
  ring: TraceRing,
  nowUs: () => number,
): RequestWire {
  const keep = (direction: 'rx' | 'tx', head: string, body: Uint8Array): void => {
    ring.say(
      'note',
      `${direction} ${head}${secret ? ` ${body.length} B (payment, not kept)` : ''}`,
    );
    if (!secret && body.length > 0) ring.add(direction, body);
  };
  const bare = (path: string): string => path.split('?')[0] ?? '';
  return {
    kind: 'request',
    address: wire.address,
    async request(request) {
      keep('tx', `${request.method} ${bare(request.path)}`, request.body ?? new Uint8Array());
      try {
        const response = await wire.request(request);
        keep('rx', String(response.status), response.body);
        return response;
      } catch (error) {
        ring.say('note', `no answer: ${error instanceof Error ? error.message : String(error)}`);
        throw error;
      }
    },
    stream(request, onBytes, onEnd) {
      ring.say('note', `tx ${request.method} ${bare(request.path)} (stream)`);
      const flow = { pieces: 0, bytes: 0, sinceUs: nowUs() };
      const told = (bytes: Uint8Array): void => {
        flow.pieces += 1;
        flow.bytes += bytes.length;
        if (nowUs() - flow.sinceUs < STREAM_NOTE_US) return;
        ring.say('note', `rx ${flow.pieces} pieces, ${flow.bytes} B`);
        Object.assign(flow, { pieces: 0, bytes: 0, sinceUs: nowUs() });
      };
      const heard = (bytes: Uint8Array): void => {
        told(bytes);
        onBytes(bytes);
      };
      const ended = (reason: string): void => {
        ring.say('note', `closed: ${reason}`);
        onEnd(reason);
      };
      return wire.stream(request, heard, ended);
    },
    close: () => wire.close(),
  };
}
