/** Commands that look at the store's own files: its configuration and its log. */
import { type Command, say } from '../command.ts';

const config = { config: { type: 'string' } } as const;
const work = () => import('../upkeep/config.ts');
const change = () => import('../upkeep/config-change.ts');
const changing = {
  yes: { type: 'boolean', short: 'y' },
  'dry-run': { type: 'boolean' },
  by: { type: 'string' },
} as const;

export const CONFIG_COMMANDS: Command[] = [
  {
    path: ['config', 'show'],
    summary: say('配置全文，密钥已隐去', 'The configuration with its defaults, secrets hidden'),
    options: config,
    run: async (call) => (await work()).configShow(call),
  },
  {
    path: ['config', 'get'],
    takes: 'PATH',
    summary: say('配置里的一项', 'One value of the configuration'),
    options: config,
    examples: ['yike config get devices.scale-1.address'],
    run: async (call) => (await work()).configGet(call),
  },
  {
    path: ['config', 'set'],
    takes: 'PATH VALUE',
    summary: say('改配置里的一项', 'Change one value of the configuration'),
    options: { by: { type: 'string' }, 'dry-run': { type: 'boolean' } },
    examples: ['yike config set lanes.lane-1.policy.parkMinutes 30'],
    run: async (call) => (await work()).configSet(call),
  },
  {
    path: ['config', 'check'],
    takes: '[FILE]',
    summary: say('检查一份配置，不启动', 'Check a configuration without starting'),
    options: config,
    examples: ['yike config check /etc/yike/store.json'],
    run: async (call) => (await work()).configCheck(call),
  },
  {
    path: ['config', 'diff'],
    takes: 'FILE',
    summary: say('与另一份配置比较', 'What another file would change'),
    options: config,
    examples: ['yike config diff new.json'],
    run: async (call) => (await change()).configDiff(call),
  },
  {
    path: ['config', 'apply'],
    takes: '[FILE]',
    summary: say('换成另一份配置；--undo 退回', 'Put another file in its place; --undo'),
    options: { ...config, ...changing, undo: { type: 'boolean' } },
    examples: ['yike config apply new.json --dry-run', 'yike config apply --undo --yes'],
    run: async (call) => (await change()).configApply(call),
  },
  {
    path: ['log'],
    summary: say('控制器的日志', 'What the controller logged'),
    options: {
      follow: { type: 'boolean', short: 'f' },
      device: { type: 'string' },
      level: { type: 'string' },
      limit: { type: 'string', short: 'n' },
      since: { type: 'string' },
    },
    untilInterrupted: true,
    examples: ['yike log -f --device scale-1 --level warn'],
    run: async (call) => (await import('../upkeep/log.ts')).log(call),
  },
];
