/** Commands for one kind of device, and for traces of their wires. */
import { type Command, type Options, say } from '../command.ts';

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const out = { type: 'string', short: 'o' } as const;
const DIRECT: Options = { direct: flag, config: text };
const BY: Options = { by: text, reason: text };

const acts = () => import('../devices/device-acts.ts');
const lists = () => import('../devices/device-list.ts');
const cabinets = () => import('../devices/cabinet.ts');

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
    run: async (call) => (await import('../devices/watch.ts')).watchLive('scale')(call),
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
    path: ['scale', 'calibrate'],
    takes: '[ID]',
    summary: say(
      '一步一步做砝码校准（--plan 只看步骤）',
      'Calibrate with weights step by step; --plan shows the steps',
    ),
    options: { plan: flag, record: text, point: { type: 'string', multiple: true }, ...BY },
    examples: [
      'yike scale calibrate scale-1 --plan',
      'yike scale calibrate scale-1 --record a.txt',
    ],
    run: async (call) => (await import('../devices/calibrate.ts')).scaleCalibrate(call),
  },
  {
    path: ['scanner', 'read'],
    takes: '[ID]',
    summary: say('等扫码', 'Wait for a scan'),
    options: { count: text },
    untilInterrupted: true,
    run: async (call) => (await lists()).scannerRead(call),
  },
  {
    path: ['printer', 'test'],
    takes: '[ID]',
    summary: say(
      '打印测试页（--label page、receipt、shelf、weight）',
      'Print a test page: --label page, receipt, shelf or weight',
    ),
    options: { label: text, ...BY, ...DIRECT },
    examples: ['yike printer test printer-2 --label shelf'],
    run: async (call) => (await acts()).printerTest(call),
  },
  {
    path: ['printer', 'feed'],
    takes: '[ID]',
    summary: say('走纸', 'Feed paper'),
    options: { ...BY, ...DIRECT },
    run: async (call) => (await acts()).printerFeed(call),
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
    path: ['cabinet', 'open'],
    takes: '[ID]',
    summary: say('开一把锁（同 unlock）', 'Open a lock (the same as unlock)'),
    options: { lock: text, ...BY },
    run: async (call) => (await acts()).cabinetUnlock(call),
  },
  {
    path: ['cabinet', 'lock'],
    takes: 'ID',
    summary: say('门锁好了没有', 'Whether its door is shut and locked'),
    run: async (call) => (await cabinets()).cabinetLock(call),
  },
  {
    path: ['cabinet', 'inventory'],
    takes: 'ID',
    summary: say('每个货道现有多少', 'What lies in its slots'),
    run: async (call) => (await cabinets()).cabinetInventory(call),
  },
  {
    path: ['cabinet', 'temp'],
    takes: 'ID',
    summary: say('冷柜温度', 'Its temperature'),
    run: async (call) => (await cabinets()).cabinetTemp(call),
  },
  {
    path: ['cabinet', 'lights'],
    takes: 'ID on|off',
    summary: say('柜灯开或关（支持的柜子才有）', 'Its lights on or off, where the cabinet can'),
    options: BY,
    examples: ['yike cabinet lights cabinet-1 off'],
    run: async (call) => (await cabinets()).cabinetLights(call),
  },
  {
    path: ['camera', 'snap'],
    takes: '[ID]',
    summary: say('拍一张', 'Take a picture'),
    options: { out },
    run: async (call) => (await import('../devices/camera.ts')).cameraSnap(call),
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
    run: async (call) => (await import('../devices/vending.ts')).vendingAudit(call),
  },
];

const trace = () => import('../devices/trace.ts');
const traceFile = () => import('../devices/trace-file.ts');
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
    path: ['trace', 'start'],
    takes: 'ID',
    summary: say('从现在记起，stop 时存成文件', 'Begin here; stop writes the file'),
    options: { for: text, out, format: text, by: text },
    examples: ['yike trace start scale-1', 'yike trace start scale-1 --for 5m'],
    untilInterrupted: true,
    run: async (call) => (await trace()).traceStart(call),
  },
  {
    path: ['trace', 'stop'],
    takes: 'ID',
    summary: say('把 start 以来的存成文件', 'Write what was since start'),
    options: { out, format: text },
    run: async (call) => (await trace()).traceStop(call),
  },
  {
    path: ['trace', 'mark'],
    takes: 'ID TEXT',
    summary: say('在记录里写一句', 'Write a note into its trace'),
    options: { by: text },
    run: async (call) => (await trace()).traceMark(call),
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
    options: { hex: flag, around: text },
    examples: ['yike trace show scale-1.ytrace --hex --around 15:01:12'],
    run: async (call) => (await traceFile()).traceShow(call),
  },
  {
    path: ['trace', 'replay'],
    takes: 'FILE',
    summary: say(
      '没有设备，把记录再过一遍驱动',
      'Run a trace through its driver, without a device',
    ),
    options: { driver: text, speed: text, expect: text },
    examples: ['yike trace replay scale-1.ytrace --speed 10x'],
    untilInterrupted: true,
    run: async (call) => (await traceFile()).traceReplay(call),
  },
  {
    path: ['trace', 'export'],
    takes: 'FILE',
    summary: say('转成 pcapng（Wireshark）或文本', 'As pcapng (Wireshark) or text'),
    options: { out, format: text },
    run: async (call) => (await traceFile()).traceExport(call),
  },
  {
    path: ['trace', 'test'],
    takes: 'FILE',
    summary: say('做成一个测试', 'Make a test of it'),
    options: { out },
    run: async (call) => (await traceFile()).traceTest(call),
  },
];

export const KIND_COMMANDS: Command[] = [...KINDS, ...TRACES];
