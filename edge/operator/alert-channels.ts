/** The ways an alert leaves the box: a signed POST to an address, a topic of the store's broker. */
import { createHmac } from 'node:crypto';
import type { OpenWire } from '../../drivers/wire/open.ts';
import type { Clock } from '../core/ports.ts';
import type { Delivery } from '../core/views/alert-views.ts';
import type { AlertSettings, AlertsParts } from './alerts.ts';

const PATIENCE_MS = 10_000;

/** `t=<seconds>,v1=<hex>`: HMAC-SHA-256 with the secret over `<seconds>.<body>`. */
export function signatureOf(secret: string, atSeconds: number, body: string): string {
  const mac = createHmac('sha256', secret).update(`${atSeconds}.${body}`).digest('hex');
  return `t=${atSeconds},v1=${mac}`;
}

/** What both ways carry. */
export function messageOf(storeId: string, { id, kind, alert }: Delivery): string {
  return JSON.stringify({ id, kind, store: storeId, alert });
}

export interface ChannelParts {
  storeId: string;
  clock: Pick<Clock, 'wallMs'>;
  openWire: OpenWire;
  /** Topics begin with it; absent where there is no broker. */
  root?: string | undefined;
  post?: typeof fetch;
}

export const topicOf = (root: string): string => `${root}/alerts`;

export function alertChannels(parts: ChannelParts): AlertsParts['send'] {
  const { storeId, clock, openWire, root, post = fetch } = parts;
  return {
    async webhook(delivery: Delivery, { webhook: { url, secret } }: AlertSettings) {
      const body = messageOf(storeId, delivery);
      const seconds = Math.floor(clock.wallMs() / 1000);
      const answer = await post(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'yike-delivery': delivery.id,
          'yike-signature': signatureOf(secret, seconds, body),
        },
        body,
        redirect: 'error',
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      await answer.body?.cancel();
      if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    },
    async mqtt(delivery: Delivery) {
      if (root === undefined) throw new Error('no broker in the configuration');
      const wire = await openWire('broker:');
      if (wire.kind !== 'topics') throw new Error('the broker gives a wire of topics');
      try {
        await wire.publish(topicOf(root), Buffer.from(messageOf(storeId, delivery)), { qos: 1 });
      } finally {
        await wire.close();
      }
    },
  };
}
