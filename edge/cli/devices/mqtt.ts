/** `yike mqtt …`: the store's message broker, as a technician looks at it. */
import type { BrokerStat, MqttMessage } from '../../core/views/mqtt-views.ts';
import { askBox } from '../box.ts';
import { type Answer, type Call, EXIT, failed, good, say, table, usage } from '../command.ts';

const noBroker = (): Answer =>
  failed(EXIT.closed, {
    code: 'E_CLOSED',
    message: say('店内消息服务器没有运行', 'The store’s broker is not running'),
    hint: say(
      '在配置里加上 "mqtt": {}，并看日志里端口是否被占用',
      'Put "mqtt": {} into the configuration, and look in the log for a taken port',
    ),
  });

async function running(call: Call): Promise<{ stat: BrokerStat } | { answer: Answer }> {
  const asked = await askBox<{ broker: BrokerStat | null }>(call.dataDir, 'GET', '/mqtt');
  if (!asked.ok) return asked;
  return asked.value.broker ? { stat: asked.value.broker } : { answer: noBroker() };
}

export async function mqttStat(call: Call): Promise<Answer> {
  const broker = await running(call);
  if ('answer' in broker) return broker.answer;
  const { port, connected, counts, alarms } = broker.stat;
  const rows = [
    ['port', String(port)],
    ['connected', connected.join(' ') || '-'],
    ...Object.entries(counts).map(([kind, count]) => [kind, String(count)]),
  ];
  const last = alarms.map(({ kind, deviceId, address, topic }) => [
    ...['alarm', `${kind} ${deviceId || '-'} ${address} ${topic ?? ''}`.trim()],
  ]);
  const exit = alarms.length > 0 ? EXIT.warnings : EXIT.ok;
  return good(broker.stat, table([...rows, ...last]), exit);
}

const LONGEST_S = 60;

export async function mqttSub(call: Call): Promise<Answer> {
  const filter = call.words[0] ?? '#';
  const seconds = Number(
    /^(\d+)s?$/.exec(String(call.flags.for ?? call.flags.timeout ?? '5s'))?.[1] ?? 0,
  );
  if (seconds < 1 || seconds > LONGEST_S)
    return usage('--for 是 1s 到 60s', '--for is 1s to 60s', 'yike mqtt sub "#" --for 5s');
  const broker = await running(call);
  if ('answer' in broker) return broker.answer;
  const forMs = seconds * 1000;
  const path = `/mqtt/messages?filter=${encodeURIComponent(filter)}&forMs=${forMs}`;
  const asked = await askBox<{ messages: MqttMessage[] }>(
    ...[call.dataDir, 'GET' as const, path, undefined, forMs + 5000],
  );
  if (!asked.ok) return asked.answer;
  const lines = asked.value.messages.map(({ topic, payload }) => `${topic} ${payload}`);
  return good(asked.value, lines);
}

export async function mqttPub(call: Call): Promise<Answer> {
  const [topic, payload] = call.words;
  const example = `yike mqtt pub store/yike/edge/note '{"v":1}'`;
  if (!topic || payload === undefined || /[+#]/.test(topic))
    return usage('要主题和内容', 'A topic and a payload are needed', example);
  if (topic.includes('/cmd/'))
    return usage(
      '命令只能由店铺发出：开门会记在账上',
      'Commands are the store’s own: an open door is recorded',
      example,
    );
  const broker = await running(call);
  if ('answer' in broker) return broker.answer;
  const asked = await askBox<object>(call.dataDir, 'POST', '/mqtt/messages', { topic, payload });
  return asked.ok ? good({ topic }, [topic]) : asked.answer;
}

export async function mqttAccount(call: Call): Promise<Answer> {
  const [id] = call.words;
  if (!id || !/^[A-Za-z0-9-]{1,32}$/.test(id))
    return usage('给哪台设备？', 'For which device?', 'yike mqtt account cab-1');
  const path = `/mqtt/accounts/${id}`;
  const asked = await askBox<{ password: string }>(call.dataDir, 'POST', path, {});
  if (!asked.ok) return asked.answer;
  const { password } = asked.value;
  call.say(say('只显示这一次，写进设备', 'Shown only now: put it into the device'));
  return good({ id, password }, [`user, client id  ${id}`, `password         ${password}`]);
}
