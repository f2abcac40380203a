/**
 * The store's own message broker (MQTT 3.1.1). A device is its account: it writes only under its
 * own name and reads only its own commands. What it may not write is acknowledged, dropped and
 * counted: an error would make it send the same again for ever.
 */
import { type AddressInfo, createServer, type Server } from 'node:net';
import { Aedes, type AuthenticateError, type Client } from 'aedes';
import type { Clock } from '../core/ports.ts';
import type { BrokerAlarm, BrokerStat } from '../core/views/mqtt-views.ts';
import { GuardedSocket } from './mqtt-guard.ts';
import type { Identities } from './mqtt-identities.ts';

const MAX_CONNECTIONS = 512;
const MAX_KEPT = 20;
/** Topic of what was dropped; nobody may read it. */
const DROPPED = '$dropped';
/** Return codes of MQTT 3.1.1 §3.2.2.3. */
const REJECTED = 2;
const NOT_AUTHORISED = 5;

export interface BrokerOptions {
  host: string;
  port: number;
  /** `store/<storeId>/<edgeId>`. */
  root: string;
  identities: Pick<Identities, 'opens'>;
  clock: Pick<Clock, 'after'>;
  onAlarm(alarm: BrokerAlarm): void;
}

export interface Broker {
  port: number;
  aedes: Aedes;
  stat(): BrokerStat;
  close(): Promise<void>;
}

/** What a device may write, and whether the broker keeps it. */
const WRITES = /^(?:(description|state)|reading|event|resp\/[^/]{1,64})$/;

const refusal = (text: string, returnCode: number): AuthenticateError =>
  Object.assign(new Error(text), { returnCode });

function createAlarms(onAlarm: BrokerOptions['onAlarm']) {
  const counts: BrokerStat['counts'] = {
    'second-login': 0,
    'wrong-password': 0,
    'foreign-topic': 0,
    'not-mqtt': 0,
    'too-large': 0,
    'connect-timeout': 0,
  };
  const alarms: BrokerAlarm[] = [];
  return {
    counts,
    alarms,
    raise(alarm: BrokerAlarm): void {
      counts[alarm.kind] += 1;
      alarms.push(alarm);
      if (alarms.length > MAX_KEPT) alarms.shift();
      onAlarm(alarm);
    },
  };
}

type Alarms = ReturnType<typeof createAlarms>;

/** Listens, or rejects as `net` does (EADDRINUSE, EACCES). */
export async function openBroker(options: BrokerOptions): Promise<Broker> {
  const alarms = createAlarms(options.onAlarm);
  /** Live devices and where they are. */
  const live = new Map<string, Client>();
  const aedes = await Aedes.createBroker({
    connectTimeout: 5000,
    drainTimeout: 10_000,
    queueLimit: 100,
    maxTopicLevels: 12,
    maxClientsIdLength: 64,
    ...gates(options, alarms, live),
  });
  keepNothingForTheAbsent(aedes);
  // A listener for every device's wire.
  aedes.setMaxListeners(0);
  aedes.on('clientReady', (client) => live.set(client.id, client));
  aedes.on('clientDisconnect', (client) => {
    if (live.get(client.id) === client) live.delete(client.id);
  });
  const server = createServer({ noDelay: true }, (socket) => {
    const address = socket.remoteAddress ?? '';
    const guarded = new GuardedSocket(socket, options.clock.after, (kind) =>
      alarms.raise({ kind, deviceId: '', address }),
    );
    aedes.handle(guarded);
  });
  server.maxConnections = MAX_CONNECTIONS;
  const sockets = trackSockets(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    aedes,
    stat: () => ({
      port,
      connected: [...live.keys()].sort(),
      counts: { ...alarms.counts },
      alarms: [...alarms.alarms],
    }),
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => aedes.close(() => resolve()));
    },
  };
}

/** Every session is a clean one (`preConnect`), so nobody is looked up to whom a message is owed. */
function keepNothingForTheAbsent(aedes: Aedes): void {
  const { persistence } = aedes as Aedes & {
    persistence: { subscriptionsByTopic(topic: string): Promise<[]> };
  };
  persistence.subscriptionsByTopic = async () => [];
}

function trackSockets(server: Server) {
  const sockets = new Set<{ destroy(): void }>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  return sockets;
}

const addressOf = ({ conn }: Client): string =>
  conn instanceof GuardedSocket ? conn.remoteAddress : '';

/** Who may come in, write and read. */
function gates({ root, identities }: BrokerOptions, alarms: Alarms, live: Map<string, Client>) {
  const base = (id: string): string => `${root}/dev/${id}/`;
  type Options = NonNullable<ConstructorParameters<typeof Aedes>[0]>;
  const preConnect: Options['preConnect'] = (_client, packet, done) => {
    // Nothing is kept for a device that is away: a command that waits is a command too late.
    packet.clean = true;
    const own = `${base(packet.clientId)}state`;
    if (packet.will && packet.will.topic !== own) delete packet.will;
    done(null, true);
  };
  const authenticate: Options['authenticate'] = (client, user = '', password, done) => {
    const address = addressOf(client);
    const no = (kind: BrokerAlarm['kind'], text: string, code: number): void => {
      alarms.raise({ kind, deviceId: user.slice(0, 64), address });
      done(refusal(text, code), false);
    };
    if (!identities.opens(user, password ?? new Uint8Array()))
      return no('wrong-password', 'not authorised', NOT_AUTHORISED);
    if (client.id !== user) return no('wrong-password', 'client id is not the account', REJECTED);
    const other = live.get(user);
    if (other && addressOf(other) !== address)
      return no('second-login', 'the account is in use elsewhere', REJECTED);
    done(null, true);
  };
  const authorizePublish: Options['authorizePublish'] = (client, packet, done) => {
    const own = client ? base(client.id) : '';
    const allowed = packet.topic.startsWith(own)
      ? WRITES.exec(packet.topic.slice(own.length))
      : null;
    if (client && !allowed) {
      const { topic, payload } = packet;
      const dropped = { topic: topic.slice(0, 128), bytes: payload.length };
      alarms.raise({
        kind: 'foreign-topic',
        deviceId: client.id,
        address: addressOf(client),
        ...dropped,
      });
      Object.assign(packet, { topic: DROPPED, payload: Buffer.alloc(0), retain: false });
    } else if (!allowed?.[1]) packet.retain = false;
    done(null);
  };
  const authorizeSubscribe: Options['authorizeSubscribe'] = (client, subscription, done) => {
    const own = `${base(client.id)}cmd/`;
    done(null, subscription.topic.startsWith(own) ? subscription : null);
  };
  return { preConnect, authenticate, authorizePublish, authorizeSubscribe };
}
