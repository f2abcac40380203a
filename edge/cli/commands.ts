/** Every command, with its words and flags. The work is loaded when a command runs. */
import { type Command, say } from './command.ts';
import { DEMO_PORTS, STORE_PORTS } from './ports.ts';

const seed = { seed: { type: 'string' } } as const;

export const COMMANDS: Command[] = [
  {
    path: ['demo'],
    summary: say(
      '运行一家模拟的店（控制器、模拟设备、总部）',
      'Run a simulated store, its devices and a head office',
    ),
    options: { photos: { type: 'string' }, learn: { type: 'string' }, ...DEMO_PORTS, ...seed },
    examples: ['npm start', 'yike demo --photos DIR'],
    untilInterrupted: true,
    run: async (call) => (await import('./demo.ts')).demo(call),
  },
  {
    path: ['start'],
    summary: say('用真实设备运行控制器', 'Run the controller on real devices'),
    options: { config: { type: 'string' }, ...STORE_PORTS },
    examples: ['yike start --config store.json --data /var/lib/yike'],
    untilInterrupted: true,
    run: async (call) => (await import('./start.ts')).start(call),
  },
  {
    path: ['status'],
    summary: say('一屏看全店', 'The whole store on one screen'),
    run: async (call) => (await import('./status.ts')).status(call),
  },
  {
    path: ['device', 'list'],
    summary: say('所有设备的状态和原因', 'Every device, its state and why'),
    run: async (call) => (await import('./device.ts')).deviceList(call),
  },
  {
    path: ['device', 'show'],
    takes: 'ID',
    summary: say('一台设备的详情和计数', 'One device with its statistics'),
    run: async (call) => (await import('./device.ts')).deviceShow(call),
  },
  {
    path: ['scale', 'read'],
    takes: '[ID]',
    summary: say('读一次重量', 'Read the weight'),
    options: { stable: { type: 'boolean' }, timeout: { type: 'string' } },
    examples: ['yike scale read --stable --timeout 3s'],
    run: async (call) => (await import('./scale.ts')).scaleRead(call),
  },
  {
    path: ['decode'],
    takes: 'DRIVER',
    summary: say('把字节翻译成设备说的话', 'What a device’s bytes mean'),
    options: {
      hex: { type: 'string' },
      file: { type: 'string' },
      option: { type: 'string', multiple: true },
    },
    examples: ['yike decode enq-dc1 --hex "01 02 53 20 30 31 2E 32 33 34 6B 67 65 03 04"'],
    run: async (call) => (await import('./decode.ts')).decode(call),
  },
  {
    path: ['code'],
    takes: 'TEXT',
    summary: say('一个条码或二维码的含义', 'What a scanned code means'),
    options: { role: { type: 'string' }, template: { type: 'string' } },
    examples: [
      'yike code 6901234567892',
      String.raw`yike code ']C1010952123454321331030012343922199\x1d10ABC123'`,
    ],
    run: async (call) => (await import('./code.ts')).code(call),
  },
  {
    path: ['driver', 'list'],
    summary: say('支持的驱动', 'The drivers there are'),
    run: async () => (await import('./driver.ts')).driverList(),
  },
  {
    path: ['ledger', 'verify'],
    summary: say('检查账本有没有被改过', 'Check that the ledger is whole and unchanged'),
    run: async (call) => (await import('./ledger.ts')).ledgerVerify(call),
  },
  {
    path: ['ledger', 'tail'],
    summary: say('账本最新的记录', 'The newest events'),
    options: { limit: { type: 'string', short: 'n' } },
    run: async (call) => (await import('./ledger.ts')).ledgerTail(call),
  },
  {
    path: ['ledger', 'backup'],
    takes: 'FOLDER',
    summary: say('备份账本，营业中也可以', 'Back the ledger up, also while the store sells'),
    examples: ['yike ledger backup /mnt/usb/2026-11-23'],
    run: async (call) => (await import('./backup.ts')).ledgerBackup(call),
  },
  {
    path: ['ledger', 'restore'],
    takes: '[FOLDER]',
    summary: say(
      '把备份恢复到空目录，或接受被截短的账本',
      'Restore a backup into an empty directory, or accept a ledger that was cut',
    ),
    options: { 'accept-cut': { type: 'boolean' }, epoch: { type: 'string' } },
    examples: ['yike ledger restore /mnt/usb/2026-11-23 --data DIR'],
    run: async (call) => (await import('./backup.ts')).ledgerRestore(call),
  },
  {
    path: ['verify'],
    takes: '[DIR]',
    summary: say('检查一个目录里的所有不变量', 'Check every invariant of a store’s directory'),
    run: async (call) => (await import('./ledger.ts')).verifyStore(call),
  },
  {
    path: ['sync', 'status'],
    summary: say('与总部的同步', 'How far head office is behind'),
    run: async (call) => (await import('./status.ts')).syncStatus(call),
  },
  {
    path: ['model', 'eval'],
    summary: say('用带标签的图片测识别率', 'Measure recognition on labelled pictures'),
    options: {
      learn: { type: 'string' },
      'learn-split': { type: 'string' },
      test: { type: 'string' },
      'test-split': { type: 'string' },
      pack: { type: 'string' },
      shots: { type: 'string' },
      open: { type: 'string' },
      perturb: { type: 'boolean' },
      ...seed,
    },
    examples: [
      'yike model eval --learn index.csv --learn-split train --test index.csv --test-split val',
    ],
    run: async (call) => (await import('./model.ts')).modelEval(call),
  },
  {
    path: ['bench'],
    takes: 'NAME',
    summary: say('测速，结果是与极限或同类的比值', 'Measure, as a ratio to a limit or peer'),
    options: { rounds: { type: 'string' } },
    examples: ['yike bench ledger', 'yike bench recognition'],
    run: async (call) => (await import('./bench.ts')).bench(call),
  },
  {
    path: ['sim', 'list'],
    summary: say('模拟场景', 'The simulator’s scenarios'),
    run: async (call) => (await import('./sim.ts')).simList(call),
  },
  {
    path: ['sim', 'run'],
    takes: 'SCENARIO',
    summary: say('按种子跑一个场景', 'Run a scenario from a seed'),
    options: {
      ...seed,
      days: { type: 'string' },
      count: { type: 'string' },
      acks: { type: 'string' },
      faults: { type: 'string' },
    },
    examples: ['yike sim run first-sale --seed 7'],
    run: async (call) => (await import('./sim.ts')).simRun(call),
  },
];
