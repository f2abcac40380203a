/** Keeps the store's own broker, where the configuration wants one, and leads `broker:` to it. */
import { WireError } from '../drivers/contract.ts';
import { say, type Text, textOf } from '../drivers/say.ts';
import { type OpenWire, openWire } from '../drivers/wire/open.ts';
import type { MqttConfig } from './config/mqtt.ts';
import type { Clock } from './core/ports.ts';
import type { BrokerStat } from './core/views/mqtt-views.ts';
import { type Broker, openBroker } from './devices/mqtt-broker.ts';
import { identitiesIn } from './devices/mqtt-identities.ts';
import { insideWire } from './devices/mqtt-inside.ts';
import type { Log } from './log.ts';
import type { MqttOptions } from './server/mqtt.ts';

export interface StoreBroker {
  /** Opens `broker:` here, every other address as ever. */
  open: OpenWire;
  stat(): BrokerStat | undefined;
  close(): Promise<void>;
}

export interface StoreBrokerOptions {
  config: { mqtt?: MqttConfig | undefined };
  dataDir: string;
  clock: Clock;
  log: Log;
  openWire?: OpenWire;
}

/** A port that is taken keeps nobody from selling: it is tried again whenever a device asks. */
export function keepBroker(options: StoreBrokerOptions): StoreBroker {
  const { config, log, openWire: otherwise = openWire } = options;
  let opening: Promise<Broker> | undefined;
  let broker: Broker | undefined;
  let closed = false;
  const start = (settings: MqttConfig): Promise<Broker> => {
    opening ??= listen(options, settings).then(
      (made) => {
        broker = made;
        return made;
      },
      (error: Error) => {
        opening = undefined;
        log.error({ port: settings.port, why: error.message }, 'the MQTT broker cannot listen');
        throw error;
      },
    );
    return opening;
  };
  if (config.mqtt) start(config.mqtt).catch(() => undefined);
  return {
    async open(address, line) {
      if (!address.startsWith('broker:')) return otherwise(address, line);
      const { mqtt } = config;
      if (!mqtt || closed) throw down(say('配置里没有 mqtt', 'a "mqtt" section is missing'), false);
      try {
        return insideWire((await start(mqtt)).aedes);
      } catch (error) {
        throw down((error as Error).message, true);
      }
    },
    stat: () => broker?.stat(),
    async close() {
      closed = true;
      await opening?.then((each) => each.close()).catch(() => undefined);
    },
  };
}

const down = (said: Text | string, retry: boolean): WireError => {
  const why = textOf(said);
  return new WireError(
    'BROKER_DOWN',
    say(`店内消息服务器没有运行（${why.zh}）`, `The store’s broker is not running (${why.en})`),
    retry,
  );
};

function listen(
  { dataDir, clock, log }: StoreBrokerOptions,
  { host, port, root }: MqttConfig,
): Promise<Broker> {
  return openBroker({
    ...{ host, port, root, clock },
    identities: identitiesIn(dataDir),
    onAlarm: (alarm) => log.warn({ alarm }, 'mqtt'),
  });
}

/** What the box itself may do with the broker. */
export function brokerDoor(
  { broker, clock }: { broker: Pick<StoreBroker, 'open' | 'stat'>; clock: Clock },
  dataDir: string,
): MqttOptions {
  return {
    clock,
    stat: broker.stat,
    async open() {
      const wire = await broker.open('broker:');
      if (wire.kind !== 'topics') throw new Error('the broker gives a wire of topics');
      return wire;
    },
    issue: (deviceId) => identitiesIn(dataDir).issue(deviceId),
  };
}
