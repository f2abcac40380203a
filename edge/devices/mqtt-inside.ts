/** The controller's own way to its broker: topics without a socket in between. */
import type { Aedes, AedesPublishPacket } from 'aedes';
import { type TopicWire, WireError } from '../../drivers/contract.ts';

/** A wire of topics on a broker in this process. */
export function insideWire(aedes: Aedes): TopicWire {
  const address = 'broker:';
  const listeners: ((topic: string, payload: Uint8Array, retained: boolean) => void)[] = [];
  const closeListeners: ((why: string) => void)[] = [];
  const filters: string[] = [];
  let open = true;
  const closed = () =>
    new WireError('CLOSED', { zh: '消息服务器已关闭', en: 'The broker is closed' });
  const say = ({ topic, payload }: AedesPublishPacket, retained: boolean): void => {
    if (!open) return;
    for (const listener of listeners) listener(topic, Buffer.from(payload), retained);
  };
  const deliver = (packet: AedesPublishPacket, done: () => void): void => {
    say(packet, false);
    done();
  };
  const shut = (why: string): void => {
    if (!open) return;
    open = false;
    aedes.removeListener('closed', gone);
    for (const filter of filters) aedes.unsubscribe(filter, deliver, () => undefined);
    for (const listener of closeListeners.splice(0)) listener(why);
  };
  const gone = (): void => shut('the broker closed');
  aedes.once('closed', gone);
  return {
    kind: 'topics',
    address,
    publish: (topic, payload, { qos, retain = false }) =>
      new Promise((resolve, reject) => {
        if (!open) return reject(closed());
        const packet = {
          cmd: 'publish' as const,
          topic,
          payload: Buffer.from(payload),
          qos,
          retain,
        };
        aedes.publish({ ...packet, dup: false }, (error) => (error ? reject(closed()) : resolve()));
      }),
    async subscribe(filter) {
      if (!open) throw closed();
      filters.push(filter);
      await new Promise<void>((resolve) => aedes.subscribe(filter, deliver, resolve));
      for await (const packet of retainedOf(aedes, filter)) say(packet, true);
    },
    onMessage: (listener) => void listeners.push(listener),
    onClose: (listener) => void closeListeners.push(listener),
    async close() {
      shut('closed');
    },
  };
}

/** What the broker keeps; its types do not say where. */
function retainedOf(aedes: Aedes, filter: string): AsyncIterable<AedesPublishPacket> {
  const { persistence } = aedes as Aedes & {
    persistence: { createRetainedStream(filter: string): AsyncIterable<AedesPublishPacket> };
  };
  return persistence.createRetainedStream(filter);
}
