/** The store's broker for the box itself: who is there, what passes, and a message of one's own. */
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { Clock } from '../core/ports.ts';
import type { BrokerStat, MqttMessage } from '../core/views/mqtt-views.ts';

/** Topics of the broker, as long as they are not closed. */
export interface Topics {
  publish(topic: string, payload: Uint8Array, options: { qos: 0 | 1 }): Promise<void>;
  subscribe(filter: string): Promise<void>;
  onMessage(listener: (topic: string, payload: Uint8Array, retained: boolean) => void): void;
  close(): Promise<void>;
}

export interface MqttOptions {
  clock: Clock;
  stat(): BrokerStat | undefined;
  /** A wire inside the broker; rejects where there is none. */
  open(): Promise<Topics>;
  /** Makes an account, or a new password for it. */
  issue(deviceId: string): string;
}

const MOST_MESSAGES = 1000;
const MOST_PAYLOAD = 16_384;
const closed = { additionalProperties: false };
const box = (summary: string) => ({ audience: 'box' as const, summary });
const topic = Type.String({ minLength: 1, maxLength: 256 });

export async function mqttRoutes(server: FastifyInstance, options: MqttOptions): Promise<void> {
  const { clock, open } = options;
  server.get('/mqtt', { config: box('Broker') }, () => ({ broker: options.stat() ?? null }));
  const listening = Type.Object(
    { filter: topic, forMs: Type.String({ pattern: '^[0-9]{1,5}$' }) },
    closed,
  );
  server.get<{ Querystring: { filter: string; forMs: string } }>(
    '/mqtt/messages',
    { schema: { querystring: listening }, config: box('What passes for a while') },
    async ({ query: { filter, forMs } }) => {
      const wire = await open();
      const messages: MqttMessage[] = [];
      wire.onMessage((of, bytes, retained) => {
        if (messages.length >= MOST_MESSAGES) return;
        const payload = Buffer.from(bytes).toString('utf8').slice(0, MOST_PAYLOAD);
        messages.push({ topic: of, payload, retained, atWallMs: clock.wallMs() });
      });
      await wire.subscribe(filter);
      await new Promise<void>((resolve) => clock.after(Number(forMs), resolve));
      await wire.close();
      return { messages };
    },
  );
  const message = Type.Object({ topic, payload: Type.String({ maxLength: MOST_PAYLOAD }) }, closed);
  server.post<{ Body: { topic: string; payload: string } }>(
    '/mqtt/messages',
    { schema: { body: message }, config: box('Publish one message') },
    async ({ body }) => {
      const wire = await open();
      await wire.publish(body.topic, Buffer.from(body.payload), { qos: 1 });
      await wire.close();
      return { ok: true };
    },
  );
  const who = Type.Object({ id: Type.String({ pattern: '^[A-Za-z0-9-]{1,32}$' }) }, closed);
  server.post<{ Params: { id: string } }>(
    '/mqtt/accounts/:id',
    { schema: { params: who }, config: box('An account for a device') },
    ({ params: { id } }) => ({ password: options.issue(id) }),
  );
}
