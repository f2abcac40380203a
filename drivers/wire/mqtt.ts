/**
 * Topics of an MQTT 3.1.1 broker as a wire. One client a wire, never reconnected by the library:
 * a queue kept over a reconnect would deliver an unlock to a door long after its shopper left.
 */
import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { type TopicWire, WireError } from '../contract.ts';
import { say } from '../say.ts';
import { ioClock } from './io-clock.ts';

export const MQTT_CONNECT_TIMEOUT_MS = 3000;
export const MAX_IN_FLIGHT = 64;
/** Larger messages end the wire. */
export const MAX_MESSAGE_BYTES = 64 * 1024;
const DEFAULT_PUBLISH_TIMEOUT_MS = 1000;
/** CONNACK return codes of MQTT 3.1.1 §3.2.2.3: bad user name or password, not authorised. */
const AUTH_CODES = [4, 5];

const closedError = (address: string): WireError =>
  new WireError('CLOSED', say(`${address}: 连接已关闭`, `${address}: The wire is closed`));

function options(url: URL, clientId: string): IClientOptions {
  return {
    protocolVersion: 4,
    clientId,
    clean: true,
    keepalive: 15,
    reconnectPeriod: 0,
    connectTimeout: MQTT_CONNECT_TIMEOUT_MS,
    queueQoSZero: false,
    resubscribe: false,
    ...(url.username && { username: decodeURIComponent(url.username) }),
    ...(url.password && { password: decodeURIComponent(url.password) }),
  };
}

/** Connected within 3 s, or BROKER_DOWN; LOGIN_REFUSED (not tried again) where the broker says so. */
function connected(url: URL, clientId: string): Promise<MqttClient> {
  return new Promise((resolve, reject) => {
    const client = connect(`mqtt://${url.hostname}:${url.port || 1883}`, options(url, clientId));
    const fail = (code: 'BROKER_DOWN' | 'LOGIN_REFUSED', why: string): void => {
      cancel();
      client.on('error', () => undefined);
      client.end(true);
      const text =
        code === 'LOGIN_REFUSED'
          ? say(
              `${url.host} 拒绝了账号：核对用户名和密码`,
              `${url.host} refused the account: check user and password`,
            )
          : say(`连不上消息服务器 ${url.host}`, `Cannot reach the broker ${url.host}`);
      reject(new WireError(code, `${text} (${why})`, code === 'BROKER_DOWN'));
    };
    const cancel = ioClock.after(MQTT_CONNECT_TIMEOUT_MS, () => fail('BROKER_DOWN', 'timeout'));
    client.once('error', (error) => {
      const refused = 'code' in error && AUTH_CODES.includes(Number(error.code));
      fail(refused ? 'LOGIN_REFUSED' : 'BROKER_DOWN', error.message);
    });
    client.once('close', () => fail('BROKER_DOWN', 'hung up'));
    client.once('connect', () => {
      cancel();
      client.removeAllListeners('error').removeAllListeners('close');
      // Nagle and delayed acknowledgement together make 40 ms of every command.
      if ('setNoDelay' in client.stream && typeof client.stream.setNoDelay === 'function') {
        client.stream.setNoDelay(true);
      }
      resolve(client);
    });
  });
}

/**
 * What waits for the broker's word: settled once, by the word, a deadline or the end.
 * @param onStuck called at a deadline: the library still holds the message, so the wire must be
 *   given up, or it would reach the device at some later time
 */
function waits(address: string, onStuck: () => void) {
  const waiting = new Set<(error: WireError) => void>();
  return {
    closeAll(): void {
      for (const fail of [...waiting]) fail(closedError(address));
    },
    start(timeoutMs: number, send: (done: (error?: Error | null) => void) => void) {
      if (waiting.size >= MAX_IN_FLIGHT) {
        const text = say(
          `${address}: 待确认消息过多`,
          `${address}: The broker has yet to confirm ${MAX_IN_FLIGHT} messages`,
        );
        return Promise.reject(new WireError('QUEUE_FULL', text));
      }
      return new Promise<void>((resolve, reject) => {
        const settle = (error?: Error | null): void => {
          if (!waiting.delete(settle)) return;
          cancel();
          if (error) reject(error);
          else resolve();
        };
        waiting.add(settle);
        const text = say(
          `${address}: 消息服务器没有确认`,
          `${address}: The broker did not confirm`,
        );
        const cancel = ioClock.after(timeoutMs, () => {
          settle(new WireError('WRITE_TIMEOUT', text));
          onStuck();
        });
        send(settle);
      });
    },
  };
}

/** @param address `mqtt://user:password@host:port`, parsed as `url`; said without its password */
export async function openMqtt(url: URL, clientId: string): Promise<TopicWire> {
  const address = `mqtt://${url.host}`;
  const client = await connected(url, clientId);
  const closeListeners: ((reason: string) => void)[] = [];
  const messageListeners: ((topic: string, payload: Uint8Array, retained: boolean) => void)[] = [];
  const pending = waits(address, () => shut('broker silent'));
  const refusal = (filter: string, error: Error): WireError => {
    // SUBACK 0x80 (MQTT 3.1.1 §3.9.3) comes as an error with its packet; anything else is the end.
    if (!('packet' in error)) return closedError(address);
    const text = say(
      `${address}: 账号无权读 ${filter}`,
      `${address}: The account may not read ${filter}`,
    );
    return new WireError('LOGIN_REFUSED', text, false);
  };
  let open = true;
  const shut = (reason: string): void => {
    if (!open) return;
    open = false;
    client.end(true);
    pending.closeAll();
    for (const listener of closeListeners.splice(0)) listener(reason);
  };
  client.on('error', (error) => shut(error.message));
  client.on('close', () => shut('hung up'));
  client.on('message', (topic, payload, packet) => {
    if (!open) return;
    if (payload.length > MAX_MESSAGE_BYTES) return shut('message too long');
    for (const listener of messageListeners) listener(topic, payload, packet.retain);
  });
  return {
    kind: 'topics',
    address,
    async publish(topic, payload, { qos, retain = false, timeoutMs = DEFAULT_PUBLISH_TIMEOUT_MS }) {
      if (!open) throw closedError(address);
      await pending.start(timeoutMs, (done) =>
        client.publish(topic, Buffer.from(payload), { qos, retain }, (error) =>
          done(error && closedError(address)),
        ),
      );
    },
    async subscribe(filter, timeoutMs = DEFAULT_PUBLISH_TIMEOUT_MS) {
      if (!open) throw closedError(address);
      await pending.start(timeoutMs, (done) =>
        client.subscribe(filter, { qos: 1 }, (error) => done(error && refusal(filter, error))),
      );
    },
    onMessage: (listener) => void messageListeners.push(listener),
    onClose: (listener) => void closeListeners.push(listener),
    async close() {
      shut('closed');
    },
  };
}
