/** Commands of a technician: devices, ports, and what goes to support. */
import { type Call, type Command, type Options, say } from '../command.ts';

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const out = { type: 'string', short: 'o' } as const;
const yes = { type: 'boolean', short: 'y' } as const;
const DIRECT: Options = { direct: flag, config: text };
const BY: Options = { by: text, reason: text };

const acts = () => import('../devices/device-acts.ts');
const lists = () => import('../devices/device-list.ts');

/** `device enable ID` and its like. */
const switching = (verb: string, zh: string, en: string, done: [string, string]): Command => ({
  path: ['device', verb],
  takes: 'ID',
  summary: say(zh, en),
  options: BY,
  run: async (call: Call) => (await acts()).deviceAct(verb, ...done)(call),
});

const DEVICES: Command[] = [
  {
    path: ['device', 'check'],
    takes: 'ID|all',
    summary: say('体检：测量值、限度、下一步', 'Health check with values, limits and next steps'),
    options: { level: text, ...DIRECT },
    examples: ['yike device check all', 'yike device check scale-1 --level external'],
    untilInterrupted: true,
    run: async (call) => (await acts()).deviceCheck(call),
  },
  {
    path: ['device', 'add'],
    takes: '[ID]',
    summary: say(
      '加一台设备，不用重启；--probe 先问问各串口',
      'Add a device, without a restart; --probe asks at the ports first',
    ),
    options: {
      probe: text,
      yes,
      root: text,
      driver: text,
      address: text,
      plate: text,
      option: { type: 'string', multiple: true },
      by: text,
    },
    examples: [
      'yike device add --probe',
      'yike device add scale-1 --probe /dev/ttyUSB0 --plate MIN,MAX,D',
    ],
    mayStandAlone: { probe: /^\/|:/ },
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
    options: { yes, by: text },
    run: async (call) => (await lists()).deviceRemove(call),
  },
  {
    path: ['device', 'stats'],
    takes: 'ID',
    summary: say('计数（UnifiedPOS）', 'Its statistics (UnifiedPOS)'),
    options: { reset: flag, ...DIRECT },
    run: async (call) => (await lists()).deviceStats(call),
  },
  {
    path: ['device', 'watch'],
    takes: 'ID',
    summary: say('它正在说什么', 'What it says, live'),
    options: { count: text },
    untilInterrupted: true,
    run: async (call) => (await import('../devices/watch.ts')).watchLive()(call),
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
  {
    path: ['device', 'reset'],
    takes: 'ID',
    summary: say(
      '重新打开；--power 让 USB 口断电再上电',
      'Open it again; --power switches its USB port off and on',
    ),
    options: { ...BY, power: flag },
    examples: ['yike device reset scale-1 --power'],
    run: async (call) => (await acts()).deviceReset(call),
  },
  switching('enable', '启用', 'Switch it on', ['已启用', 'enabled']),
  switching('disable', '停用，写明原因', 'Switch it off, with a reason', ['已停用', 'disabled']),
  switching('confirm', '确认换上的设备', 'Confirm the one that was swapped in', [
    '已确认',
    'confirmed',
  ]),
];

const wiring = () => import('../devices/device-wiring.ts');
const WIRING: Command[] = [
  {
    path: ['device', 'locate'],
    takes: 'ID',
    summary: say('让它响、亮或走纸，好找到它', 'Make it beep, light up or move, to find it'),
    options: { ...BY, ...DIRECT },
    run: async (call) => (await wiring()).deviceLocate(call),
  },
  {
    path: ['device', 'send'],
    takes: 'ID',
    summary: say(
      '手工发一条请求，显示回应（不给字节就列出预设）',
      'Send one request by hand and show the reply; without one, the presets',
    ),
    options: {
      ...{ hex: text, text, preset: text, expect: text, timeout: text, unsafe: flag },
      ...BY,
    },
    examples: [
      'yike device send scale-1 --preset weight',
      String.raw`yike device send scale-1 --text "SI\r\n" --expect "S [SD]"`,
      'yike device send scale-1 --hex "1B 40" --unsafe --reason "reset after jam"',
    ],
    run: async (call) => (await wiring()).deviceSend(call),
  },
  {
    path: ['device', 'set'],
    takes: 'ID',
    summary: say(
      '换接口或参数：先试一分钟，不回应就退回',
      'Another port or other options, on trial for a minute',
    ),
    options: {
      ...{ address: text, driver: text, option: { type: 'string', multiple: true } },
      ...{ 'dry-run': flag, by: text },
    },
    examples: ['yike device set scale-1 --address "serial:/dev/ttyUSB1?baud=19200"'],
    run: async (call) => (await wiring()).deviceSet(call),
  },
  {
    path: ['device', 'swap'],
    takes: 'OLD [NEW]',
    summary: say(
      '坏的换成新的，名字和历史不变；--undo 撤销',
      'Put a new one in its place; name and history stay; --undo',
    ),
    options: { yes, undo: flag, by: text },
    examples: ['yike device swap scale-1 scale-9 --yes', 'yike device swap scale-1 --undo'],
    run: async (call) => (await wiring()).deviceSwap(call),
  },
];

const PORTS: Command[] = [
  {
    path: ['port', 'list'],
    summary: say('串口和谁在用', 'Serial ports and who holds them'),
    options: { root: text },
    run: async (call) => (await import('../devices/port.ts')).portList(call),
  },
  {
    path: ['port', 'probe'],
    takes: 'PATH',
    summary: say('串口上是什么（只问不动）', 'What sits at a port (only asks)'),
    options: { all: flag, direct: flag },
    examples: ['yike port probe /dev/ttyUSB0'],
    run: async (call) => (await import('../devices/port.ts')).portProbe(call),
  },
  {
    path: ['port', 'watch'],
    summary: say('看插拔', 'What is plugged in and out'),
    options: { root: text, count: text },
    untilInterrupted: true,
    run: async (call) => (await import('../devices/port.ts')).portWatch(call),
  },
];

const BOX: Command[] = [
  {
    path: ['support', 'bundle'],
    summary: say('一个文件，去掉一切秘密', 'One file with every secret taken out'),
    options: { out, since: text, 'no-images': flag },
    examples: ['yike support bundle --since 2h -o /media/usb'],
    run: async (call) => (await import('../upkeep/support.ts')).supportBundle(call),
  },
  {
    path: ['doctor'],
    summary: say(
      '检查这台机器；--fix 修好安全的几样',
      'Checks of this box; --fix mends what is safe',
    ),
    options: { fix: flag, 'dry-run': flag, config: text },
    examples: ['yike doctor --fix --dry-run'],
    run: async (call) => (await import('../upkeep/doctor.ts')).doctor(call),
  },
  {
    path: ['tui'],
    summary: say('全屏：设备和实时数据', 'Full screen: the devices, and one of them live'),
    untilInterrupted: true,
    run: async (call) => (await import('../tui/tui.ts')).tui(call),
  },
  {
    path: ['completion'],
    takes: 'SHELL',
    summary: say('命令行补全', 'Completion for your shell'),
    examples: ['yike completion bash'],
    run: async (call) => (await import('../completion.ts')).completion(call),
  },
];

export const TECHNICIAN_COMMANDS: Command[] = [...DEVICES, ...WIRING, ...PORTS, ...BOX];
