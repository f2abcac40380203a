/** Commands of a technician: devices, ports, traces, and what goes to support. */
import { type Call, type Command, type Options, say } from './command.ts';

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const out = { type: 'string', short: 'o' } as const;
const DIRECT: Options = { direct: flag, config: text };
const BY: Options = { by: text, reason: text };

const acts = () => import('./device-acts.ts');
const lists = () => import('./device-list.ts');

/** `device enable ID` and its like. */
const switching = (verb: string, zh: string, en: string, done: [string, string]): Command => ({
  path: ['device', verb],
  takes: 'ID',
  summary: say(zh, en),
  options: BY,
  run: async (call: Call) =>
    (await acts()).deviceAct(
      verb === 'restart' || verb === 'reset' ? 'restart' : verb,
      ...done,
    )(call),
});

const DEVICES: Command[] = [
  {
    path: ['device', 'check'],
    takes: 'ID|all',
    summary: say('体检：测量值、限度、下一步', 'Health check with values, limits and next steps'),
    options: { level: text, ...DIRECT },
    examples: ['yike device check all', 'yike device check scale-1 --level external'],
    run: async (call) => (await acts()).deviceCheck(call),
  },
  {
    path: ['device', 'add'],
    takes: 'ID',
    summary: say('加一台设备，不用重启', 'Add a device, without a restart'),
    options: {
      probe: text,
      driver: text,
      address: text,
      plate: text,
      option: { type: 'string', multiple: true },
      by: text,
    },
    examples: ['yike device add scale-1 --probe /dev/ttyUSB0 --plate 40,15000,2'],
    run: async (call) => (await lists()).deviceAdd(call),
  },
  {
    path: ['device', 'rename'],
    takes: 'ID',
    summary: say('改名', 'Give it another name'),
    options: { to: text, by: text },
    examples: ['yike device rename scale-1 --to scale-2'],
    run: async (call) => (await lists()).deviceRename(call),
  },
  {
    path: ['device', 'remove'],
    takes: 'ID',
    summary: say('去掉一台设备', 'Take a device out'),
    options: { yes: { type: 'boolean', short: 'y' }, by: text },
    run: async (call) => (await lists()).deviceRemove(call),
  },
  {
    path: ['device', 'stats'],
    takes: 'ID',
    summary: say('计数（UnifiedPOS）', 'Its statistics (UnifiedPOS)'),
    options: DIRECT,
    run: async (call) => (await lists()).deviceStats(call),
  },
  {
    path: ['device', 'watch'],
    takes: 'ID',
    summary: say('它正在说什么', 'What it says, live'),
    options: { count: text },
    untilInterrupted: true,
    run: async (call) => (await lists()).watchLive()(call),
  },
  {
    path: ['device', 'release'],
    takes: 'ID',
    summary: say('把串口让出一会儿', 'Let its port go for a while'),
    options: { for: text, ...BY },
    examples: ['yike device release scale-1 --for 10m'],
    run: async (call) => (await acts()).deviceRelease(call),
  },
  switching('claim', '收回串口', 'Take the port back', ['已收回', 'taken back']),
  switching('restart', '重新打开', 'Close and open again', ['正在重新打开', 'opening again']),
  switching('reset', '重新打开（同 restart）', 'The same as restart', [
    '正在重新打开',
    'opening again',
  ]),
  switching('enable', '启用', 'Switch it on', ['已启用', 'enabled']),
  switching('disable', '停用，写明原因', 'Switch it off, with a reason', ['已停用', 'disabled']),
  switching('confirm', '确认换上的设备', 'Confirm the one that was swapped in', [
    '已确认',
    'confirmed',
  ]),
];

const PORTS: Command[] = [
  {
    path: ['port', 'list'],
    summary: say('串口和谁在用', 'Serial ports and who holds them'),
    options: { root: text },
    run: async (call) => (await import('./port.ts')).portList(call),
  },
  {
    path: ['port', 'probe'],
    takes: 'PATH',
    summary: say('串口上是什么（只问不动）', 'What sits at a port (only asks)'),
    options: { all: flag, direct: flag },
    examples: ['yike port probe /dev/ttyUSB0'],
    run: async (call) => (await import('./port.ts')).portProbe(call),
  },
  {
    path: ['port', 'watch'],
    summary: say('看插拔', 'What is plugged in and out'),
    options: { root: text, count: text },
    untilInterrupted: true,
    run: async (call) => (await import('./port.ts')).portWatch(call),
  },
];

const KINDS: Command[] = [
  {
    path: ['scale', 'zero'],
    takes: '[ID]',
    summary: say('置零', 'Zero it'),
    options: { ...BY, ...DIRECT },
    run: async (call) => (await acts()).scaleZero(call),
  },
  {
    path: ['scale', 'tare'],
    takes: '[ID]',
    summary: say('去皮', 'Take a tare'),
    options: { grams: text, ...BY, ...DIRECT },
    run: async (call) => (await acts()).scaleTare(call),
  },
  {
    path: ['scale', 'untare'],
    takes: '[ID]',
    summary: say('清皮', 'Clear the tare'),
    options: { ...BY, ...DIRECT },
    run: async (call) => (await acts()).scaleUntare(call),
  },
  {
    path: ['scale', 'watch'],
    takes: '[ID]',
    summary: say('重量，一变就显示', 'The weight, as it changes'),
    options: { count: text },
    untilInterrupted: true,
    run: async (call) => (await lists()).watchLive('scale')(call),
  },
  {
    path: ['scale', 'cal'],
    takes: '[ID]',
    summary: say('记下一次砝码校准', 'Record a calibration with weights'),
    options: { point: { type: 'string', multiple: true }, ...BY },
    examples: ['yike scale cal scale-1 --point 0=0 --point 1000=1000 --by "Li Mei"'],
    run: async (call) => (await acts()).scaleCal(call),
  },
  {
    path: ['scanner', 'read'],
    takes: '[ID]',
    summary: say('等一次扫码', 'Wait for one scan'),
    run: async (call) => (await lists()).scannerRead(call),
  },
  {
    path: ['printer', 'test'],
    takes: '[ID]',
    summary: say('打印测试页', 'Print a test page'),
    options: { ...BY, ...DIRECT },
    run: async (call) => (await acts()).printerTest(call),
  },
  {
    path: ['printer', 'status'],
    takes: '[ID]',
    summary: say('打印机状态', 'Paper, cover, errors'),
    options: { level: text, ...DIRECT },
    run: async (call) => (await acts()).kindCheck(call, 'printer'),
  },
  {
    path: ['cabinet', 'status'],
    summary: say('锁、层架和冷柜', 'Locks, shelves and coolers'),
    run: async (call) => (await acts()).cabinetStatus(call),
  },
  {
    path: ['cabinet', 'unlock'],
    takes: '[ID]',
    summary: say('开一把锁，写明谁和为什么', 'Open a lock, with a name and a reason'),
    options: { lock: text, ...BY },
    examples: ['yike cabinet unlock lock-1 --lock 2 --by "Li Mei" --reason "stuck bag"'],
    run: async (call) => (await acts()).cabinetUnlock(call),
  },
  {
    path: ['camera', 'snap'],
    takes: '[ID]',
    summary: say('拍一张', 'Take a picture'),
    options: { out },
    run: async (call) => (await import('./camera.ts')).cameraSnap(call),
  },
  {
    path: ['camera', 'check'],
    takes: '[ID]',
    summary: say('摄像头体检', 'Check a camera'),
    options: { level: text },
    run: async (call) => (await acts()).kindCheck(call, 'camera'),
  },
  {
    path: ['vending', 'audit'],
    takes: '[ID]',
    summary: say('读售货机的销售计数', 'Read a vending machine’s sales counters'),
    options: { file: text, ...DIRECT },
    examples: ['yike vending audit', 'yike vending audit --file machine.dex'],
    run: async (call) => (await import('./vending.ts')).vendingAudit(call),
  },
];

const trace = () => import('./trace.ts');
const TRACES: Command[] = [
  {
    path: ['trace', 'record'],
    takes: 'ID',
    summary: say('把线上的字节存成文件', 'Keep what is on its wire in a file'),
    options: { for: text, since: text, out, format: text },
    examples: [
      'yike trace record scale-1 --for 30s',
      'yike trace record scale-1 --since 5m -o a.pcapng',
    ],
    untilInterrupted: true,
    run: async (call) => (await trace()).traceRecord(call),
  },
  {
    path: ['trace', 'list'],
    summary: say('每台设备线上记下了多少', 'What is kept of each device’s wire'),
    run: async (call) => (await trace()).traceList(call),
  },
  {
    path: ['trace', 'show'],
    takes: 'FILE',
    summary: say('看一份记录', 'Show a trace file'),
    run: async (call) => (await trace()).traceShow(call),
  },
  {
    path: ['trace', 'replay'],
    takes: 'FILE',
    summary: say(
      '没有设备，把记录再过一遍驱动',
      'Run a trace through its driver, without a device',
    ),
    options: { driver: text },
    run: async (call) => (await trace()).traceReplay(call),
  },
  {
    path: ['trace', 'export'],
    takes: 'FILE',
    summary: say('转成 pcapng（Wireshark）或文本', 'As pcapng (Wireshark) or text'),
    options: { out, format: text },
    run: async (call) => (await trace()).traceExport(call),
  },
  {
    path: ['trace', 'test'],
    takes: 'FILE',
    summary: say('做成一个测试', 'Make a test of it'),
    options: { out },
    run: async (call) => (await trace()).traceTest(call),
  },
];

const BOX: Command[] = [
  {
    path: ['support', 'bundle'],
    summary: say('一个文件，去掉一切秘密', 'One file with every secret taken out'),
    options: { out, since: text },
    examples: ['yike support bundle --since 2h -o /media/usb'],
    run: async (call) => (await import('./support.ts')).supportBundle(call),
  },
  {
    path: ['doctor'],
    summary: say('检查这台机器', 'Checks of this box'),
    run: async (call) => (await import('./support.ts')).doctor(call),
  },
  {
    path: ['completion'],
    takes: 'SHELL',
    summary: say('命令行补全', 'Completion for your shell'),
    examples: ['yike completion bash'],
    run: async (call) => (await import('./completion.ts')).completion(call),
  },
];

export const TECHNICIAN_COMMANDS: Command[] = [...DEVICES, ...PORTS, ...KINDS, ...TRACES, ...BOX];
