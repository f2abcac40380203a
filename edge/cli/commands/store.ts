/** Commands of the whole store: running it, and how it is. */
import { type Command, say } from '../command.ts';
import { DEMO_PORTS, STORE_PORTS } from '../ports.ts';
import { seed } from './seed.ts';

/** One conversation each way; both are tried. */
const SYNC_NOW = [
  ['retry', '马上再试一次', 'Try head office now'],
  ['push', '马上上传', 'Send what waits now'],
  ['pull', '马上取新价格', 'Fetch new prices now'],
] as const;

export const STORE_COMMANDS: Command[] = [
  {
    path: ['demo'],
    summary: say(
      '运行一家模拟的店（控制器、模拟设备、总部）',
      'Run a simulated store, its devices and a head office',
    ),
    options: {
      photos: { type: 'string' },
      learn: { type: 'string' },
      bagging: { type: 'boolean' },
      ...DEMO_PORTS,
      ...seed,
    },
    examples: ['npm start', 'yike demo --photos DIR', 'yike demo --bagging'],
    untilInterrupted: true,
    run: async (call) => (await import('../demo/demo.ts')).demo(call),
  },
  {
    path: ['start'],
    summary: say('用真实设备运行控制器', 'Run the controller on real devices'),
    options: { config: { type: 'string' }, ...STORE_PORTS },
    examples: ['yike start --config store.json --data /var/lib/yike'],
    untilInterrupted: true,
    run: async (call) => (await import('../upkeep/start.ts')).start(call),
  },
  {
    path: ['service', 'install'],
    summary: say('装成开机自启的系统服务', 'Install the controller as a system service'),
    options: {
      config: { type: 'string' },
      user: { type: 'string' },
      root: { type: 'string' },
      kiosk: { type: 'string' },
      browser: { type: 'string' },
      'dry-run': { type: 'boolean' },
    },
    examples: [
      'yike service install --config /etc/yike/store.json --data /var/lib/yike',
      "yike service install --kiosk 'http://127.0.0.1:8080/kiosk/?lane=lane-1'",
    ],
    run: async (call) => (await import('../upkeep/service.ts')).serviceInstall(call),
  },
  {
    path: ['status'],
    summary: say('一屏看全店', 'The whole store on one screen'),
    run: async (call) => (await import('../upkeep/status.ts')).status(call),
  },
  {
    path: ['sync', 'status'],
    summary: say('与总部的同步', 'How far head office is behind'),
    run: async (call) => (await import('../ledger/sync.ts')).syncStatus(call),
  },
  ...SYNC_NOW.map(
    ([verb, zh, en]): Command => ({
      path: ['sync', verb],
      summary: say(zh, en),
      options: { timeout: { type: 'string' } },
      run: async (call) => (await import('../ledger/sync.ts')).syncRetry(call),
    }),
  ),
  {
    path: ['sync', 'conflicts'],
    summary: say('总部没看懂的记录', 'Events that head office did not understand'),
    run: async (call) => (await import('../ledger/sync.ts')).syncConflicts(call),
  },
];
