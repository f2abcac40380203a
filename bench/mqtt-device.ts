/** A device of bare MQTT 3.1.1 packets, so that the broker and the driver are what is measured. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const CONNECT = 0x10;
const PUBLISH = 0x30;
const PUBLISH_QOS1 = 0x32;
const SUBSCRIBE = 0x82;

const text = (value: string): Buffer => {
  const utf8 = Buffer.from(value);
  return Buffer.concat([Buffer.from([utf8.length >> 8, utf8.length & 0xff]), utf8]);
};

function packet(type: number, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const length: number[] = [];
  for (let left = body.length; ; left >>= 7) {
    length.push((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
    if (left <= 0x7f) return Buffer.concat([Buffer.from([type, ...length]), body]);
  }
}

export const publishBytes = (topic: string, body: object, qos: 0 | 1): Buffer => {
  const id = qos === 1 ? [Buffer.from([0, 1])] : [];
  const payload = Buffer.from(JSON.stringify(body));
  return packet(qos === 1 ? PUBLISH_QOS1 : PUBLISH, text(topic), ...id, payload);
};

export interface BareDevice {
  socket: Socket;
  subscribe(filter: string): void;
  publish(topic: string, body: object, qos: 0 | 1): void;
  /** Payloads of what is published to it. */
  onPayload(listener: (payload: string) => void): void;
}

/** Connected and let in. */
export async function bareDevice(port: number, id: string, password: string): Promise<BareDevice> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  const flags = Buffer.from([4, 0xc2, 0, 0]);
  socket.write(packet(CONNECT, text('MQTT'), flags, text(id), text(id), text(password)));
  await once(socket, 'data');
  const listeners: ((payload: string) => void)[] = [];
  let held = Buffer.alloc(0);
  socket.on('data', (bytes: Buffer) => {
    held = Buffer.concat([held, bytes]);
    for (;;) {
      const whole = firstOf(held);
      if (!whole) return;
      held = held.subarray(whole.end);
      if (whole.type >> 4 !== 3) continue;
      const qos = (whole.type >> 1) & 3;
      const topicEnd = whole.start + 2 + lengthAt(whole.bytes, whole.start);
      const id = whole.bytes.subarray(topicEnd, topicEnd + (qos ? 2 : 0));
      if (qos) socket.write(packet(0x40, id));
      const payload = whole.bytes.subarray(topicEnd + id.length, whole.end).toString();
      for (const listener of listeners) listener(payload);
    }
  });
  return {
    socket,
    subscribe: (filter) =>
      void socket.write(packet(SUBSCRIBE, Buffer.from([0, 1]), text(filter), Buffer.of(1))),
    publish: (topic, body, qos) => void socket.write(publishBytes(topic, body, qos)),
    onPayload: (listener) => void listeners.push(listener),
  };
}

const lengthAt = (bytes: Buffer, at: number): number => bytes.readUInt16BE(at);

function firstOf(bytes: Buffer) {
  let length = 0;
  for (let at = 1; at < bytes.length && at < 5; at++) {
    const byte = bytes[at] ?? 0;
    length += (byte & 0x7f) << (7 * (at - 1));
    if (byte & 0x80) continue;
    const end = at + 1 + length;
    return bytes.length < end ? undefined : { type: bytes[0] ?? 0, start: at + 1, end, bytes };
  }
  return undefined;
}
