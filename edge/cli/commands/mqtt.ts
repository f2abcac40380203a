/** Commands about the store's message broker. */
import { type Command, say } from '../command.ts';

export const MQTT_COMMANDS: Command[] = [
  {
    path: ['mqtt', 'stat'],
    summary: say(
      '店内消息服务器：谁连着，谁被拒绝',
      'The store’s broker: who is there, who was refused',
    ),
    run: async (call) => (await import('../devices/mqtt.ts')).mqttStat(call),
  },
  {
    path: ['mqtt', 'sub'],
    takes: '[FILTER]',
    summary: say('听一会儿消息', 'What passes for a while'),
    options: { for: { type: 'string' }, timeout: { type: 'string' } },
    examples: ['yike mqtt sub "store/#" --for 5s'],
    run: async (call) => (await import('../devices/mqtt.ts')).mqttSub(call),
  },
  {
    path: ['mqtt', 'pub'],
    takes: 'TOPIC JSON',
    summary: say('发一条消息', 'Publish one message'),
    examples: [`yike mqtt pub store/yike/edge/note '{"v":1}'`],
    run: async (call) => (await import('../devices/mqtt.ts')).mqttPub(call),
  },
  {
    path: ['mqtt', 'account'],
    takes: 'ID',
    summary: say(
      '给设备一个账号（密码只显示一次）',
      'An account for a device; its password is shown once',
    ),
    examples: ['yike mqtt account cab-1'],
    run: async (call) => (await import('../devices/mqtt.ts')).mqttAccount(call),
  },
  {
    path: ['mqtt', 'mosquitto'],
    takes: 'FOLDER',
    summary: say(
      '给外部 mosquitto 的配置、账号和权限',
      'Configuration, accounts and rights for a mosquitto of its own',
    ),
    options: { host: { type: 'string' }, port: { type: 'string' }, root: { type: 'string' } },
    examples: ['yike mqtt mosquitto /etc/mosquitto/yike --host 192.168.1.5'],
    run: async (call) => (await import('../devices/mqtt-mosquitto.ts')).mqttMosquitto(call),
  },
];
