/**
 * How a simulated device reaches a message broker: over a socket to a real one, or to one in
 * memory that keeps simulated time. Both do what MQTT 3.1.1 says of order, of what is retained,
 * and of the will of a line that breaks.
 */
import { connect } from 'mqtt';
import type { Clock } from './runtime.ts';

export interface Hello {
  clientId: string;
  /** Published by the broker, retained, once the line breaks without a goodbye. */
  will: { topic: string; payload: string };
}

export interface Hears {
  connected(): void;
  message(topic: string, payload: Uint8Array, retained: boolean): void;
  closed(): void;
}

export interface TopicLine {
  publish(topic: string, payload: Uint8Array | string, qos: 0 | 1, retain: boolean): void;
  subscribe(filter: string): void;
  /** No goodbye: the will is published. */
  cut(): void;
}

/** Undefined where nobody knows yet where the broker is. */
export type Dial = (hello: Hello, hears: Hears) => TopicLine | undefined;

/** @param url `mqtt://user:password@host:port`, asked for at every try */
export function dialMqtt(url: () => string | undefined): Dial {
  return ({ clientId, will }, hears) => {
    const address = url();
    if (address === undefined) return undefined;
    const client = connect(address, {
      ...{ protocolVersion: 4, clientId, clean: true, keepalive: 5 },
      ...{ reconnectPeriod: 0, connectTimeout: 3000 },
      will: { topic: will.topic, payload: Buffer.from(will.payload), qos: 1, retain: true },
    });
    client.on('error', () => undefined);
    client.on('connect', () => {
      if ('setNoDelay' in client.stream && typeof client.stream.setNoDelay === 'function')
        client.stream.setNoDelay(true);
      hears.connected();
    });
    client.on('message', (topic, payload, { retain }) => hears.message(topic, payload, retain));
    client.on('close', () => {
      client.end(true);
      hears.closed();
    });
    return {
      publish: (topic, payload, qos, retain) =>
        void client.publish(topic, Buffer.from(payload), { qos, retain }),
      subscribe: (filter) => void client.subscribe(filter, { qos: 1 }),
      cut: () => {
        client.stream.destroy();
        client.end(true);
      },
    };
  };
}

const LATENCY_MS = 3;

/** Whether a topic is one of a filter's (MQTT 3.1.1 §4.7). */
export function isOf(filter: string, topic: string): boolean {
  const wanted = filter.split('/');
  const levels = topic.split('/');
  const hash = wanted.indexOf('#');
  if (hash < 0 && wanted.length !== levels.length) return false;
  return wanted.every(
    (each, at) => each === '#' || each === '+' || each === levels[at] || (hash >= 0 && at > hash),
  );
}

export interface MemoryBroker {
  dial: Dial;
  /** Tells of every message that comes to a topic, as a wire tap would. */
  overhear(topic: string, heard: () => void): void;
  /** Everybody's line breaks; what was retained is gone, as with a broker that keeps no file. */
  restart(): void;
}

interface Member {
  filters: string[];
  hello: Hello;
  hears: Hears;
}

/** A broker on the simulated clock. */
export function memoryBroker(clock: Clock): MemoryBroker {
  const members = new Set<Member>();
  const kept = new Map<string, Uint8Array>();
  const taps: [topic: string, heard: () => void][] = [];
  const soon = (member: Member, fn: () => void) =>
    clock.after(LATENCY_MS, () => {
      if (members.has(member)) fn();
    });
  const spread = (topic: string, payload: Uint8Array, retain: boolean): void => {
    if (retain) kept.set(topic, payload);
    for (const [tapped, heard] of taps) if (tapped === topic) heard();
    for (const member of members)
      if (member.filters.some((filter) => isOf(filter, topic)))
        soon(member, () => member.hears.message(topic, payload, false));
  };
  const leave = (member: Member): void => {
    if (!members.delete(member)) return;
    const { topic, payload } = member.hello.will;
    if (topic !== '') spread(topic, Buffer.from(payload), true);
    clock.after(0, member.hears.closed);
  };
  return {
    dial(hello, hears) {
      const member: Member = { filters: [], hello, hears };
      members.add(member);
      soon(member, hears.connected);
      return {
        publish(topic, payload, _qos, retain) {
          const bytes = Buffer.from(payload);
          soon(member, () => spread(topic, bytes, retain));
        },
        subscribe(filter) {
          soon(member, () => {
            member.filters.push(filter);
            for (const [topic, payload] of kept)
              if (isOf(filter, topic)) hears.message(topic, payload, true);
          });
        },
        cut: () => leave(member),
      };
    },
    overhear: (topic, heard) => void taps.push([topic, heard]),
    restart() {
      for (const member of members) leave(member);
      kept.clear();
    },
  };
}
