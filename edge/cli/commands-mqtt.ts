/** Commands about the store's message broker. */
import { type Command, say } from './command.ts';

export const MQTT_COMMANDS: Command[] = [
  {
    path: ['mqtt', 'stat'],
    summary: say(
      '店内消息服务器：谁连着，谁被拒绝',
      'The store’s broker: who is there, who was refused',
    ),
    run: async (call) => (await import('./mqtt.ts')).mqttStat(call),
  },
  {
    path: ['mqtt', 'sub'],
    takes: '[FILTER]',
    summary: say('听一会儿消息', 'What passes for a while'),
    options: { for: { type: 'string' } },
    examples: ['yike mqtt sub "store/#" --for 5s'],
    run: async (call) => (await import('./mqtt.ts')).mqttSub(call),
  },
  {
    path: ['mqtt', 'pub'],
    takes: 'TOPIC JSON',
    summary: say('发一条消息', 'Publish one message'),
    examples: [`yike mqtt pub store/yike/edge/note '{"v":1}'`],
    run: async (call) => (await import('./mqtt.ts')).mqttPub(call),
  },
  {
    path: ['mqtt', 'account'],
    takes: 'ID',
    summary: say(
      '给设备一个账号（密码只显示一次）',
      'An account for a device; its password is shown once',
    ),
    examples: ['yike mqtt account cab-1'],
    run: async (call) => (await import('./mqtt.ts')).mqttAccount(call),
  },
];
